"""How few rows could do: a search that reaches this can stop."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .interactions import Interactions


def least_rows(interactions: Interactions, feasible: NDArray[np.bool_]) -> int:
    """No fewer rows than this cover the model: a scope needs a row for each of its tuples.

    Columns of two values or more need N rows with C(N - 1, ceil(N / 2)) >= columns when all pairs are possible (D. J.
    Kleitman, J. Spencer, 1973; G. O. H. Katona, 1973).
    """
    starts = interactions.base.astype(np.int64)
    most = int(np.add.reduceat(feasible.astype(np.int64), starts).max())
    model = interactions.encoding.model
    if model.strength >= 2 and not model.exclusions:
        columns = sum(size > 1 for size in interactions.encoding.levels)
        if columns >= 2:
            rows = 4
            while math.comb(rows - 1, math.ceil(rows / 2)) < columns:
                rows += 1
            most = max(most, rows)
    return most
