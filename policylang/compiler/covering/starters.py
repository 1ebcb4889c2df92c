"""Arrays from algebra, for pairs without exclusions: a short vector, found by search, unfolds into all rows.

A vector over v values, of which a cyclic group turns v - f and leaves f fixed, is a starter when, for each distance of
two places, its pairs at that distance represent every orbit of pairs that are not both fixed. Its shifts, turned, cover
those; an array of the fixed values covers the rest (K. Meagher, B. Stevens, "Group construction of covering arrays",
2005; C. J. Colbourn, J. Torres-Jimenez, "Covering arrays of strength two with f fixed points", for f > 1).
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from .encoding import Whole

MOST_STEPS = 400
EFFORT = 12_000_000
"""Pairs of places looked at in one search for a vector."""
LONGER = 2
"""A vector may be this much longer than there are columns, when a shorter one does not exist or is not found."""
MOST_PLACES = 64
NEVER = np.iinfo(np.int64).max // 4


def algebraic(levels: list[int], below: int, seed: int) -> Whole | None:
    """Rows for all pairs of columns with these numbers of values, if fewer than `below` are found."""
    best: Whole | None = None
    values = max(levels)
    if values <= 2 and binary_rows(len(levels)) < below:
        best = binary(len(levels))
    else:
        for fixed in (2, 1):
            shortest = max(len(levels), values + fixed)
            for length in range(shortest, min(shortest + LONGER, MOST_PLACES)):
                size = length * (values - fixed) + _fixed_rows(fixed, length)
                if values - fixed < 2 or size >= (below if best is None else len(best)):
                    break
                if (vector := starter(length, values, fixed, seed)) is not None:
                    best = _unfolded(vector, values, fixed)[:, : len(levels)]
                    break
    return None if best is None else best % np.array(levels, np.int32)


def binary_rows(columns: int) -> int:
    """The fewest rows for all pairs of columns of two values (Katona 1973; Kleitman, Spencer 1973)."""
    rows = 4
    while math.comb(rows - 1, rows // 2 - 1) < columns:
        rows += 1
    return rows


def binary(columns: int) -> Whole:
    """That many rows: each column is 1 in half of them, the first among them, and no two columns in the same."""
    rows = binary_rows(columns)
    found = np.zeros((rows, columns), np.int32)
    found[0] = 1
    halves = itertools.combinations(range(1, rows), rows // 2 - 1)
    for column, half in enumerate(itertools.islice(halves, columns)):
        found[list(half), column] = 1
    return found


def starter(length: int, values: int, fixed: int, seed: int) -> Whole | None:
    """A starter vector, by tabu search over changes of one place; None when EFFORT does not find one."""
    random = np.random.RandomState(seed % (1 << 32))
    vector = random.randint(0, values, length, dtype=np.int64)
    places, news = np.repeat(np.arange(length), values), np.tile(np.arange(values), length)
    until = np.zeros(length * values, np.int64)
    lowest = NEVER
    for step in range(min(MOST_STEPS, EFFORT // (length**3 * values // 2))):
        tried = np.repeat(vector[None], length * values, axis=0)
        tried[np.arange(len(tried)), places] = news
        cost = _orbits_missing(tried, values, fixed)
        cost[news == vector[places]] = NEVER
        weighed = cost + np.where((until > step) & (cost >= lowest), NEVER // 2, 0)
        equal = np.flatnonzero(weighed == weighed.min())
        at = int(equal[int(random.randint(0, len(equal), dtype=np.int64))])
        until[places[at] * values + vector[places[at]]] = step + 5 + int(random.randint(0, 8, dtype=np.int64))
        vector[places[at]] = news[at]
        lowest = min(lowest, int(cost[at]))
        if cost[at] == 0:
            return vector.astype(np.int32)
    return None


def _orbits_missing(vectors: NDArray[np.int64], values: int, fixed: int) -> NDArray[np.int64]:
    """For each vector how many orbits are missing, over all distances. Fixed values are the last ones."""
    many, length = vectors.shape
    distances = length // 2
    turned = values - fixed
    orbits = turned + 2 * fixed
    apart = (np.arange(length)[None, :] + np.arange(1, distances + 1)[:, None]) % length
    left = np.broadcast_to(vectors[:, None, :], (many, distances, length))
    right = vectors[:, apart]
    orbit = np.where(left >= turned, left, np.where(right >= turned, right + fixed, (right - left) % turned))
    orbit = np.where((left >= turned) & (right >= turned), orbits, orbit)
    block = np.arange(many * distances).reshape(many, distances, 1) * (orbits + 1)
    counts = np.bincount((orbit + block).ravel(), minlength=many * distances * (orbits + 1))
    missing = counts.reshape(many, distances, orbits + 1)[:, :, :orbits] == 0
    return np.asarray(missing.sum(axis=(1, 2)), np.int64)


def _unfolded(vector: Whole, values: int, fixed: int) -> Whole:
    turned, length = values - fixed, len(vector)
    shifts = np.array([np.roll(vector, by) for by in range(length)], np.int32)
    rows = [np.where(shifts >= turned, shifts, (shifts + turn) % turned) for turn in range(turned)]
    rest = np.zeros((1, length), np.int32) if fixed == 1 else binary(length)
    return np.vstack([*rows, rest + turned]).astype(np.int32)


def _fixed_rows(fixed: int, columns: int) -> int:
    return 1 if fixed == 1 else binary_rows(columns)
