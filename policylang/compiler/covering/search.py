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

from .encoding import Whole
from .interactions import Interactions
from .moves import Table
from .solver import Solver

TENURE = 4
"""Steps for which a changed place is left alone: this many, and at random up to twice as many."""


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
        best: list[tuple[int, int, int]] = []
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
        if best:
            column, row, value = best[int(rng.random() * len(best))]
            self._change(column, row, value)
        else:
            self._force()
        self.least = min(self.least, table.missing)

    def _change(self, column: int, row: int, value: int) -> None:
        self.table.change(column, row, value)
        self.until[column][row] = self.clock + TENURE + int(self.rng.random() * TENURE)

    def _force(self) -> None:
        """Put a missing tuple into some row, and change there what exclusions then demand, as little as possible."""
        table, rng = self.table, self.rng
        partial = table.interactions.partial(table.uncovered[int(rng.random() * table.missing)])
        free = [
            row
            for row in range(table.size)
            if all(
                value < 0 or not table.frozen[c, row] or table.values[c, row] == value
                for c, value in enumerate(partial)
            )
        ]
        if not free:
            return
        row = free[int(rng.random() * len(free))]
        now = table.values[:, row].tolist()
        wanted = [n if table.frozen[c, row] else p for c, (n, p) in enumerate(zip(now, partial, strict=True))]
        made = nearest(table.solver, wanted, now)
        for column, value in enumerate(made or now):
            if value != now[column]:
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
    state = solver.solve(state, as_now) or solver.solve(solver.fix(wanted), as_now)
    return [as_now(c, solver.open_values(state, c))[0] for c in range(len(now))] if state else None
