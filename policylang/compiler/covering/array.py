"""A covering array: rows in words, what was kept and dropped for it, and what no row can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .encoding import Encoding
from .feasibility import feasible_tuples
from .interactions import Interactions
from .model import CoveringModel
from .problems import CoveringError
from .solver import Solver


@dataclass(frozen=True)
class Dropped:
    """A row of an earlier array that can no longer stand, by its number from 0, and why."""

    row: int
    because: str


@dataclass(frozen=True)
class Impossible:
    """A combination that no row can have, and the exclusions that together forbid it: none of them can be left out."""

    values: dict[str, str]
    because: tuple[str, ...]


@dataclass(frozen=True)
class CoveringArray:
    """Rows that cover `model`. The first `given` of them are the seed rows, or the rows kept from an earlier array.

    `least` is a number of rows below which nothing can cover the model; `kept` are the numbers of the earlier rows.
    """

    model: CoveringModel
    rows: tuple[dict[str, str], ...]
    given: int
    least: int
    kept: tuple[int, ...] = ()
    dropped: tuple[Dropped, ...] = field(default=())

    @cached_property
    def impossible(self) -> tuple[Impossible, ...]:
        """Everything that is asked for and that no row can have, with reasons."""
        return impossible_combinations(self.model)


def impossible_combinations(model: CoveringModel) -> tuple[Impossible, ...]:
    """Every combination that the model asks for and that exclusions make impossible, with reasons.

    Raises CoveringError when no row is possible at all.
    """
    encoding = Encoding(model)
    interactions, solver = Interactions(encoding), Solver(encoding)
    found = []
    for number in np.flatnonzero(~feasible_tuples(interactions, solver)).tolist():
        partial = interactions.partial(number)
        found.append(Impossible(encoding.named(partial), reasons(solver, partial)))
    return tuple(found)


def why_impossible(model: CoveringModel, values: dict[str, str]) -> tuple[str, ...]:
    """The exclusions that together forbid these values, none of which can be left out; empty when a row can have them.

    Raises CoveringError for a parameter or value that the model does not have.
    """
    encoding = Encoding(model)
    solver = Solver(encoding)
    partial = encoding.row(values, "the combination")
    return () if solver.possible(partial) else reasons(solver, partial)


def reasons(solver: Solver, partial: list[int]) -> tuple[str, ...]:
    return tuple(solver.encoding.model.exclusions[at].because for at in solver.conflict(partial))


def refused(encoding: Encoding, solver: Solver, partial: list[int], where: str) -> CoveringError:
    """The error for a row that was given and cannot stand."""
    values = ", ".join(f"{name} = {value}" for name, value in encoding.named(partial).items())
    return CoveringError(f"{where} ({values}) breaks the exclusions: {'; '.join(reasons(solver, partial))}; change it")
