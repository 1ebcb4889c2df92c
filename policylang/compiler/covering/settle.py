"""Weights: values that coverage does not need are chosen again, so that each column comes near to its weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoding, Whole
from .interactions import Interactions
from .moves import Table
from .solver import Solver


def settle(interactions: Interactions, solver: Solver, rows: Whole, frozen: NDArray[np.bool_]) -> Whole:
    """Rows that cover the same. A place that may change takes the value most owed to its column (D'Hondt's rule)."""
    encoding = interactions.encoding
    weighted = [(encoding.column[name], _weights(encoding, name)) for name in encoding.model.weights]
    if not weighted or not len(rows):
        return rows
    table = Table(interactions, solver, rows, frozen)
    for column, weights in weighted:
        counts = np.bincount(table.values[column], minlength=len(weights)).tolist()
        for row in range(table.size):
            before = int(table.values[column, row])
            if table.frozen[column, row] or table.loss[column, row]:
                continue
            counts[before] -= 1
            best = before
            for value, weight in enumerate(weights):
                owed = weight * (counts[best] + 1) - weights[best] * (counts[value] + 1)
                if owed > 0 and table.allowed(column, row, value):
                    best = value
            counts[best] += 1
            if best != before:
                table.change(column, row, best)
    return table.rows()


def _weights(encoding: Encoding, name: str) -> list[int]:
    weights = encoding.model.weights[name]
    return [weights.get(value, 1) for value in encoding.model.parameters[name]]
