"""One category as coverage sees it, and the two ways in which exemplars show things: alone, or as a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..logic.diagram import NONE, Diagram
from ..meaning.expr import Expr
from ..meaning.policy import Clause, Policy
from .briefs import Brief, Slot, brief, brief_in, slots
from .outcomes import Outcomes, Space
from .places import Places
from .showing import Showing, neighbours, showings
from .wording import short_name, spelled

Steps = tuple[tuple[str, str], ...]
"""Values of a variable on the inner and on the outer side of a pair, the best first."""


@dataclass(frozen=True)
class Pair:
    """What a pair has to be: in `inner` and `outer`, apart in `variable` only, by one of `steps`."""

    clause: Clause
    variable: str
    inner: Diagram
    outer: Diagram
    steps: Steps


class View:
    """A category with its regions, its exemplars and its places. `clause_of` gives a clause of any category."""

    def __init__(self, policy: Policy, category: str, places: Places) -> None:
        self.policy = policy
        self.category = category
        self.places = places
        self.outcomes = Outcomes(Space(policy, category), policy)
        self.diagrams = self.outcomes.space.diagrams
        self.shown = showings(self.outcomes)
        self._labelled: dict[str, Diagram] = {}

    @cached_property
    def neighbours(self) -> Mapping[str, list[tuple[Showing, Showing]]]:
        return neighbours(self.shown)

    def on(self, surface: str) -> Iterator[Showing]:
        return (one for one in self.shown if one.surface == surface)

    def spelled(self, expr: Expr) -> str:
        return spelled(self.policy, self.category, expr)

    def short(self, variable: str) -> str:
        return short_name(self.policy, variable, self.category)

    def slots(self, preferred: Clause | None, surface: str | None = None) -> list[Slot]:
        return list(slots(self.outcomes, preferred, surface))

    def labelled(self, surface: str) -> Diagram:
        """The cases for which an exemplar that is judged on that surface can be written at all."""
        if surface not in self._labelled:
            found = slots(self.outcomes, None, surface)
            self._labelled[surface] = self.diagrams.any_of(*(slot.cases for slot in found))
        return self._labelled[surface]

    # ------------------------------------------------------------ shown by one exemplar

    def shows(self, cases: Diagram, among: Iterable[Showing]) -> tuple[str, ...]:
        """The first exemplar whose every case is one of `cases`."""
        inside = (one.id for one in among if self.diagrams.minus(one.region, cases) == NONE)
        first = next(inside, None)
        return () if first is None else (first,)

    def brief(self, cases: Diagram, where: list[Slot]) -> tuple[Brief, ...]:
        return brief_in(self.outcomes, cases, where, self.shown)

    # ------------------------------------------------------------ shown by a pair

    def shows_pair(self, pair: Pair) -> tuple[str, ...]:
        """Two exemplars that are such a pair, whatever they both leave open; the inner one first."""
        d = self.diagrams
        for a, b in self.neighbours.get(pair.variable, ()):
            step = (a.stated[pair.variable], b.stated[pair.variable])
            if a.surface != pair.clause.surfaces[0] or step not in pair.steps:
                continue
            here, there = {pair.variable: step[0]}, {pair.variable: step[1]}
            common = d.all_of(d.restrict(a.region, here), d.restrict(b.region, there))
            wanted = d.all_of(d.restrict(pair.inner, here), d.restrict(pair.outer, there))
            if common != NONE and d.minus(common, wanted) == NONE:
                return a.id, b.id
        return ()

    def possible(self, pair: Pair) -> Iterator[tuple[str, str, Diagram]]:
        """The steps by which such pairs exist, with the cases that both sides have in common."""
        d = self.diagrams
        for x, y in pair.steps:
            inner, outer = d.restrict(pair.inner, {pair.variable: x}), d.restrict(pair.outer, {pair.variable: y})
            common = d.all_of(inner, outer)
            if common != NONE:
                yield x, y, common

    def brief_pair(self, pair: Pair) -> tuple[Brief, ...]:
        """The exemplar that makes a pair with one that exists; else the two of a pair."""
        d, where = self.diagrams, self.slots(pair.clause, pair.clause.surfaces[0])
        for one in self.on(pair.clause.surfaces[0]):
            if not one.complete:
                continue
            for x, y in pair.steps:
                for here, there, mine, other in ((x, y, pair.inner, pair.outer), (y, x, pair.outer, pair.inner)):
                    case = {**one.stated, pair.variable: there}
                    if one.stated[pair.variable] == here and d.contains(mine, one.stated) and d.contains(other, case):
                        return (brief(self.outcomes, self._slot(case, where), case, one.id, pair.variable),)
        for x, y, common in self.possible(pair):
            case = {**self.outcomes.space.plain(common), pair.variable: x}
            other_case = {**case, pair.variable: y}
            first = brief(self.outcomes, self._slot(case, where), case)
            return first, brief(
                self.outcomes, self._slot(other_case, where), other_case, "the exemplar before", pair.variable
            )
        return ()

    def _slot(self, case: Mapping[str, str], where: list[Slot]) -> Slot:
        return next(slot for slot in where if self.diagrams.contains(slot.cases, case))
