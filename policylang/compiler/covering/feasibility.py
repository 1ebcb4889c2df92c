"""Which combinations no row can have, decided exactly, before rows are built.

Rows that satisfy all exclusions prove what they contain; only what no such row has shown is put to the solver.
"""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from .encoding import UNSET
from .interactions import Interactions
from .problems import CoveringError, EntangledError
from .solver import Solver

MOST_WORK = 20_000_000
"""Looks at an exclusion for all questions; about ten seconds."""


def feasible_tuples(interactions: Interactions, solver: Solver) -> NDArray[np.bool_]:
    """For each tuple whether some row has it. Raises CoveringError when no row is possible at all."""
    encoding = interactions.encoding
    nothing = [UNSET] * len(encoding.levels)
    if not solver.possible(nothing):
        names = [encoding.model.exclusions[at].because for at in solver.conflict(nothing)]
        raise CoveringError(f"the exclusions leave no row possible; remove or narrow one of: {'; '.join(names)}")
    feasible = np.ones(interactions.total, np.bool_)
    if not solver.constrained:
        return feasible
    constrained = np.zeros(len(encoding.levels), np.bool_)
    constrained[solver.constrained] = True
    open_scopes = np.flatnonzero(interactions.inside(constrained))
    ends = np.append(interactions.base, interactions.total)
    for at in open_scopes:
        feasible[ends[at] : ends[at + 1]] = False
    rng = random.Random(0)
    known: dict[tuple[int, ...], bool] = {}
    for number in np.flatnonzero(~feasible).tolist():
        if feasible[number]:
            continue
        partial = interactions.partial(number)
        key = tuple(partial[c] for c in solver.constrained)
        if key not in known:
            if solver.spent > MOST_WORK:
                raise EntangledError
            row = completed(solver, solver.fix(partial), rng)
            known[key] = row is not None
            if row is not None:
                feasible[interactions.of_rows(np.array([row], np.int32))] = True
        feasible[number] = known[key]
    return feasible


def completed(solver: Solver, state: int, rng: random.Random) -> list[int] | None:
    """A row of the state, its values drawn at random; None when there is none."""

    def shuffled(_: int, values: list[int]) -> list[int]:
        return sorted(values, key=lambda _: rng.random())

    state = solver.solve(state, shuffled)
    if not state:
        return None
    return [shuffled(c, solver.open_values(state, c))[0] for c in range(len(solver.encoding.levels))]
