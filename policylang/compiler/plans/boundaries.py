"""Boundaries: pairs of cases that differ in one variable and in outcome, and the cells where their rows can stand.

The boundary of a clause along a variable is shown by two cases that differ in that variable only, where the clause
decides one and is not in force in the other, and label or level differ. For conditions of a program this is
unique-cause MC/DC (J. J. Chilenski, S. P. Miller, "Applicability of modified condition/decision coverage", 1994).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policylang.language.logic.diagram import NONE, Diagram
from policylang.language.meaning.policy import Clause, Effect, Label

from .cells import Cell, Cells
from .regions import Side


@dataclass(frozen=True)
class Edge:
    """One pair that is wanted. `claims` are the (clause, variable) whose boundary it shows, the first is its own.

    `placements` are the (inner, outer) cells, by number, in which the two rows can stand: they agree in every factor
    but `variable`.
    """

    claims: tuple[tuple[str, str], ...]
    clause: Clause
    variable: str
    inner: Side
    outer: Side
    placements: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        return "+".join(f"{clause}:{variable}" for clause, variable in self.claims)


@dataclass(frozen=True)
class NoBoundary:
    """A boundary that no pair of rows can show, and why."""

    clause: str
    variable: str
    reason: str


def find_edges(cells: Cells) -> tuple[tuple[Edge, ...], tuple[NoBoundary, ...]]:
    """A pair for every boundary of every clause of the plan, and the boundaries that have none.

    A permit's boundary is also one of a clause that it overrides, seen from the other side; one pair then serves both.
    """
    edges: list[Edge] = []
    without: list[NoBoundary] = []
    permits: list[Edge] = []
    for clause in cells.reading.clauses:
        regions = cells.regions(clause)
        inner, outer = regions.inner_side(clause), regions.outer_side(clause)
        for variable in regions.effective_variables(clause):
            edge = Edge(((clause.id, variable),), clause, variable, inner, outer)
            edge = replace(edge, placements=tuple(_placements(cells, edge)))
            if not edge.placements:
                without.append(NoBoundary(clause.id, variable, _why_none(cells, edge)))
            elif clause.effect is Effect.PERMIT:
                permits.append(edge)
            else:
                edges.append(edge)
    for permit in permits:
        _join(cells, edges, permit)
    return tuple(edges), tuple(without)


def choose_pair(cells: Cells, edge: Edge, placement: tuple[int, int], rng: random.Random) -> tuple[dict[str, str], ...]:
    """The inner and the outer case of an edge for rows in the cells of `placement`.

    Unmasked cases come before masked ones, and along an ordered facet neighbours come before distant values.
    """
    regions = cells.regions(edge.clause)
    d, space = regions.diagrams, regions.space
    quiet = regions.quiet(edge.clause)
    within, beyond = (cells.admitted(cells.all[at]) for at in placement)
    values = space.values[edge.variable]
    steps = [(a, b) for a in values for b in values if a != b]
    rng.shuffle(steps)
    if any(facet.id == edge.variable and facet.kind == "ordered" for facet in cells.policy.facets):
        steps.sort(key=lambda step: abs(values.index(step[0]) - values.index(step[1])))
    for outer in edge.outer.tiers:
        for inner in edge.inner.tiers:
            for a, b in steps:
                here = d.restrict(d.all_of(inner, within), {edge.variable: a})
                there = d.restrict(d.all_of(outer, beyond), {edge.variable: b})
                if (both := d.all_of(here, there)) != NONE:
                    plain = d.all_of(both, quiet)
                    case = d.sample(plain if plain != NONE else both, rng)
                    return space.ordered({**case, edge.variable: a}), space.ordered({**case, edge.variable: b})
    raise ValueError(f"no pair shows {edge.name} in these cells")


def _placements(cells: Cells, edge: Edge) -> Iterator[tuple[int, int]]:
    """The pairs of cells in which the two rows of the edge can stand."""
    d = cells.regions(edge.clause).diagrams
    known: dict[tuple[Diagram, Diagram], bool] = {}
    outer_homes = tuple(_outer_homes(cells, edge.clause))
    for label in _inner_labels(edge.clause):
        for inner_cell in cells.of(edge.clause.id, label):
            within = d.all_of(edge.inner.cases, cells.admitted(inner_cell))
            if within == NONE:
                continue
            for clause_id, outer_label in outer_homes:
                for outer_cell in _counterparts(cells, inner_cell, clause_id, outer_label, edge.variable):
                    beyond = d.all_of(edge.outer.cases, cells.admitted(outer_cell))
                    if (within, beyond) not in known:
                        known[within, beyond] = d.all_of(within, d.free(beyond, edge.variable)) != NONE
                    if known[within, beyond]:
                        yield cells.index[inner_cell], cells.index[outer_cell]


def _inner_labels(clause: Clause) -> tuple[Label, ...]:
    return (Label.COMPLIES if clause.effect is Effect.PERMIT else Label.VIOLATES), Label.BORDERLINE


def _outer_homes(cells: Cells, clause: Clause) -> Iterator[tuple[str, Label]]:
    """What the outer row can be: a row of the clause itself, or one that violates another clause."""
    if clause.effect is not Effect.PERMIT:
        yield clause.id, Label.COMPLIES
    yield clause.id, Label.BORDERLINE
    for other in cells.reading.clauses:
        same_place = other.category == clause.category and other.surfaces[0] == clause.surfaces[0]
        if same_place and other.id != clause.id and other.effect is not Effect.PERMIT:
            yield other.id, Label.VIOLATES


def _counterparts(cells: Cells, cell: Cell, clause: str, label: Label, variable: str) -> Iterator[Cell]:
    """The cells with the same factors but for `variable`, if that is one."""
    factors = [factor.id for factor in cells.reading.factors]
    if variable not in factors:
        choices = [cell.factors]
    else:
        at = factors.index(variable)
        values = cells.reading.factors[at].values
        choices = [
            (*cell.factors[:at], value, *cell.factors[at + 1 :]) for value in values if value != cell.factors[at]
        ]
    for choice in choices:
        if (other := Cell(clause, label, choice)) in cells.index:
            yield other


def _join(cells: Cells, edges: list[Edge], permit: Edge) -> None:
    """Let the pair of a clause that `permit` overrides show the permit's boundary too, or else add one of its own."""
    regions = cells.regions(permit.clause)
    d = regions.diagrams
    for at, edge in enumerate(edges):
        if len(edge.claims) > 1 or edge.variable != permit.variable or cells.regions(edge.clause) is not regions:
            continue
        inner = Side(tuple(d.all_of(tier, permit.outer.cases) for tier in edge.inner.tiers))
        outer = Side(tuple(d.all_of(tier, permit.inner.cases) for tier in edge.outer.tiers))
        joined = replace(edge, claims=edge.claims + permit.claims, inner=inner, outer=outer)
        if placements := tuple(_placements(cells, joined)):
            edges[at] = replace(joined, placements=placements)
            return
    edges.append(permit)


def _why_none(cells: Cells, edge: Edge) -> str:
    d = cells.regions(edge.clause).diagrams
    if d.all_of(edge.inner.cases, d.free(edge.outer.cases, edge.variable)) != NONE:
        return "no two rows that the plan allows show it: its labels, quotas, factors or exclusions leave none"
    if edge.inner.cases == NONE:
        return "the clause never decides"
    if edge.outer.cases == NONE:
        return "no case has another outcome"
    return f"no change of {edge.variable} alone changes the outcome"
