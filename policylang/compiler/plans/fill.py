"""Cases for the rows: different ones first, and some of every kind."""

from __future__ import annotations

import itertools
import random
from collections import Counter

from policylang.language.logic.diagram import NONE, Diagram
from policylang.language.meaning.policy import Clause, Label

from .cells import Cell, Cells
from .regions import Stratum

FEW = 512
"""Up to this many cases are listed to find the next one; beyond, drawing again is enough."""

DRAWS = 64


class Filling:
    """Chooses cases for the rows of one clause and label.

    The most telling tier that the cell admits is used; within it the strata take turns, and no case is chosen again
    before every other of its tier has been chosen as often.
    """

    def __init__(self, cells: Cells, clause: Clause, label: Label, rng: random.Random) -> None:
        self._cells = cells
        self._space = cells.regions(clause).space
        self._diagrams = self._space.diagrams
        self._tiers = cells.regions(clause).tiers(clause, label)
        self._rng = rng
        self._taken: Counter[tuple[str, ...]] = Counter()
        self._turns: Counter[str] = Counter()
        self._strata: dict[Diagram, tuple[Stratum, ...]] = {}
        self._rounds: Counter[Diagram] = Counter()
        self._queues: dict[tuple[Diagram, int], list[dict[str, str]]] = {}

    def take(self, case: dict[str, str]) -> None:
        """Some row has this case already."""
        self._taken[self._key(case)] += 1

    def choose(self, cell: Cell) -> dict[str, str]:
        """A case for a row of the cell. Raises ValueError when the cell admits none."""
        allowed = self._cells.allowed(cell)
        if allowed not in self._strata:
            self._strata[allowed] = self._strata_within(allowed)
        turn = sorted(self._strata[allowed], key=lambda stratum: self._turns[stratum.name])  # stable: ties keep order
        for often in itertools.count(self._rounds[allowed]):
            self._rounds[allowed] = often
            for stratum in turn:
                case = self._next(stratum.cases, often)
                if case is not None:
                    self._turns[stratum.name] += 1
                    self.take(case)
                    return self._space.ordered(case)
        raise AssertionError("unreachable: every round has a case")

    def _strata_within(self, allowed: Diagram) -> tuple[Stratum, ...]:
        for tier in self._tiers:
            within = [Stratum(s.name, self._diagrams.all_of(s.cases, allowed)) for s in tier]
            if found := tuple(stratum for stratum in within if stratum.cases != NONE):
                return found
        raise ValueError("the cell admits no case")

    def _next(self, cases: Diagram, often: int) -> dict[str, str] | None:
        """A case that at most `often` rows have; None when there is none, or none is found in a large stratum."""
        if self._diagrams.count(cases) > FEW:
            drawn = (self._diagrams.sample(cases, self._rng) for _ in range(DRAWS))
            return next((case for case in drawn if self._taken[self._key(case)] <= often), None)
        if (cases, often) not in self._queues:
            queue = self._queues[cases, often] = list(self._diagrams.iterate(cases))
            self._rng.shuffle(queue)
        queue = self._queues[cases, often]
        while queue:
            case = queue.pop()
            if self._taken[self._key(case)] <= often:
                return case
        return None

    def _key(self, case: dict[str, str]) -> tuple[str, ...]:
        return tuple(case[variable] for variable in self._space.variables)
