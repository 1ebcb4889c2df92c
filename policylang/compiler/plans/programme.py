"""How many rows fall into each cell, as a problem in whole numbers: what a plan demands.

This is the border between planning and solving: `Engine` is all that a solver has to offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Demand:
    """Between `low` and `high` rows (None: any number from `low`) fall into `cells`.

    `item` is the part of the plan that demands it, `subject` what it is about: `quota label`, `label=violates`.
    """

    item: str
    subject: str
    cells: tuple[int, ...]
    low: int
    high: int | None = None


@dataclass(frozen=True)
class PairGroup:
    """`count` pairs of rows, each of which stands in one of `placements`: two cells with a row of their own."""

    item: str
    count: int
    placements: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Programme:
    """`size` rows over `cells` cells, numbered from 0."""

    cells: int
    size: int
    demands: tuple[Demand, ...]
    pairs: tuple[PairGroup, ...] = ()


@dataclass(frozen=True)
class Counts:
    """Rows for each cell, and for each group of pairs how many stand in each of its placements."""

    cells: tuple[int, ...]
    pairs: tuple[tuple[int, ...], ...]


class Undecided(Exception):  # noqa: N818 - it is an answer, not a mistake
    """The engine gave up within its limits: it knows neither counts nor that there are none."""


class Engine(Protocol):
    """Whoever solves programmes exactly. The same programme has the same answer on every call."""

    def impossible(self, programme: Programme) -> bool:
        """Is there a quick proof that no counts meet every demand? Without one there may still be none."""
        ...

    def solve(self, programme: Programme) -> Counts | None:
        """Counts that meet every demand; None when no counts can. Raises Undecided."""
        ...

    def shortfalls(self, programme: Programme) -> Sequence[int] | None:
        """By how many rows, at least, each demand is missed when all together are missed as little as possible.

        The pairs are not given up; None when they alone are too much.
        """
        ...
