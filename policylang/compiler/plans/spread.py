"""Counts that come near the aims of a plan: rows go where they do most good, and move while a demand is missed.

A greedy construction, repaired by min-conflicts (S. Minton et al., "Minimizing conflicts", 1992) with a tabu list
(F. Glover, "Tabu search", 1989). It proves nothing: where it finds no counts, an exact engine has the word. All sums
are in whole numbers and every tie goes to the first cell, so the answer is the same on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from .aims import GRAIN, Aim, Whole
from .programme import Counts, Programme

REPAIRS = 3_000
TENURE = 12
"""For so many repairs a cell that has just lost or got a row is left alone."""

SWEEPS = 4
BATCHES = 400
"""Beyond so many rows, several are placed at a time: the best cells together."""

_UNLIMITED = 1 << 40
_MISS = 1 << 45
"""What missing a demand by one row costs; all aims together never cost as much."""


def spread(programme: Programme, aims: Sequence[Aim]) -> Counts | None:
    """Counts that meet every demand and come near the aims, or None where none are found."""
    if any(demand.low > 0 and not demand.cells for demand in programme.demands):
        return None
    board = _Board(programme, aims)
    pairs = _place_pairs(board, programme)
    if int(board.count.sum()) > programme.size:
        return None
    kept = board.count.copy()
    _place(board, programme.size)
    if board.misses and not _repaired(board, kept):
        return None
    _polish(board, kept)
    return _counts(board, pairs)


def nearer(programme: Programme, aims: Sequence[Aim], counts: Counts) -> Counts:
    """`counts`, which meet every demand, with rows moved so that they come nearer to the aims and still do."""
    board = _Board(programme, aims)
    kept = np.zeros(programme.cells, dtype=np.int64)
    for group, chosen in zip(programme.pairs, counts.pairs, strict=True):
        for placement, count in zip(group.placements, chosen, strict=True):
            for cell in placement:
                kept[cell] += count
    board.put(np.arange(programme.cells), np.array(counts.cells, dtype=np.int64))
    _polish(board, kept)
    return _counts(board, [list(chosen) for chosen in counts.pairs])


class _Board:
    """Rows in cells, with the demands they miss and the aims they are off."""

    def __init__(self, programme: Programme, aims: Sequence[Aim]) -> None:
        demands = programme.demands
        self.count = np.zeros(programme.cells, dtype=np.int64)
        self.aims = aims
        self.held = [np.zeros(len(aim.targets), dtype=np.int64) for aim in aims]
        # the demand behind the last makes every cell's list as long as the longest; it is always met
        self.low = np.array([*(demand.low for demand in demands), 0], dtype=np.int64)
        highs = (_UNLIMITED if demand.high is None else demand.high for demand in demands)
        self.high = np.array([*highs, _UNLIMITED], dtype=np.int64)
        self.have = np.zeros(len(demands) + 1, dtype=np.int64)
        member: list[list[int]] = [[] for _ in range(programme.cells)]
        for number, demand in enumerate(demands):
            for cell in demand.cells:
                member[cell].append(number)
        longest = max(map(len, member), default=0)
        self.demands = np.full((programme.cells, max(longest, 1)), len(demands), dtype=np.int64)
        for cell, numbers in enumerate(member):
            self.demands[cell, : len(numbers)] = numbers
        self.cells_of = [np.array(demand.cells, dtype=np.int64) for demand in demands]

    @property
    def misses(self) -> int:
        """By how many rows all demands together are missed."""
        return int(self._missed(self.have).sum())

    @property
    def missed(self) -> Whole:
        """The demands that are missed."""
        found: Whole = np.flatnonzero(self._missed(self.have))
        return found

    def _missed(self, have: Whole) -> Whole:
        missed: Whole = np.maximum(self.low - have, 0) + np.maximum(have - self.high, 0)
        return missed

    def cost(self, cells: Whole, by: int) -> Whole:
        """What it costs to put `by` (1 or -1) rows into each of `cells`; less than nothing is gain."""
        change = self._missed(self.have + by) - self._missed(self.have)
        change[-1] = 0
        total: Whole = change[self.demands[cells]].sum(axis=1) * _MISS
        for aim, held in zip(self.aims, self.held, strict=True):
            # the change of weight * (held - target)^2, in grains
            off = by * (2 * (held * GRAIN - aim.targets) + by * GRAIN) * aim.weight
            total += off[aim.entries[cells]]
        return total

    def put(self, cells: Whole, by: Whole | int) -> None:
        """Put `by` rows into each of `cells`."""
        rows = np.broadcast_to(np.asarray(by, dtype=np.int64), cells.shape)
        np.add.at(self.count, cells, rows)
        np.add.at(self.have, self.demands[cells], rows[:, None])
        for aim, held in zip(self.aims, self.held, strict=True):
            np.add.at(held, aim.entries[cells], rows)

    def move(self, cell: int, by: int) -> None:
        self.put(np.array([cell]), by)


def _place_pairs(board: _Board, programme: Programme) -> list[list[int]]:
    """Put the pairs where they do most good, those with the least choice first; gives their number a placement."""
    chosen = [[0] * len(group.placements) for group in programme.pairs]
    for at in sorted(range(len(programme.pairs)), key=lambda at: len(programme.pairs[at].placements)):
        group = programme.pairs[at]
        inner, outer = np.array(group.placements, dtype=np.int64).T
        for _ in range(group.count):
            best = int((board.cost(inner, 1) + board.cost(outer, 1)).argmin())
            board.move(int(inner[best]), 1)
            board.move(int(outer[best]), 1)
            chosen[at][best] += 1
    return chosen


def _place(board: _Board, size: int) -> None:
    """Fill the board up to `size` rows: what every cell is sure to get at once, then the best cell each time."""
    every = np.arange(len(board.count))
    if board.aims:
        sure = np.maximum(board.aims[0].targets // GRAIN - board.count, 0)
        if int(sure.sum() + board.count.sum()) <= size:
            board.put(every, sure)
    left = size - int(board.count.sum())
    step = max(left // BATCHES, 1)
    while left > 0:
        cost = board.cost(every, 1)
        chosen = np.array([cost.argmin()]) if step == 1 else np.argsort(cost, kind="stable")[: min(step, left)]
        board.put(chosen, 1)
        left -= len(chosen)


def _repaired(board: _Board, kept: Whole) -> bool:
    """Move single rows until no demand is missed; False when that is not reached."""
    rng = random.Random(0)
    every = np.arange(len(board.count))
    until = np.zeros(len(board.count), dtype=np.int64)
    for turn in range(1, REPAIRS + 1):
        missed = board.missed
        if not len(missed):
            return True
        demand = int(missed[rng.randrange(len(missed))])
        own = board.cells_of[demand]
        if board.have[demand] < board.low[demand]:
            into = _best(board, own, 1, until, turn)
            board.move(into, 1)
            movable = np.flatnonzero((board.count > kept) & (every != into))
            if not len(movable):
                return False
            out = _best(board, movable, -1, until, turn)
            board.move(out, -1)
        else:
            movable = own[board.count[own] > kept[own]]
            if not len(movable) or len(every) == 1:
                return False
            out = _best(board, movable, -1, until, turn)
            board.move(out, -1)
            into = _best(board, every[every != out], 1, until, turn)
            board.move(into, 1)
        until[[into, out]] = turn + TENURE + rng.randrange(TENURE)
    return not len(board.missed)


def _best(board: _Board, cells: Whole, by: int, until: Whole, turn: int) -> int:
    """The best of `cells`, of those that are not tabu if there are any."""
    free = cells[until[cells] <= turn]
    cells = free if len(free) else cells
    return int(cells[board.cost(cells, by).argmin()])


def _polish(board: _Board, kept: Whole) -> None:
    """Move single rows as long as each move is a gain."""
    every = np.arange(len(board.count))
    for _ in range(SWEEPS):
        moved = False
        for cell in np.flatnonzero(board.count > kept):
            board.move(int(cell), -1)
            cost = board.cost(every, 1)
            best = int(cost.argmin())
            better = best if cost[best] < cost[cell] else int(cell)
            board.move(better, 1)
            moved |= better != cell
        if not moved:
            return


def _counts(board: _Board, pairs: Sequence[Sequence[int]]) -> Counts:
    return Counts(cells=tuple(board.count.tolist()), pairs=tuple(map(tuple, pairs)))
