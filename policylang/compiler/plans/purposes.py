"""What a row is there for."""

from __future__ import annotations

from collections import Counter

from .cells import Cells
from .demands import combinations_of, targets, written


class Purposes:
    """Hands out purposes to rows in their order: the first row of a combination covers it, the first rows of a value
    make up its minimum, and every row counts towards the quotas."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._uncovered: dict[int, dict[str, None]] = {}
        for way in cells.reading.ways:
            for combination, having in combinations_of(cells, way).items():
                for at in having:
                    self._uncovered.setdefault(at, {})[f"cover:{written(combination)}"] = None
        self._covered: set[str] = set()
        self._shared = tuple(targets(cells, cells.reading.plan.size))
        self._counted: Counter[str] = Counter()

    def of(self, at: int) -> tuple[str, ...]:
        """The purposes of the next row, which is in cell number `at`. Never empty."""
        cell = self._cells.all[at]
        found = [purpose for purpose in self._uncovered.pop(at, ()) if purpose not in self._covered]
        self._covered.update(found)
        for minimum in self._cells.reading.minimums:
            value = f"{minimum.dimension}={self._cells.value(cell, minimum.dimension)}"
            self._counted[f"{minimum.item}:{value}"] += 1
            if self._counted[f"{minimum.item}:{value}"] <= minimum.count:
                found.append(f"minimum:{value}")
        found += [f"quota:{dimension}={self._cells.share(cell, dimension)}" for dimension in self._shared]
        return tuple(dict.fromkeys(found)) or (f"spread:clause={cell.clause},label={cell.label.value}",)
