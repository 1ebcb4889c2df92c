"""How few rows could do: a search that reaches this can stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .interactions import Interactions
from .starters import binary_rows


def least_rows(interactions: Interactions, feasible: NDArray[np.bool_]) -> int:
    """No fewer rows than this cover the model: a scope needs a row for each of its tuples.

    Columns of two values or more need at least as many as columns of just two, when all pairs are possible.
    """
    starts = interactions.base.astype(np.int64)
    most = int(np.add.reduceat(feasible.astype(np.int64), starts).max())
    model = interactions.encoding.model
    if model.strength >= 2 and not model.exclusions:
        columns = sum(size > 1 for size in interactions.encoding.levels)
        if columns >= 2:
            most = max(most, binary_rows(columns))
    return most
