"""One row at a time: many candidates grow column by column, and the one that covers most is taken.

This is the scheme of AETG (D. M. Cohen, S. R. Dalal, M. L. Fredman, G. C. Patton, "The AETG system", 1997), with
candidates as the rows of one array. Exclusions are propagated after each value, so that no row is built and thrown away
(M. B. Cohen, M. B. Dwyer, J. Shi, "Constructing interaction test suites for highly-configurable systems in the presence
of constraints", 2008).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .encoding import UNSET, Whole
from .feasibility import completed
from .interactions import Interactions
from .solver import Solver

CANDIDATES = 6
MOST_ORDERS = 1
EFFORT = 400_000_000
TIES = 1 << 10


class Greedy:
    """Rows for what `needed` (one flag for each tuple) still asks for. Taking a row clears its flags."""

    def __init__(self, interactions: Interactions, solver: Solver, needed: NDArray[np.bool_], seed: int) -> None:
        self.interactions = interactions
        self.encoding = interactions.encoding
        self.solver = solver
        self.needed = needed
        self._random = np.random.RandomState(seed % (1 << 32))  # its streams are frozen: NumPy enhancement proposal 19
        self._chance = random.Random(seed)
        widest = sorted(self.encoding.levels)[-interactions.columns.shape[1] :]
        rows = int(np.prod(widest, dtype=object))
        cost = CANDIDATES * len(interactions.scopes) * rows * max(widest)
        self._orders = max(1, min(MOST_ORDERS, EFFORT // cost))

    def rows(self) -> list[list[int]]:
        """Rows until nothing is needed."""
        found = []
        while self.needed.any():
            found.append(self.row())
        return found

    def row(self, given: Sequence[int] | None = None) -> list[int]:
        """One row that covers much of what is needed and has the values of `given`, a row that can be completed."""
        best: list[int] = []
        most = -1
        for _ in range(self._orders):
            starts = [list(given)] * CANDIDATES if given is not None else self._starts()
            grown = self._grown(starts)
            gains = np.count_nonzero(self.needed[self.interactions.of_rows(grown)], axis=1)
            at = int(gains.argmax())
            if gains[at] > most:
                most, best = int(gains[at]), grown[at].tolist()
        self.take(best)
        return best

    def take(self, row: Sequence[int]) -> None:
        self.needed[self.interactions.of_rows(np.array([row], np.int32))] = False

    def _starts(self) -> list[list[int]]:
        """For each candidate a tuple that is needed, all of one scope."""
        missing = np.flatnonzero(self.needed)
        base = self.interactions.base
        first = missing[int(self._random.randint(0, len(missing), dtype=np.int64))]
        scope = int(np.searchsorted(base, first, side="right")) - 1
        end = base[scope + 1] if scope + 1 < len(base) else self.interactions.total
        here = missing[(missing >= base[scope]) & (missing < end)]
        chosen = here[self._random.randint(0, len(here), CANDIDATES, dtype=np.int64)]
        return [self.interactions.partial(number) for number in chosen.tolist()]

    def _grown(self, starts: list[list[int]]) -> Whole:
        """The starts, completed column by column in one random order; the columns that they set are the same in all."""
        width = len(self.encoding.levels)
        is_set = [value != UNSET for value in starts[0]]
        order = [c for c in range(width) if is_set[c]]
        order += [c for c in self._random.permutation(width).tolist() if not is_set[c]]
        grown = np.zeros((len(starts), width + 1), np.int32)  # with the column that pads scopes
        grown[:, :width] = np.maximum(np.array(starts, np.int32), 0)
        states = [self.solver.fix(start) for start in starts] if self.solver.constrained else []
        stuck: dict[int, list[int]] = {}
        fixed = sum(is_set)
        for column, scopes, own in self._steps(order)[fixed:]:
            keys = self._keys(grown, column, scopes, own)
            if states and column in self._constrained:
                picks = [
                    self._pick(m, column, keys[m], states, starts, stuck) if m not in stuck else 0
                    for m in range(len(starts))
                ]
                grown[:, column] = picks
            else:
                grown[:, column] = keys.argmax(axis=1)
        for m, row in stuck.items():
            grown[m, :width] = row
        return grown[:, :width]

    @property
    def _constrained(self) -> frozenset[int]:
        return frozenset(self.solver.constrained)

    def _steps(self, order: list[int]) -> list[tuple[int, Whole, Whole]]:
        """Each column with the scopes that it is the last of, and its strides in them."""
        rank = np.full(len(order) + 1, -1, np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        ranks = rank[self.interactions.columns]
        last = ranks.argmax(axis=1)
        every = np.arange(len(last))
        at = ranks[every, last]
        own = self.interactions.stride[every, last]
        by_rank = np.argsort(at, kind="stable").astype(np.int32)
        ends = np.searchsorted(at[by_rank], np.arange(len(order) + 1))
        parts = [by_rank[ends[i] : ends[i + 1]] for i in range(len(order))]
        return [(column, part, own[part]) for column, part in zip(order, parts, strict=True)]

    def _keys(self, grown: Whole, column: int, scopes: Whole, own: Whole) -> NDArray[np.int64]:
        """For each candidate and value how much it would cover now, ties in random order."""
        level = self.encoding.levels[column]
        keys: NDArray[np.int64] = self._random.randint(0, TIES, (len(grown), level), dtype=np.int64)
        if len(scopes):
            columns, stride = self.interactions.columns[scopes], self.interactions.stride[scopes]
            numbers = self.interactions.base[scopes] + stride[:, 0] * grown[:, columns[:, 0]]
            for j in range(1, columns.shape[1]):
                numbers += stride[:, j] * grown[:, columns[:, j]]
            each = numbers[:, None, :] + np.arange(level, dtype=np.int32)[:, None] * own
            keys += TIES * np.count_nonzero(self.needed.take(each), axis=2)
        return keys

    def _pick(
        self,
        m: int,
        column: int,
        keys: NDArray[np.int64],
        states: list[int],
        starts: list[list[int]],
        stuck: dict[int, list[int]],
    ) -> int:
        """The best value that propagation allows. Where none is left, any completion of the start replaces the row."""
        for value in np.argsort(-keys, kind="stable").tolist():
            if state := self.solver.assign(states[m], column, value):
                states[m] = state
                return int(value)
        row = completed(self.solver, self.solver.fix(starts[m]), self._chance)
        if row is None:
            raise ValueError("a start that cannot be completed")
        stuck[m] = row
        return 0
