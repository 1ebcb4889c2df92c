"""Local search: take a row out, repair what that leaves uncovered by changing single values, and again.

Tabu search over one-value changes that cover a missing combination, as in K. J. Nurmela, "Upper bounds for covering
arrays by tabu search" (2004) and J. Lin, C. Luo, S. Cai, K. Su, D. Hao, L. Zhang, "TCA: an efficient two-mode
meta-heuristic algorithm for combinatorial test generation" (2015).
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoding import UNSET, Whole
from .interactions import Interactions
from .moves import Move, Table
from .problems import EntangledError
from .solver import Solver

TENURE = 4
"""Steps for which a changed place is left alone: this many, and at random up to twice as many."""

SHAKEN = 50
"""One step in so many makes a row anew, so that the search leaves where it has come to turn in circles."""

TRIED = 4
"""Rows among which the one to make anew is chosen."""


@dataclass(frozen=True)
class Budget:
    """How long to search. `steps` is the same on every machine; `seconds` of processor time, as well, is not."""

    steps: int
    seconds: float | None = None


def shrink(
    interactions: Interactions,
    solver: Solver,
    rows: Whole,
    frozen: NDArray[np.bool_],
    least: int,
    budget: Budget,
    seed: int,
) -> Whole:
    """Fewer rows that cover the same: as few as `budget` allows, and not below `least`, which is known to be needed.

    Places of `frozen` keep their values, and rows that have such a place stay where they are.
    """
    rng = random.Random(seed)
    end = None if budget.seconds is None else time.process_time() + budget.seconds
    best, kept = rows, frozen
    left = budget.steps
    while left > 0 and len(best) > least and not kept.any(axis=1).all():
        table = Table(interactions, solver, best, kept)
        table.remove(table.least_needed())
        left -= 1
        walk = Walk(table, rng)
        while table.uncovered and left > 0:
            if end is not None and time.process_time() > end:
                return best
            left -= 1
            walk.step()
        if not table.uncovered:
            best, kept = table.rows(), table.frozen.T.copy()
    return best


class Walk:
    """Tabu search on one table."""

    def __init__(self, table: Table, rng: random.Random) -> None:
        self.table = table
        self.rng = rng
        self.clock = 0
        self.until = [[0] * table.size for _ in range(table.width)]
        self.least = len(table.uncovered)

    def step(self) -> None:
        """One change: the best that is not tabu, or a row made anew for a missing tuple when there is none."""
        table, rng = self.table, self.rng
        self.clock += 1
        best: list[Move] = []
        lowest = 1 << 30
        for (column, row, value), gain in table.moves(rng).items():
            cost = table.loss[column, row] - gain
            if cost > lowest:
                continue
            if self.until[column][row] > self.clock and table.missing + cost >= self.least:
                continue
            if not table.allowed(column, row, value):
                continue
            if cost < lowest:
                lowest, best = cost, []
            best.append((column, row, value))
        if best and rng.random() * SHAKEN >= 1:
            column, row, value = best[int(rng.random() * len(best))]
            self._change(column, row, value)
        else:
            self._make_anew()
        self.least = min(self.least, table.missing)

    def _change(self, column: int, row: int, value: int) -> None:
        self.table.change(column, row, value)
        self.until[column][row] = self.clock + TENURE + int(self.rng.random() * TENURE)

    def _make_anew(self) -> None:
        """Put a missing tuple into the row where that, with what exclusions then demand, costs least of some."""
        table, rng = self.table, self.rng
        partial = table.interactions.partial(table.uncovered[int(rng.random() * table.missing)])
        best: list[Move] = []
        lowest = 1 << 30
        for _ in range(TRIED):
            row = int(rng.random() * table.size)
            now = table.values[:, row].tolist()
            if any(table.frozen[c, row] and value not in (UNSET, now[c]) for c, value in enumerate(partial)):
                continue
            wanted = [n if table.frozen[c, row] else p for c, (n, p) in enumerate(zip(now, partial, strict=True))]
            made = nearest(table.solver, wanted, now) or now
            changes = [(column, row, value) for column, value in enumerate(made) if value != now[column]]
            cost = sum(int(table.loss[column, row]) for column, _, _ in changes)
            if changes and cost < lowest:
                lowest, best = cost, changes
        for column, row, value in best:
            self._change(column, row, value)


def nearest(solver: Solver, wanted: list[int], now: list[int]) -> list[int] | None:
    """A row with the values of `wanted`, and those of `now` where exclusions allow; None when there is none."""

    def as_now(column: int, values: list[int]) -> list[int]:
        return sorted(values, key=lambda value: (value != now[column], value))

    state = solver.fix(wanted)
    if not state:
        return None
    for column, value in enumerate(now):  # what propagation leaves is kept, and only then search may change more
        state = solver.assign(state, column, value) or state
    try:
        state = solver.solve(state, as_now) or solver.solve(solver.fix(wanted), as_now)
    except EntangledError:  # another row will do
        return None
    return [as_now(c, solver.open_values(state, c))[0] for c in range(len(now))] if state else None
