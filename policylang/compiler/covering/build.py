"""From a model to rows: what is possible, rows that are given, a construction, a search, and weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .array import CoveringArray, Dropped, reasons, refused
from .bounds import least_rows
from .encoding import UNSET, Encoding
from .feasibility import feasible_tuples
from .greedy import Greedy
from .interactions import Interactions
from .model import CoveringModel, Row
from .problems import CoveringError
from .search import Budget, shrink
from .settle import settle
from .solver import Solver
from .starters import algebraic

STEPS = 2_000
"""Steps of search unless told otherwise: some tenths of a second for models of a hundred parameters."""
ENDLESS = 1 << 40


def cover(
    model: CoveringModel,
    *,
    seed_rows: Sequence[Row] = (),
    seed: int = 0,
    steps: int | None = None,
    seconds: float | None = None,
) -> CoveringArray:
    """Rows that cover the model, as few as the search finds.

    `seed_rows` come first and are kept as they are; what they leave open is filled in. `steps` bounds the search, and
    the same arguments then give the same rows on every machine. `seconds` (of processor time, for the search alone)
    is for convenience: how far the search comes then depends on the machine, and so do the rows.

    Raises CoveringError when no row is possible, or when a seed row cannot stand.
    """
    encoding = Encoding(model)
    solver = Solver(encoding)
    given = []
    for at, row in enumerate(seed_rows):
        partial = encoding.row(row, f"seed row {at}")
        if not row:
            raise CoveringError(f"seed row {at} is empty; give it a value or leave it out")
        if not solver.possible(partial) and solver.possible([UNSET] * len(encoding.levels)):
            raise refused(encoding, solver, partial, f"seed row {at}")
        given.append(partial)
    return _built(encoding, solver, given, seed, _budget(steps, seconds))


def extend(
    model: CoveringModel,
    rows: Sequence[Row],
    *,
    seed: int = 0,
    steps: int | None = None,
    seconds: float | None = None,
) -> CoveringArray:
    """Earlier rows that can still stand, kept as they are, and as few more as the search finds.

    A row lost is one with a value that the model no longer has, or that exclusions now forbid: `dropped` says why.
    Parameters that the model no longer has are left out of it, new ones are filled in. `seed`, `steps` and `seconds`
    are those of `cover`.
    """
    encoding = Encoding(model)
    solver = Solver(encoding)
    given: list[list[int]] = []
    kept: list[int] = []
    dropped: list[Dropped] = []
    for at, row in enumerate(rows):
        known = {name: value for name, value in row.items() if name in encoding.column}
        gone = [
            f"{name} has no value {value!r}" for name, value in known.items() if value not in model.parameters[name]
        ]
        if gone or not known:
            dropped.append(Dropped(at, "; ".join(gone) or "it has no parameter of the model"))
            continue
        partial = encoding.row(known, f"row {at}")
        if solver.possible(partial):
            given.append(partial)
            kept.append(at)
        else:
            dropped.append(Dropped(at, "; ".join(reasons(solver, partial))))
    return _built(encoding, solver, given, seed, _budget(steps, seconds), tuple(kept), tuple(dropped))


def _built(
    encoding: Encoding,
    solver: Solver,
    given: list[list[int]],
    seed: int,
    budget: Budget,
    kept: tuple[int, ...] = (),
    dropped: tuple[Dropped, ...] = (),
) -> CoveringArray:
    interactions = Interactions(encoding)
    feasible = feasible_tuples(interactions, solver)
    greedy = Greedy(interactions, solver, feasible.copy(), seed)
    complete = [row for row in given if UNSET not in row]
    for row in complete:
        greedy.take(row)
    found = [row if UNSET not in row else greedy.row(row) for row in given]
    found += greedy.rows()
    rows = np.array(found, np.int32)
    if not given and not solver.constrained and interactions.columns.shape[1] == 2:
        rows = better if (better := algebraic(encoding.levels, len(rows), seed)) is not None else rows
    frozen = np.zeros(rows.shape, np.bool_)
    if given:
        frozen[: len(given)] = np.array(given, np.int32) != UNSET
    least = least_rows(interactions, feasible)
    rows = shrink(interactions, solver, rows, frozen, least, budget, seed)
    rows = settle(interactions, solver, rows, frozen[: len(rows)])
    named = tuple(encoding.named(row) for row in rows.tolist())
    return CoveringArray(encoding.model, named, len(given), max(least, len(given)), kept, dropped)


def _budget(steps: int | None, seconds: float | None) -> Budget:
    if steps is not None and steps < 0:
        raise CoveringError(f"steps is {steps}; give 0 for no search, or more")
    if seconds is not None and not 0 <= seconds < float("inf"):
        raise CoveringError(f"seconds is {seconds}; give a number of seconds, 0 or more")
    if steps is None:
        steps = STEPS if seconds is None else ENDLESS
    return Budget(steps, seconds)
