"""A set of rows under repair: what is uncovered, what each value alone covers, and what changing a value does."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from .encoding import Whole
from .interactions import Interactions
from .solver import Solver

LOOKED_AT = 6
"""Missing combinations whose changes one step weighs. More makes better but slower steps."""

Move = tuple[int, int, int]
"""Column, row, and the value to put there."""


class Table:
    """Rows as columns of arrays, with all counts kept up to date by `change`.

    `count[n]` is how many rows have tuple `n`; `loss[c, r]` how many tuples through column `c` only row `r` has, which
    is what changing that value would uncover.
    """

    def __init__(self, interactions: Interactions, solver: Solver, rows: Whole, frozen: NDArray[np.bool_]) -> None:
        self.interactions = interactions
        self.solver = solver
        self.width = len(interactions.encoding.levels)
        self._first = interactions.encoding.first
        self.frozen = frozen.T.copy()
        self.values: Whole = rows.T.copy()
        self.feasible = interactions.counts(rows) > 0  # the rows given cover all that can be covered
        self._build()

    @property
    def missing(self) -> int:
        return len(self.uncovered)

    def rows(self) -> Whole:
        return self.values.T.copy()

    def least_needed(self) -> int:
        """The row, of those that may go, which alone covers the least."""
        alone = np.count_nonzero(self.count[self.tuples] == 1, axis=0)
        alone[self.frozen.any(axis=0)] = np.iinfo(alone.dtype).max
        return int(alone.argmin())

    def remove(self, row: int) -> None:
        self.values = np.delete(self.values, row, axis=1)
        self.frozen = np.delete(self.frozen, row, axis=1)
        self._build()

    def _build(self) -> None:
        """All counts from the values."""
        inter = self.interactions
        self.size = self.values.shape[1]
        self.tuples: Whole = inter.of_rows(self.values.T).T.copy()
        self.count: Whole = inter.counts(self.values.T)
        self._set_uncovered()
        alone_scope, alone_row = np.nonzero(self.count[self.tuples] == 1)
        loss = np.zeros((self.width + 1, self.size), np.int32)
        np.add.at(loss, (inter.columns[alone_scope], alone_row[:, None]), 1)
        self.loss = loss
        self._flat_loss = loss.reshape(-1)
        self._where: Whole = inter.columns * np.int32(self.size)
        symbols = inter.encoding.symbols
        self.holding = [0] * symbols
        for column in range(self.width):
            for row, value in enumerate(self.values[column].tolist()):
                self.holding[self._first[column] + value] |= 1 << row
        self.free = [sum(1 << int(r) for r in np.flatnonzero(~self.frozen[c])) for c in range(self.width)]
        self._bits = [inter.encoding.bits(row) for row in self.values.T.tolist()]

    def _set_uncovered(self) -> None:
        self.uncovered: list[int] = np.flatnonzero(self.feasible & (self.count == 0)).tolist()
        self._place = {number: at for at, number in enumerate(self.uncovered)}

    def moves(self, rng: random.Random) -> dict[Move, int]:
        """Changes of one value that cover something missing, and how much of it."""
        found: dict[Move, int] = {}
        looked_at = self.uncovered
        if len(looked_at) > LOOKED_AT:
            start = int(rng.random() * len(looked_at))
            looked_at = (looked_at[start:] + looked_at[:start])[:LOOKED_AT]
        for number in looked_at:
            columns, values = self.interactions.tuple_at(number)
            for j, column in enumerate(columns):
                rows = self.free[column]
                for other, value in zip(columns, values, strict=True):
                    if other != column:
                        rows &= self.holding[self._first[other] + value]
                while rows:
                    low = rows & -rows
                    rows ^= low
                    move = column, low.bit_length() - 1, values[j]
                    found[move] = found.get(move, 0) + 1
        return found

    def allowed(self, column: int, row: int, value: int) -> bool:
        """Whether the row still satisfies every exclusion with that value."""
        encoding = self.interactions.encoding
        bits = self._bits[row] & ~encoding.masks[column] | 1 << (encoding.first[column] + value)
        return self.solver.satisfied(bits, column)

    def change(self, column: int, row: int, value: int) -> None:
        """Put a value into a place, and bring all counts up to date."""
        inter, count, tuples = self.interactions, self.count, self.tuples
        before = int(self.values[column, row])
        scopes = inter.of_column[column]
        old = tuples[scopes, row]
        new = old + inter.own_stride[column] * np.int32(value - before)
        tuples[scopes, row] = -1
        fewer = count[old] - 1
        count[old] = fewer
        more = count[new] + 1
        count[new] = more
        where, loss = self._where[scopes], self._flat_loss
        # The changed row no longer is the only one to have some old tuples, and is the only one to have some new ones.
        np.subtract.at(loss, where[fewer == 0] + row, 1)
        np.add.at(loss, where[more == 1] + row, 1)
        # Another row becomes the only one, or no longer is.
        for at, numbers, sign in (
            (np.flatnonzero(fewer == 1), old, 1),
            (np.flatnonzero(more == 2), new, -1),
        ):
            if len(at):
                other = (tuples[scopes[at]] == numbers[at, None]).argmax(axis=1)
                np.add.at(loss, where[at] + other[:, None], sign)
        tuples[scopes, row] = new
        self.values[column, row] = value
        symbol = self._first[column]
        self.holding[symbol + before] ^= 1 << row
        self.holding[symbol + value] |= 1 << row
        self._bits[row] ^= 1 << (symbol + before) | 1 << (symbol + value)
        # Between the changes of one row that is made anew, it may have what no row can have: that is not counted.
        for number in old[(fewer == 0) & self.feasible[old]].tolist():
            self._place[number] = len(self.uncovered)
            self.uncovered.append(number)
        for number in new[(more == 1) & self.feasible[new]].tolist():
            self._drop(number)

    def _drop(self, number: int) -> None:
        at = self._place.pop(number)
        last = self.uncovered.pop()
        if last != number:
            self.uncovered[at] = last
            self._place[last] = at
