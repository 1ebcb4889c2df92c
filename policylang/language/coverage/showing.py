"""Exemplars as sets of cases: what each of them shows of its category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..logic.diagram import NONE, Diagram
from ..meaning.policy import Clause, Exemplar
from .outcomes import Outcomes


@dataclass(frozen=True)
class Showing:
    """An exemplar in the case space of its category.

    `stated` is what it says of its case. `region` are the cases that it may mean: those that agree with what it states
    and in which its label is right. It shows what is true in *all* of them; a facet that is left open shows nothing.
    """

    clause: Clause
    exemplar: Exemplar
    stated: dict[str, str]
    cube: Diagram
    region: Diagram
    complete: bool

    @property
    def id(self) -> str:
        return self.exemplar.id

    @property
    def surface(self) -> str:
        """The surface on which the exemplar is judged: the first of its clause."""
        return self.clause.surfaces[0]


def showings(outcomes: Outcomes) -> tuple[Showing, ...]:
    """The exemplars of the category, in source order, without those whose label is wrong."""
    return tuple(_showings(outcomes))


def _showings(outcomes: Outcomes) -> Iterator[Showing]:
    for clause in outcomes.clauses:
        for exemplar in clause.exemplars:
            found = showing(outcomes, clause, exemplar)
            if found.region != NONE:
                yield found


def showing(outcomes: Outcomes, clause: Clause, exemplar: Exemplar) -> Showing:
    """One exemplar, as if it stood under `clause`."""
    space = outcomes.space
    stated = space.stated(exemplar.facets)
    cube = space.diagrams.cube(stated)
    region = space.diagrams.all_of(cube, outcomes.wanted(clause, exemplar.label))
    return Showing(clause, exemplar, stated, cube, region, len(stated) == len(space.values))


def neighbours(shown: tuple[Showing, ...]) -> dict[str, list[tuple[Showing, Showing]]]:
    """By variable: the pairs of exemplars of one surface that state the same but for that variable, where they differ.

    What both leave open counts as the same: such a pair speaks of every case that they have in common.
    """
    homes: dict[tuple[str, str, frozenset[tuple[str, str]]], list[Showing]] = {}
    for one in shown:
        facts = frozenset(one.stated.items())
        for name, value in one.stated.items():
            homes.setdefault((one.surface, name, facts - {(name, value)}), []).append(one)
    found: dict[str, list[tuple[Showing, Showing]]] = {}
    for (_, name, _), members in homes.items():
        pairs = found.setdefault(name, [])
        pairs += [(a, b) for a in members for b in members if a.stated[name] != b.stated[name]]
    return found
