"""What a plan demands of the counts of its cells, for a given size."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from .boundaries import Edge
from .cells import Cells
from .programme import Demand, PairGroup, Programme
from .reading import Way
from .shares import whole_numbers

BOUNDARIES = "cover boundaries"
Combination = tuple[tuple[str, str], ...]
"""Dimensions with a value each, in the order of the plan."""


def programme_of(cells: Cells, edges: Iterable[Edge], size: int) -> Programme:
    """All demands of the plan for a data set of `size` rows, without aims."""
    return Programme(
        cells=len(cells.all), size=size, demands=tuple(_demands(cells, size)), pairs=tuple(_pair_groups(edges))
    )


def combinations_of(cells: Cells, way: Way) -> dict[Combination, list[int]]:
    """Every combination of values that `way` asks for, with the cells that have it: none where it is infeasible."""
    found: dict[Combination, list[int]] = {}
    for chosen in itertools.combinations(way.dimensions, way.strength):
        for values in itertools.product(*(cells.values(dimension) for dimension in chosen)):
            found[tuple(zip(chosen, values, strict=True))] = []
        for at, cell in enumerate(cells.all):
            found[tuple((dimension, cells.value(cell, dimension)) for dimension in chosen)].append(at)
    return found


def written(combination: Iterable[tuple[str, str]]) -> str:
    return ",".join(f"{dimension}={value}" for dimension, value in combination)


def targets(cells: Cells, size: int) -> dict[str, dict[str, int]]:
    """The exact number of rows of each value, for every dimension that has shares: factors and quotas."""
    shares = {factor.id: factor.shares for factor in cells.reading.factors}
    shares |= {quota.dimension: quota.shares for quota in cells.reading.quotas}
    return {dimension: whole_numbers(size, parts) for dimension, parts in shares.items()}


def item_of(cells: Cells, dimension: str) -> str:
    """How the plan writes the demand for shares of `dimension`."""
    quotas = {quota.dimension for quota in cells.reading.plan.quotas}
    return f"quota {dimension}" if dimension in quotas else f"factor {dimension}"


def _demands(cells: Cells, size: int) -> Iterator[Demand]:
    for dimension, wanted in targets(cells, size).items():
        members: dict[str, list[int]] = {value: [] for value in wanted}
        for at, cell in enumerate(cells.all):
            members[cells.share(cell, dimension)].append(at)
        for value, count in wanted.items():
            yield Demand(item_of(cells, dimension), f"{dimension}={value}", tuple(members[value]), count, count)
    for way in cells.reading.ways:
        for combination, having in combinations_of(cells, way).items():
            if having:
                yield Demand(way.item, written(combination), tuple(having), 1)
    for minimum in cells.reading.minimums:
        by_value: dict[str, list[int]] = {}
        for number, cell in enumerate(cells.all):
            by_value.setdefault(cells.value(cell, minimum.dimension), []).append(number)
        for value, numbers in by_value.items():
            yield Demand(minimum.item, f"{minimum.dimension}={value}", tuple(numbers), minimum.count)


def _pair_groups(edges: Iterable[Edge]) -> Iterator[PairGroup]:
    """Edges that can stand in the same cells are one group: which of them stands where is no matter of counts."""
    groups: dict[tuple[tuple[int, int], ...], int] = {}
    for edge in edges:
        groups[edge.placements] = groups.get(edge.placements, 0) + 1
    for placements, count in groups.items():
        yield PairGroup(BOUNDARIES, count, placements)
