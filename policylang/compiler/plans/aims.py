"""What a plan aims at where it demands nothing: rows spread like the product of the shares, evenly over clauses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .cells import Cells
from .demands import targets
from .programme import Aim
from .reading import CATEGORY, CLAUSE, LABEL, LEVEL

ROUNDS = 40
GRAIN = 64
"""Targets are multiples of 1/64, so that the last bit of a sum of floats never decides between two answers."""

TABLE_WEIGHT, MARGIN_WEIGHT = 4.0, 16.0
"""Being off in a two-way table, or in the rows of one value, against being off in one cell."""


def aims_of(cells: Cells, size: int) -> tuple[Aim, ...]:
    """Aims for every cell, for the rows of each value, and for every pair of values of two dimensions.

    The expected rows of a cell are found by iterative proportional fitting (W. E. Deming, F. F. Stephan, 1940) from
    equal counts to the shares of the plan; where it gives none, labels and clauses are even.
    """
    groups = _groups(cells)
    expected = _fitted(cells, groups, size)
    found = [Aim((at,), _grained(expected[at]), 1.0) for at in range(len(cells.all))]
    for dimensions in (*((name,) for name in groups), *itertools.combinations(groups, 2)):
        weight = MARGIN_WEIGHT if len(dimensions) == 1 else TABLE_WEIGHT
        found += list(_table(groups, dimensions, expected, weight))
    return tuple(found)


def _groups(cells: Cells) -> dict[str, NDArray[np.int64]]:
    """For each dimension the number of the value of every cell."""
    dimensions = [CLAUSE, LABEL, *(factor.id for factor in cells.reading.factors)]
    found = {}
    for dimension in dimensions:
        number = {value: at for at, value in enumerate(cells.values(dimension))}
        found[dimension] = np.array([number[cells.value(cell, dimension)] for cell in cells.all], dtype=np.int64)
    return found


def _fitted(cells: Cells, groups: dict[str, NDArray[np.int64]], size: int) -> NDArray[np.float64]:
    expected = np.full(len(cells.all), size / len(cells.all))
    wanted = targets(cells, size)
    soft = {name: _even(groups[name], size) for name in (CLAUSE, LABEL) if name not in wanted}
    hard = {name: np.array(list(counts.values()), dtype=np.float64) for name, counts in wanted.items()}
    members = dict(groups)
    for name in hard:
        if name in (CATEGORY, LEVEL, CLAUSE, LABEL):
            number = {value: at for at, value in enumerate(wanted[name])}
            members[name] = np.array([number[cells.share(cell, name)] for cell in cells.all], dtype=np.int64)
    for _ in range(ROUNDS):
        for name, goal in itertools.chain(soft.items(), hard.items()):  # hard ones last: they are met best
            now = np.bincount(members[name], weights=expected, minlength=len(goal))
            factor = np.divide(goal, now, out=np.ones_like(now), where=now > 0)
            expected = expected * factor[members[name]]
    return expected


def _even(members: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    present = np.bincount(members) > 0
    return np.where(present, size / max(int(present.sum()), 1), 0.0)


def _table(
    groups: dict[str, NDArray[np.int64]], dimensions: tuple[str, ...], expected: NDArray[np.float64], weight: float
) -> Iterator[Aim]:
    members: dict[tuple[int, ...], list[int]] = {}
    for at, key in enumerate(zip(*(groups[name].tolist() for name in dimensions), strict=True)):
        members.setdefault(tuple(key), []).append(at)
    for key in sorted(members):
        if len(members[key]) > 1:
            yield Aim(tuple(members[key]), _grained(float(expected[members[key]].sum())), weight)


def _grained(number: float) -> float:
    return round(float(number) * GRAIN) / GRAIN
