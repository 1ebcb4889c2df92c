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

from typing import Literal

from ..coverage.briefs import Brief, brief_in
from ..coverage.outcomes import Outcomes, Space
from ..coverage.showing import Showing, showing, showings
from ..logic.diagram import ALL
from ..meaning.expr import Node
from ..meaning.policy import Policy
from .comparison import Comparison, Witness
from .mutant import Mutant

Status = Literal["killed", "survived", "equivalent", "untestable"]


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
        comparisons = self._comparisons(mutant)
        different = next((one for one in comparisons if not one.is_equivalent), None)
        if different is None:
            return Trial(mutant=mutant, status="equivalent", reason="no case has another verdict")
        killed_by = tuple(shown.id for one in comparisons for shown in one.shown if one.kills(shown))
        if killed_by:
            return Trial(mutant=mutant, status="killed", killed_by=killed_by)
        for one in comparisons:
            found = self._brief(mutant, one)
            if found is not None:
                brief, shown = found
                return Trial(
                    mutant=mutant,
                    status="survived",
                    reason="no exemplar is in a case that tells the two apart",
                    brief=brief,
                    witness=(different if one.is_equivalent else one).witness(shown.surface, shown.stated),
                )
        levels = any(one.changes_levels for one in comparisons)
        return Trial(
            mutant=mutant,
            status="untestable",
            reason="only levels change, and an exemplar states a label, not a level"
            if levels
            else "only who decides changes: the label of every case stays",
            witness=different.witness(),
        )

    def _comparisons(self, mutant: Mutant) -> list[Comparison]:
        changed = mutant.applied(self.policy)
        overridden = {*self.policy.clause(mutant.clause).overrides, *mutant.changed.overrides}
        touched = [mutant.category, *(clause.category for clause in self.policy.clauses if clause.id in overridden)]
        return [
            Comparison(before, Outcomes(before.space, changed, before, {mutant.clause, *overridden}), shown)
            for before, shown in map(self._category, dict.fromkeys(touched))
        ]

    def _brief(self, mutant: Mutant, comparison: Comparison) -> tuple[Brief, Showing] | None:
        """An exemplar that kills the mutant: one that an earlier survivor has asked for, or else a new one."""
        before = comparison.before
        known = self._briefs.setdefault(before.space.category, [])
        for brief, shown in known:
            if comparison.kills(shown) and before.space.diagrams.contains(
                comparison.changed(shown.surface), shown.stated
            ):
                return brief, shown
        found = brief_in(before, ALL, list(comparison.slots(mutant.clause)), comparison.shown)
        if not found:
            return None
        clause = next(clause for clause in before.clauses if clause.id == found[0].clause)
        known.append((found[0], showing(before, clause, found[0].exemplar("missing"))))
        return known[-1]

    def _category(self, category: str) -> tuple[Outcomes, tuple[Showing, ...]]:
        if category not in self._known:
            outcomes = Outcomes(Space(self.policy, category), self.policy)
            self._known[category] = (outcomes, showings(outcomes))
        return self._known[category]
