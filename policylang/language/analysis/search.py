"""Large spaces, searched: conditions become formulas for z3, a Boolean a value, exactly one of a variable's true.

The first case in order is found by asking, variable by variable, for the lowest value that leaves something possible,
so that the witness depends on the question only, never on the version of the solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test, variables
from .engines import Space, UndecidedError
from .masks import MAX_KNOWN
from .samples import Samples

LIMIT = 200_000_000
"""z3's own measure of work (`rlimit`), which does not depend on the machine: some tens of seconds for one question."""

Formula = Any  # a formula of z3, which has no types, or True or False
Known = dict[int, tuple[Expr, Formula]]  # by identity; the condition is kept so that it stays unique


class Search:
    """Implements `Engine`."""

    def __init__(self, space: Space, limit: int = LIMIT) -> None:
        import z3  # type: ignore[import-untyped]

        self.space = space
        self._z3 = z3
        self._samples = Samples(space)
        self._context = z3.Context()
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("rlimit", limit)
        self._values: dict[str, dict[str, Formula]] = {}
        for number, (name, values) in enumerate(space):
            bits = {value: z3.Bool(f"{number}={at}", self._context) for at, value in enumerate(values)}
            self._values[name] = bits
            self._solver.add(z3.Or(*bits.values()), z3.AtMost(*bits.values(), 1))
        self._known: Known = {}

    def first(self, expr: Expr) -> dict[str, str] | None:
        if not self.possible(expr):
            return None
        mentioned = set(variables(expr))
        self._solver.push()
        try:
            self._solver.add(self._formula(expr, {}, self._known))
            case = {}
            for name, values in self.space:
                # Every value does for what is not mentioned.
                case[name] = self._lowest(name, values) if name in mentioned else values[0]
            return case
        finally:
            self._solver.pop()

    def possible(self, expr: Expr) -> bool:
        return self._samples.show_possible(expr) or self._check(self._formula(expr, {}, self._known))

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        if self._samples.show_dependence(exprs, variable):
            return True

        def under(value: str) -> list[Formula]:
            known: Known = {}
            return [self._formula(expr, {variable: value}, known) for expr in exprs]

        changes = [
            self._xor(one, other)
            for before, after in pairwise(under(value) for value in self._values[variable])
            for one, other in zip(before, after, strict=True)
        ]
        return self._check(self._at_least(1, changes))

    def _lowest(self, name: str, values: Sequence[str]) -> str:
        for value in values[:-1]:
            if self._check(self._values[name][value]):
                self._solver.add(self._values[name][value])
                return value
        self._solver.add(self._values[name][values[-1]])
        return values[-1]

    def _check(self, formula: Formula) -> bool:
        if isinstance(formula, bool):
            return formula
        self._solver.push()
        try:
            self._solver.add(formula)
            answer = self._solver.check()
        finally:
            self._solver.pop()
        if answer == self._z3.unknown:
            raise UndecidedError(self._solver.reason_unknown())
        return bool(answer == self._z3.sat)

    # ------------------------------------------------------------ formulas

    def _formula(self, expr: Expr, fixed: Mapping[str, str], known: Known) -> Formula:
        """The formula of a condition in which some variables have a value already; `known` belongs to that `fixed`."""
        found = known.get(id(expr))
        if found is None:
            if len(known) > MAX_KNOWN:
                known.clear()
            found = known[id(expr)] = (expr, self._make(expr, fixed, known))
        return found[1]

    def _make(self, expr: Expr, fixed: Mapping[str, str], known: Known) -> Formula:
        match expr:
            case Test(variable=variable, values=values) if variable in fixed:
                return fixed[variable] in values
            case Test(variable=variable, values=values):
                bits = self._values[variable]
                wanted = [bit for value, bit in bits.items() if value in values]
                return True if len(wanted) == len(bits) else self._at_least(1, wanted)
            case Not(item=item):
                inner = self._formula(item, fixed, known)
                return not inner if isinstance(inner, bool) else self._z3.Not(inner)
            case And(items=items):
                return self._at_least(len(items), [self._formula(item, fixed, known) for item in items])
            case Or(items=items):
                return self._at_least(1, [self._formula(item, fixed, known) for item in items])
            case AtLeast(count=count, items=items):
                return self._at_least(count, [self._formula(item, fixed, known) for item in items])

    def _at_least(self, count: int, items: Sequence[Formula]) -> Formula:
        needed = count - sum(item is True for item in items)
        open_ = [item for item in items if not isinstance(item, bool)]
        if needed <= 0:
            return True
        if needed > len(open_):
            return False
        if len(open_) == 1:
            return open_[0]
        if needed == len(open_):
            return self._z3.And(*open_)
        return self._z3.Or(*open_) if needed == 1 else self._z3.AtLeast(*open_, needed)

    def _xor(self, one: Formula, other: Formula) -> Formula:
        if isinstance(one, bool) and isinstance(other, bool):
            return one is not other
        if isinstance(one, bool) or isinstance(other, bool):
            formula, truth = (other, one) if isinstance(one, bool) else (one, other)
            return self._z3.Not(formula) if truth else formula
        return False if one.eq(other) else self._z3.Xor(one, other)
