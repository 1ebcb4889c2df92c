"""A few thousand random cases of a large space, looked at together: what holds in one of them needs no search."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ..meaning.expr import Expr
from .engines import Space
from .masks import Masks

CASES = 4096


class Samples:
    """Answers "yes" or "don't know". The cases are the same every time."""

    def __init__(self, space: Space) -> None:
        chance = random.Random(0)
        values: dict[str, dict[str, int]] = {}
        for name, names in space:
            bits = {value: bytearray(CASES // 8) for value in names}
            for at, value in enumerate(chance.choices(names, k=CASES)):
                bits[value][at // 8] |= 1 << at % 8
            values[name] = {value: int.from_bytes(mask, "little") for value, mask in bits.items()}
        self._masks = Masks(values, (1 << CASES) - 1)

    def show_possible(self, expr: Expr) -> bool:
        """Is there a case among these in which the condition holds?"""
        return self._masks.of(expr) != 0

    def show_dependence(self, exprs: Sequence[Expr], variable: str) -> bool:
        """Is there a case among these in which changing the variable changes the truth of one of the conditions?"""
        before: list[int] | None = None
        for value in self._masks.values[variable]:
            everywhere = {
                other: self._masks.everything if other == value else 0 for other in self._masks.values[variable]
            }
            masks = Masks({**self._masks.values, variable: everywhere}, self._masks.everything)
            after = [masks.of(expr) for expr in exprs]
            if before is not None and before != after:
                return True
            before = after
        return False
