"""What a plan aims at where it demands nothing: rows spread like the product of the shares, evenly over clauses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cells import Cells
from .demands import targets
from .reading import CATEGORY, CLAUSE, LABEL, LEVEL

ROUNDS = 40
GRAIN = 64
"""Targets are multiples of 1/64, so that the last bit of a sum of floats never decides between two answers."""

CELL_WEIGHT, TABLE_WEIGHT, MARGIN_WEIGHT = 1, 4, 16
"""Being off in one cell, in one entry of a two-way table, or in the rows of one value."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Aim:
    """Cell `i` belongs to entry `entries[i]` of a table, and entry `j` should have `targets[j]` / GRAIN rows."""

    entries: Whole
    targets: Whole
    weight: int


def aims_of(cells: Cells, size: int) -> tuple[Aim, ...]:
    """Aims for every cell (the first), for the rows of each value, and for every pair of values of two dimensions.

    The expected rows of a cell are found by iterative proportional fitting (W. E. Deming, F. F. Stephan, 1940) from
    equal counts to the shares of the plan; where it gives none, labels and clauses are even.
    """
    values = _values(cells)
    expected = _fitted(cells, values, size)
    found = [Aim(np.arange(len(cells.all)), _grained(expected), CELL_WEIGHT)]
    for dimensions in (*((name,) for name in values), *itertools.combinations(values, 2)):
        _, entries = np.unique(np.stack([values[name] for name in dimensions]), axis=1, return_inverse=True)
        entries = entries.reshape(-1).astype(np.int64)
        weight = MARGIN_WEIGHT if len(dimensions) == 1 else TABLE_WEIGHT
        found.append(Aim(entries, _grained(np.bincount(entries, weights=expected).astype(np.float64)), weight))
    return tuple(found)


def _values(cells: Cells) -> dict[str, Whole]:
    """For each dimension the number of the value of every cell."""
    dimensions = [CATEGORY, CLAUSE, LABEL, *(factor.id for factor in cells.reading.factors)]
    found = {}
    for dimension in dimensions:
        number = {value: at for at, value in enumerate(cells.values(dimension))}
        found[dimension] = np.array([number[cells.value(cell, dimension)] for cell in cells.all], dtype=np.int64)
    return found


def _fitted(cells: Cells, values: dict[str, Whole], size: int) -> NDArray[np.float64]:
    expected = np.full(len(cells.all), size / len(cells.all))
    wanted = targets(cells, size)
    soft = {name: _even(values[name], size) for name in (CLAUSE, LABEL) if name not in wanted}
    hard = {name: np.array(list(counts.values()), dtype=np.float64) for name, counts in wanted.items()}
    members = dict(values)
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


def _even(members: Whole, size: int) -> NDArray[np.float64]:
    present = np.bincount(members) > 0
    return np.where(present, size / max(int(present.sum()), 1), 0.0)


def _grained(numbers: NDArray[np.float64]) -> Whole:
    return np.rint(numbers * GRAIN).astype(np.int64)
