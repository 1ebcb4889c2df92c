"""A category before and after a change: which cases have another verdict, and which exemplars notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..coverage.briefs import Slot
from ..coverage.outcomes import Outcomes
from ..coverage.showing import Showing
from ..logic.diagram import NONE, Diagram
from ..logic.verdict import Verdict, verdict
from ..meaning.expr import Node
from ..meaning.policy import Clause, Label


class Witness(Node):
    """A case that tells the mutant from the policy: its verdicts under both."""

    category: str
    surface: str
    case: dict[str, str]
    before: Verdict
    after: Verdict


@dataclass(frozen=True)
class Comparison:
    """One category under a policy and under a mutant of it. `shown` are its exemplars as they were."""

    before: Outcomes
    after: Outcomes
    shown: tuple[Showing, ...]

    @cached_property
    def _differences(self) -> dict[tuple[str, str, str], Diagram]:
        """What verdicts say otherwise after the change: by surface, kind and name, the cases."""
        d, surfaces = self.before.space.diagrams, self.before.surfaces  # a mutant has no surface more
        was, now = self.before.verdicts(surfaces), self.after.verdicts(surfaces)
        return {
            key: d.any_of(d.minus(was[key], now[key]), d.minus(now[key], was[key]))
            for key in was
            if was[key] != now[key]
        }

    @property
    def is_equivalent(self) -> bool:
        """Has no case another verdict?"""
        return not self._differences

    @property
    def changes_levels(self) -> bool:
        return any(kind == "level" for _, kind, _ in self._differences)

    def changed(self, surface: str) -> Diagram:
        """The cases with another verdict on a surface."""
        return self.before.space.diagrams.any_of(
            *(cases for (where, _, _), cases in self._differences.items() if where == surface)
        )

    def witness(self, surface: str | None = None, case: dict[str, str] | None = None) -> Witness:
        """That case, if its verdict changes; else some case whose verdict does."""
        d = self.before.space.diagrams
        if case is None or surface is None or not d.contains(self.changed(surface), case):
            surface = next(surface for surface, _, _ in self._differences)
            case = self.before.space.plain(self.changed(surface))
        category = self.before.space.category
        return Witness(
            category=category,
            surface=surface,
            case=self.before.space.ordered(case),
            before=verdict(self.before.policy, category, case, surface),
            after=verdict(self.after.policy, category, case, surface),
        )

    # ------------------------------------------------------------ what exemplars notice

    def kills(self, one: Showing) -> bool:
        """Does the label of the exemplar follow before the change, and not after it?"""
        d, label, surface = self.before.space.diagrams, one.exemplar.label, one.surface
        now = self._now(one.clause)
        lost = d.all_of(one.cube, _right(now, label, self.after, surface)) == NONE
        if label is Label.BORDERLINE:
            return lost and d.all_of(one.cube, self.before.edge(surface)) != NONE
        shows_clause = d.minus(one.region, self.before.allowing(one.clause, surface)) == NONE
        return lost or (shows_clause and d.all_of(one.region, self.after.allowing(now, surface)) == NONE)

    def slots(self, first: str) -> Iterator[Slot]:
        """Where an exemplar that notices can stand, and for which cases; the clause `first` comes first.

        Cases whose verdict changes come before those in which another clause hides the change, and borderline ones,
        whose own verdict may stay, after both.
        """
        d = self.before.space.diagrams
        found = list(self._slots(first))
        firm = [slot for slot in found if slot.label is not Label.BORDERLINE]
        for slot in firm:
            seen = d.all_of(slot.cases, self.changed(slot.clause.surfaces[0]))
            yield Slot(slot.clause, slot.label, seen)
        yield from firm
        yield from (slot for slot in found if slot.label is Label.BORDERLINE)

    def _slots(self, first: str) -> Iterator[Slot]:
        d = self.before.space.diagrams
        for clause in sorted(self.before.clauses, key=lambda clause: clause.id != first):  # stable
            if not clause.surfaces:
                continue
            now, surface = self._now(clause), clause.surfaces[0]
            for label in Label:
                was, will_be = _right(clause, label, self.before, surface), _right(now, label, self.after, surface)
                yield Slot(clause, label, d.minus(was, will_be))
            shown = d.all_of(self.before.complying(surface), self.before.allowing(clause, surface))
            yield Slot(clause, Label.COMPLIES, d.minus(shown, self.after.allowing(now, surface)))

    def _now(self, clause: Clause) -> Clause:
        return next(one for one in self.after.clauses if one.id == clause.id)


def _right(clause: Clause, label: Label, outcomes: Outcomes, surface: str) -> Diagram:
    """The cases in which an exemplar of the clause, judged on that surface, has the label rightly."""
    if label is Label.VIOLATES:
        return outcomes.forbidding(clause, surface)
    return outcomes.complying(surface) if label is Label.COMPLIES else outcomes.edge(surface)
