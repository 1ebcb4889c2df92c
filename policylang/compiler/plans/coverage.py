"""The report of a compiled plan, counted from its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .boundaries import Edge, NoBoundary
from .cells import Cell, Cells
from .demands import combinations_of, targets
from .report import BoundaryReport, CoverageReport, Hole, LabelGap, Margin, MinimumReport, WayReport
from .rows import PlanRow


def coverage_report(
    cells: Cells, edges: Sequence[Edge], without: Sequence[NoBoundary], rows: Sequence[PlanRow]
) -> CoverageReport:
    """What `rows` cover of what the plan asks for. `edges` and `without` are empty where it asks for no boundaries."""
    held = [Cell(row.clause, row.label, tuple(row.factors.values())) for row in rows]
    return CoverageReport(
        size=len(rows),
        margins=tuple(_margins(cells, held)),
        ways=tuple(_ways(cells, frozenset(cells.index[cell] for cell in held))),
        minimums=tuple(_minimums(cells, held)),
        boundaries=tuple(sorted(_boundaries(edges, without, rows), key=lambda shown: (shown.clause, shown.variable))),
        label_gaps=tuple(
            LabelGap(clause=clause.id, label=label, reason=reason)
            for clause in cells.reading.clauses
            for label in cells.reading.labels
            if (reason := cells.why_no_label(clause, label)) is not None
        ),
        distinct_cases=len({(row.clause, row.label, tuple(row.case.items())) for row in rows}),
    )


def _margins(cells: Cells, held: Sequence[Cell]) -> Iterator[Margin]:
    wanted = targets(cells, cells.reading.plan.size)
    for dimension, counts in wanted.items():
        actual = Counter(cells.share(cell, dimension) for cell in held)
        for value, target in counts.items():
            yield Margin(dimension=dimension, value=value, target=target, actual=actual[value])
    for dimension in ("category", "clause", "label", "level"):
        if dimension not in wanted:
            actual = Counter(cells.value(cell, dimension) for cell in held)
            for value in cells.values(dimension):
                yield Margin(dimension=dimension, value=value, target=None, actual=actual[value])


def _ways(cells: Cells, held: frozenset[int]) -> Iterator[WayReport]:
    for way in cells.reading.ways:
        combinations = combinations_of(cells, way)
        yield WayReport(
            strength=way.strength,
            dimensions=way.dimensions,
            feasible=sum(bool(having) for having in combinations.values()),
            covered=sum(not held.isdisjoint(having) for having in combinations.values()),
            holes=tuple(
                Hole(combination=dict(combination), reason=cells.why_no(dict(combination)))
                for combination, having in combinations.items()
                if not having
            ),
        )


def _minimums(cells: Cells, held: Sequence[Cell]) -> Iterator[MinimumReport]:
    for minimum in cells.reading.minimums:
        possible = {cells.value(cell, minimum.dimension) for cell in cells.all}
        actual = Counter(cells.value(cell, minimum.dimension) for cell in held)
        yield MinimumReport(
            dimension=minimum.dimension,
            count=minimum.count,
            lowest=min((actual[value] for value in possible), default=0),
            impossible=tuple(value for value in cells.values(minimum.dimension) if value not in possible),
        )


def _boundaries(
    edges: Sequence[Edge], without: Sequence[NoBoundary], rows: Sequence[PlanRow]
) -> Iterator[BoundaryReport]:
    pairs = {purpose.rsplit(":", 1)[0]: row.pair for row in rows for purpose in row.purposes}
    for edge in edges:
        for clause, variable in edge.claims:
            yield BoundaryReport(clause=clause, variable=variable, pair=pairs[f"boundary:{clause}:{variable}"])
    for missing in without:
        yield BoundaryReport(clause=missing.clause, variable=missing.variable, pair=None, reason=missing.reason)
