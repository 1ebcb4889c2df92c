"""Conditions as sets of cases, one bit a case in a Python integer: many cases are looked at in one operation."""

from __future__ import annotations

from collections.abc import Mapping

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test

MAX_KNOWN = 20_000
"""So many results are remembered; then remembering starts anew, so that memory stays bounded."""

ValueMasks = Mapping[str, Mapping[str, int]]
"""By variable and value: the cases in which the variable has the value."""


class Masks:
    """Sets of some cases. `everything` has a one for each of them."""

    def __init__(self, values: ValueMasks, everything: int) -> None:
        self.values = values
        self.everything = everything
        self._known: dict[int, tuple[Expr, int]] = {}  # by identity; the condition is kept so that it stays unique

    def of(self, expr: Expr) -> int:
        """The cases in which the condition holds. Raises KeyError for an unknown variable."""
        known = self._known.get(id(expr))
        if known is None:
            if len(self._known) > MAX_KNOWN:
                self._known.clear()
            known = self._known[id(expr)] = (expr, self._of(expr))
        return known[1]

    def _of(self, expr: Expr) -> int:
        match expr:
            case Test(variable=variable, values=values):
                masks = self.values[variable]
                found = 0
                for value in values:
                    found |= masks.get(value, 0)  # a value that only another policy has is none of this space
                return found
            case Not(item=item):
                return self.everything & ~self.of(item)
            case And(items=items):
                found = self.everything
                for item in items:
                    found &= self.of(item)
                return found
            case Or(items=items):
                found = 0
                for item in items:
                    found |= self.of(item)
                return found
            case AtLeast(count=count, items=items):
                reached = [self.everything] + [0] * count  # reached[k]: at least k of the items seen so far hold
                for item in items:
                    holds = self.of(item)
                    for k in range(count, 0, -1):
                        reached[k] |= reached[k - 1] & holds
                return reached[count]
