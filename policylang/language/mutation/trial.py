"""Trying mutants: do the exemplars notice?

A mutant is *killed* by an exemplar whose label no longer follows: no completion of the case that it states has that
label any more (what the compiler reports as an error of a policy that was written so), a borderline case is at no edge
any more, or a permit or duty under which the exemplar stands, and which it showed, is no longer in force there. It is
*equivalent* where no case has another verdict: same level, same deciding clauses, and so the same response. Both are
decided, not sampled: sets of cases are decision diagrams, and equal sets are equal numbers.

What is left *survives* if an exemplar could be written that kills it, and then comes with its brief. It is *untestable*
if none could: exemplars state a label, so a change of the level alone, or of what a permit covers beside other clauses,
contradicts none of them. Untestable mutants are listed and not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ..coverage.briefs import Brief, Slot, brief_in
from ..coverage.outcomes import Outcomes, Space
from ..coverage.showing import Showing, showing, showings
from ..logic.diagram import ALL, NONE, Diagram
from ..logic.verdict import Verdict, verdict
from ..meaning.expr import Node
from ..meaning.policy import Clause, Label, Policy
from .mutant import Mutant

Status = Literal["killed", "survived", "equivalent", "untestable"]


class Witness(Node):
    """A case that tells the mutant from the policy: its verdicts under both."""

    category: str
    surface: str
    case: dict[str, str]
    before: Verdict
    after: Verdict


class Trial(Node):
    """What became of a mutant. `brief` is an exemplar that would kill a survivor; `reason` is for people."""

    mutant: Mutant
    status: Status
    killed_by: tuple[str, ...] = ()
    reason: str = ""
    witness: Witness | None = None
    brief: Brief | None = None


class Trials:
    """Tries mutants of one policy. Raises DiagramSizeError where the conditions of a category are too entangled."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[str, tuple[Outcomes, tuple[Showing, ...]]] = {}
        self._briefs: dict[str, list[tuple[Brief, Showing]]] = {}

    def try_out(self, mutant: Mutant) -> Trial:
        """The mutant against every exemplar of the categories that it touches: its own, and those it overrides in."""
        changed = mutant.applied(self.policy)
        touched = dict.fromkeys((mutant.category, *self._overridden_categories(mutant)))
        pairs = [(Outcomes(before.space, changed), before, shown) for before, shown in map(self._category, touched)]
        differing = [(after, before, shown) for after, before, shown in pairs if after.verdicts() != before.verdicts()]
        if not differing:
            return Trial(mutant=mutant, status="equivalent", reason="no case has another verdict")
        killed_by = [one.id for after, before, shown in pairs for one in shown if _kills(one, before, after)]
        if killed_by:
            return Trial(mutant=mutant, status="killed", killed_by=tuple(killed_by))
        for after, before, shown in pairs:
            brief = self._brief(mutant, before, after, shown)
            if brief is not None:
                case = before.space.stated(brief.facets)
                surface = self.policy.clause(brief.clause).surfaces[0]
                return Trial(
                    mutant=mutant,
                    status="survived",
                    reason="no exemplar is in a case that tells the two apart",
                    brief=brief,
                    witness=_witness(self.policy, changed, before.space, case, surface),
                )
        after, before, _ = differing[0]
        return Trial(
            mutant=mutant,
            status="untestable",
            reason=_why_untestable(before, after),
            witness=self._difference(before, after),
        )

    def _brief(self, mutant: Mutant, before: Outcomes, after: Outcomes, shown: tuple[Showing, ...]) -> Brief | None:
        """An exemplar that kills the mutant: one that an earlier survivor has asked for, or else a new one."""
        known = self._briefs.setdefault(before.space.category, [])
        for brief, one in known:
            if _kills(one, before, after):
                return brief
        found = brief_in(before, ALL, _killing_slots(mutant, before, after), shown)
        if not found:
            return None
        clause = next(clause for clause in before.clauses if clause.id == found[0].clause)
        known.append((found[0], showing(before, clause, found[0].exemplar("missing"))))
        return found[0]

    def _category(self, category: str) -> tuple[Outcomes, tuple[Showing, ...]]:
        if category not in self._known:
            outcomes = Outcomes(Space(self.policy, category), self.policy)
            self._known[category] = (outcomes, showings(outcomes))
        return self._known[category]

    def _overridden_categories(self, mutant: Mutant) -> Iterator[str]:
        for other in (*self.policy.clause(mutant.clause).overrides, *mutant.changed.overrides):
            yield self.policy.clause(other).category

    def _difference(self, before: Outcomes, after: Outcomes) -> Witness | None:
        d, was, now = before.space.diagrams, before.verdicts(), after.verdicts()
        for key in [*was, *(key for key in now if key not in was)]:
            ours, theirs = was.get(key, NONE), now.get(key, NONE)
            if ours != theirs:
                cases = d.any_of(d.minus(ours, theirs), d.minus(theirs, ours))
                case = before.space.plain(cases)
                return _witness(self.policy, after.policy, before.space, case, key[0])
        return None


def _witness(policy: Policy, changed: Policy, space: Space, case: dict[str, str], surface: str) -> Witness:
    return Witness(
        category=space.category,
        surface=surface,
        case=space.ordered(case),
        before=verdict(policy, space.category, case, surface),
        after=verdict(changed, space.category, case, surface),
    )


def _kills(one: Showing, before: Outcomes, after: Outcomes) -> bool:
    """Does the label of the exemplar follow before the change, and not after it?"""
    d, label, surface = before.space.diagrams, one.exemplar.label, one.surface
    now = _now(one.clause, after)
    lost = d.all_of(one.cube, _right(now, label, after, surface)) == NONE
    if label is Label.BORDERLINE:
        return lost and d.all_of(one.cube, before.edge(surface)) != NONE
    shows_clause = d.minus(one.region, before.allowing(one.clause, surface)) == NONE
    return lost or (shows_clause and d.all_of(one.region, after.allowing(now, surface)) == NONE)


def _killing_slots(mutant: Mutant, before: Outcomes, after: Outcomes) -> list[Slot]:
    """Where an exemplar that kills the mutant can stand, the clause that is changed first."""
    d = before.space.diagrams
    found = []
    for clause in sorted(before.clauses, key=lambda clause: clause.id != mutant.clause):  # stable
        if not clause.surfaces:
            continue
        now, surface = _now(clause, after), clause.surfaces[0]
        for label in Label:
            was, will_be = _right(clause, label, before, surface), _right(now, label, after, surface)
            found.append(Slot(clause, label, d.minus(was, will_be)))
        shown = d.all_of(before.complying(surface), before.allowing(clause, surface))
        found.append(Slot(clause, Label.COMPLIES, d.minus(shown, after.allowing(now, surface))))
    return sorted(found, key=lambda slot: slot.label is Label.BORDERLINE)  # stable: a last resort


def _right(clause: Clause, label: Label, outcomes: Outcomes, surface: str) -> Diagram:
    """The cases in which an exemplar of the clause, judged on that surface, has the label rightly."""
    if label is Label.VIOLATES:
        return outcomes.forbidding(clause, surface)
    return outcomes.complying(surface) if label is Label.COMPLIES else outcomes.edge(surface)


def _now(clause: Clause, after: Outcomes) -> Clause:
    return next(one for one in after.clauses if one.id == clause.id)


def _why_untestable(before: Outcomes, after: Outcomes) -> str:
    def of(outcomes: Outcomes, kind: str) -> dict[tuple[str, str, str], Diagram]:
        return {key: cases for key, cases in outcomes.verdicts().items() if key[1] == kind and cases != NONE}

    if of(before, "level") != of(after, "level"):
        return "only levels change, and an exemplar states a label, not a level"
    return "only who decides changes: the label of every case stays"
