"""Small spaces, enumerated: the set of all cases in lexicographic order, so that the lowest bit is the first case."""

from __future__ import annotations

from collections.abc import Sequence

from ..meaning.expr import Expr
from .engines import Space, size
from .masks import Masks


class TruthTables:
    """Implements `Engine`."""

    def __init__(self, space: Space) -> None:
        self.space = space
        total = stride = size(space)
        everything = (1 << total) - 1
        values: dict[str, dict[str, int]] = {}
        self._strides: dict[str, int] = {}
        for name, names in space:
            period, stride = stride, stride // len(names)
            block = (1 << stride) - 1
            starts = everything // ((1 << period) - 1)  # a one at the start of every period
            values[name] = {value: starts * (block << stride * at) for at, value in enumerate(names)}
            self._strides[name] = stride
        self._masks = Masks(values, everything)

    def first(self, expr: Expr) -> dict[str, str] | None:
        found = self._masks.of(expr)
        if not found:
            return None
        index = (found & -found).bit_length() - 1
        case = {}
        for name, values in self.space:
            at, index = divmod(index, self._strides[name])
            case[name] = values[at]
        return case

    def possible(self, expr: Expr) -> bool:
        return self._masks.of(expr) != 0

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        # Every case is compared with the one that has the next value of the variable.
        stride = self._strides[variable]
        last = list(self._masks.values[variable].values())[-1]
        with_next = self._masks.everything & ~last
        return any((found ^ (found >> stride)) & with_next for found in map(self._masks.of, exprs))
