"""Small spaces, enumerated: a condition is the set of its cases, one bit a case in a Python integer.

The bits stand in lexicographic order of the cases, so that the lowest bit that is set is the first case.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test
from .engines import Space, size


class TruthTables:
    """Implements `Engine`."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.total = size(space)
        self._all = (1 << self.total) - 1
        self._sets: dict[str, dict[str, int]] = {}
        self._strides: dict[str, int] = {}
        self._known: dict[int, tuple[Expr, int]] = {}  # by identity; the condition is kept so that it stays unique
        stride = self.total
        for name, values in space:
            repeats = self.total // stride
            stride //= len(values)
            self._strides[name] = stride
            block = (1 << stride) - 1
            period = stride * len(values)
            # 1 at the start of every period: (2^(period * repeats) - 1) / (2^period - 1)
            comb = ((1 << period * repeats) - 1) // ((1 << period) - 1)
            self._sets[name] = {value: comb * (block << stride * at) for at, value in enumerate(values)}

    def cases(self, expr: Expr) -> int:
        """The set of the cases in which the condition holds."""
        known = self._known.get(id(expr))
        if known is None:
            known = self._known[id(expr)] = (expr, self._cases(expr))
        return known[1]

    def first(self, expr: Expr) -> dict[str, str] | None:
        found = self.cases(expr)
        if not found:
            return None
        index = (found & -found).bit_length() - 1
        case = {}
        for name, values in self.space:
            at, index = divmod(index, self._strides[name])
            case[name] = values[at]
        return case

    def possible(self, expr: Expr) -> bool:
        return self.cases(expr) != 0

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        stride = self._strides[variable]
        values = len(self._sets[variable])
        not_last = self._all & ~list(self._sets[variable].values())[-1]
        if values == 1:
            return False
        return any((found ^ (found >> stride)) & not_last for found in map(self.cases, exprs))

    def _cases(self, expr: Expr) -> int:
        match expr:
            case Test(variable=variable, values=values):
                sets = self._sets[variable]
                found = 0
                for value in values:
                    found |= sets.get(value, 0)  # a value that another policy has is none of this space
                return found
            case Not(item=item):
                return self._all & ~self.cases(item)
            case And(items=items):
                found = self._all
                for item in items:
                    found &= self.cases(item)
                return found
            case Or(items=items):
                found = 0
                for item in items:
                    found |= self.cases(item)
                return found
            case AtLeast(count=count, items=items):
                reached = [self._all] + [0] * count  # reached[k]: at least k of the items seen so far hold
                for item in items:
                    holds = self.cases(item)
                    for k in range(count, 0, -1):
                        reached[k] |= reached[k - 1] & holds
                return reached[count]
