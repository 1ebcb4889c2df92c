"""How many rows fall into each cell, as a problem in whole numbers: what is demanded, and what is aimed at.

This is the border between planning and solving: `Engine` is all that a solver has to offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
class Aim:
    """About `target` rows in `cells`; being off by one row costs `weight`, by more than one row more."""

    cells: tuple[int, ...]
    target: float
    weight: float


@dataclass(frozen=True)
class Programme:
    """`size` rows over `cells` cells, numbered from 0."""

    cells: int
    size: int
    demands: tuple[Demand, ...]
    pairs: tuple[PairGroup, ...] = ()
    aims: tuple[Aim, ...] = ()

    def aiming_at(self, aims: tuple[Aim, ...]) -> Programme:
        return replace(self, aims=aims)


@dataclass(frozen=True)
class Counts:
    """Rows for each cell, and for each group of pairs how many stand in each of its placements."""

    cells: tuple[int, ...]
    pairs: tuple[tuple[int, ...], ...]


class Undecided(Exception):  # noqa: N818 - it is an answer, not a mistake
    """The engine gave up within its limits: it knows neither counts nor that there are none."""


class Engine(Protocol):
    """Whoever solves programmes. The same programme has the same answer on every call."""

    def solve(self, programme: Programme) -> Counts | None:
        """Counts that meet every demand and come near the aims; None when no counts can. Raises Undecided."""
        ...

    def shortfalls(self, programme: Programme) -> Sequence[int] | None:
        """By how many rows each demand is missed when all together are missed as little as possible.

        The pairs are not given up; None when they alone are too much. Raises Undecided.
        """
        ...
