"""The combinations to cover, numbered: every scope (some columns) has a block of numbers, one a tuple."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoding, Whole


class Interactions:
    """Scopes as arrays, padded to the highest strength with a column beyond the last, whose stride is 0.

    The number of the tuple that a row has in scope `s` is `base[s] + sum(stride[s, j] * row[columns[s, j]])`.
    """

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        width = len(encoding.levels)
        scopes = _without_contained([tuple(encoding.column[name] for name in s) for s in encoding.model.scopes()])
        self.scopes = scopes
        strength = max(map(len, scopes))
        self.columns: Whole = np.full((len(scopes), strength), width, np.int32)
        self.stride: Whole = np.zeros((len(scopes), strength), np.int32)
        sizes = []
        for at, scope in enumerate(scopes):
            size = 1
            for j, column in reversed(list(enumerate(scope))):
                self.columns[at, j], self.stride[at, j] = column, size
                size *= encoding.levels[column]
            sizes.append(size)
        ends = list(accumulate(sizes))
        self.total = ends[-1]
        self._starts = [0, *ends[:-1]]
        self.base: Whole = np.array(self._starts, np.int32)
        self.of_column: list[Whole] = []
        self.own_stride: list[Whole] = []
        for column in range(width):
            found, place = np.nonzero(self.columns == column)
            self.of_column.append(found.astype(np.int32))
            self.own_stride.append(self.stride[found, place])

    def of_rows(self, rows: Whole) -> Whole:
        """The tuples of complete rows (rows x columns): an array of rows x scopes."""
        padded = np.hstack([rows, np.zeros((len(rows), 1), np.int32)])
        numbers = np.repeat(self.base[None, :], len(rows), axis=0)
        for j in range(self.columns.shape[1]):
            numbers += self.stride[:, j] * padded[:, self.columns[:, j]]
        return numbers

    def counts(self, rows: Whole) -> Whole:
        """How often each tuple occurs in complete rows."""
        found = np.zeros(self.total, np.int32)
        for some in np.array_split(rows, max(1, len(rows) * len(self.scopes) // 1_000_000)):
            found += np.bincount(self.of_rows(some).ravel(), minlength=self.total).astype(np.int32)
        return found

    def tuple_at(self, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The columns and the values of a tuple."""
        at = bisect_right(self._starts, number) - 1
        left = number - self._starts[at]
        values = []
        for column in reversed(self.scopes[at]):
            left, value = divmod(left, self.encoding.levels[column])
            values.append(value)
        return self.scopes[at], tuple(reversed(values))

    def partial(self, number: int) -> list[int]:
        """The tuple as a row that leaves all else open."""
        row = [-1] * len(self.encoding.levels)
        for column, value in zip(*self.tuple_at(number), strict=True):
            row[column] = value
        return row

    def inside(self, constrained: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For each scope, whether it has a column of `constrained`."""
        padded: NDArray[np.bool_] = np.append(constrained, False)[self.columns]
        return np.asarray(padded.any(axis=1), np.bool_)


def _without_contained(scopes: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Leave out scopes that lie inside another: whoever covers the larger covers them."""
    shortest = min(map(len, scopes))
    large = [frozenset(scope) for scope in scopes if len(scope) > shortest]
    by_column: dict[int, list[frozenset[int]]] = {}
    for scope in large:
        for column in scope:
            by_column.setdefault(column, []).append(scope)
    return [
        scope
        for scope in scopes
        if not any(frozenset(scope) < other for other in by_column.get(scope[0], ()) if len(other) > len(scope))
    ]
