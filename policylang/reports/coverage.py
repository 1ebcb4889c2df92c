"""What the plan claims to cover, and what is left of it in the rows that were accepted."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from policylang.compiler.plans.report import BoundaryReport, CoverageReport, WayReport
from policylang.compiler.plans.rows import PlanRow

from .data import BoundaryClaim, Coverage, MinimumClaim, WayClaim
from .outcome import OutcomeTally, value_of

MOST_MISSING = 60
"""Missing combinations that are listed; the rest is counted."""

Combination = tuple[tuple[str, str], ...]


class CoverageTally:
    """Which combinations, boundaries and cases the rows of the plan have, and which the accepted ones."""

    def __init__(self, claims: CoverageReport) -> None:
        self._claims = claims
        self._planned: tuple[set[Combination], ...] = tuple(set() for _ in claims.ways)
        self._accepted: tuple[set[Combination], ...] = tuple(set() for _ in claims.ways)
        self._sides: Counter[str] = Counter()
        self._cases: set[int] = set()

    def plan_row(self, row: PlanRow) -> None:
        for way, seen in zip(self._claims.ways, self._planned, strict=True):
            seen.update(_combinations(row, way))

    def accept(self, row: PlanRow) -> None:
        for way, seen in zip(self._claims.ways, self._accepted, strict=True):
            seen.update(_combinations(row, way))
        if row.pair is not None:
            self._sides[row.pair] += 1
        self._cases.add(hash((row.clause, row.label, tuple(sorted(row.case.items())))))

    def result(self, outcome: OutcomeTally) -> Coverage:
        claims = self._claims
        return Coverage(
            ways=tuple(map(_way, claims.ways, self._planned, self._accepted)),
            boundaries=tuple(map(self._boundary, claims.boundaries)),
            minimums=tuple(
                MinimumClaim(
                    dimension=minimum.dimension,
                    count=minimum.count,
                    planned_lowest=minimum.lowest,
                    accepted_lowest=min((accepted[value] for value in planned), default=0),
                    below=tuple(sorted(value for value in planned if accepted[value] < minimum.count)),
                )
                for minimum in claims.minimums
                for planned, accepted in [(outcome.planned[minimum.dimension], outcome.accepted[minimum.dimension])]
            ),
            label_gaps=claims.label_gaps,
            planned_cases=claims.distinct_cases,
            accepted_cases=len(self._cases),
        )

    def _boundary(self, boundary: BoundaryReport) -> BoundaryClaim:
        if boundary.pair is None:
            return BoundaryClaim(
                clause=boundary.clause, variable=boundary.variable, state="impossible", reason=boundary.reason
            )
        sides = self._sides[boundary.pair]
        return BoundaryClaim(
            clause=boundary.clause,
            variable=boundary.variable,
            state="both" if sides >= 2 else "one" if sides == 1 else "none",
        )


def _combinations(row: PlanRow, way: WayReport) -> Iterator[Combination]:
    values = [(dimension, value_of(row, dimension)) for dimension in way.dimensions]
    return itertools.combinations(values, way.strength)


def _way(way: WayReport, planned: set[Combination], accepted: set[Combination]) -> WayClaim:
    missing = sorted(planned - accepted)
    return WayClaim(
        strength=way.strength,
        dimensions=way.dimensions,
        feasible=way.feasible,
        planned=way.covered,
        accepted=len(planned & accepted),
        missing=tuple(map(dict, missing[:MOST_MISSING])),
        missing_count=len(missing),
        holes=way.holes,
    )
