"""Who is in force where, in every case of a category: what coverage and mutation testing both ask about.

All regions are decision diagrams, so a category of twenty clauses with a question each is no harder than one of two.
One `Space` serves several `Outcomes`: a policy and its mutants are compared as numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..logic.diagram import ALL, NONE, Diagram, Diagrams
from ..logic.ordering import near_each_other
from ..logic.space import case_space, overriders, presumed
from ..meaning.expr import YES, Expr, Test, variables
from ..meaning.policy import Clause, Effect, Label, Policy


class Space:
    """The case space of a category with diagrams over it."""

    def __init__(self, policy: Policy, category: str) -> None:
        self.category = category
        found = case_space(policy, category).variables
        self.values = {variable.id: variable.values for variable in found}
        self.presumed = {v.id: presumed(policy, v.id) for v in found if v.kind == "atom"}
        groups = [variables(clause.breach) for clause in policy.category(category).clauses]
        groups += [
            variables(clause.scope) + variables(other.scope)
            for clause in policy.category(category).clauses
            for other in policy.overriders(clause.id)
        ]
        known = [tuple(name for name in group if name in self.values) for group in groups]
        order = near_each_other(tuple(self.values), known)
        self.diagrams = Diagrams([(name, self.values[name]) for name in order])
        self._built: dict[Expr, Diagram] = {}

    def where(self, expr: Expr) -> Diagram:
        """The cases in which a condition holds."""
        if expr not in self._built:
            self._built[expr] = self.diagrams.build(expr)
        return self._built[expr]

    def stated(self, facets: Mapping[str, str]) -> dict[str, str]:
        """What an exemplar with these facets says of the variables of the space; atoms are as they are presumed."""
        return self.presumed | {name: value for name, value in facets.items() if value in self.values.get(name, ())}

    def ordered(self, case: Mapping[str, str]) -> dict[str, str]:
        """The case with its variables in declared order."""
        return {name: case[name] for name in self.values if name in case}

    def plain(self, cases: Diagram) -> dict[str, str]:
        """The plainest case of a set that is not empty: of atoms, only those that have to be are not as presumed."""
        for name, value in self.presumed.items():
            quiet = self.diagrams.all_of(cases, self.diagrams.cube({name: value}))
            cases = quiet if quiet != NONE else cases
        return self.ordered(self.diagrams.nth(cases, 0))


class Outcomes:
    """The regions of one category under one policy, on every surface.

    `policy` may be a mutant of the space's own. `like` are the regions before the mutation: those of clauses that are
    not in `changed` are taken from there.
    """

    def __init__(
        self, space: Space, policy: Policy, like: Outcomes | None = None, changed: Collection[str] = ()
    ) -> None:
        self.space = space
        self.policy = policy
        self.clauses = policy.category(space.category).clauses
        self._force: dict[tuple[str, str], tuple[Diagram, Diagram]] = {}
        self._from: dict[tuple[str, int], Diagram] = {}
        self._edges: dict[str, Diagram] = {}
        if like is not None:
            self._force = {key: regions for key, regions in like._force.items() if key[0] not in changed}

    @property
    def surfaces(self) -> tuple[str, ...]:
        """The surfaces on which some clause of the category applies, in declared order."""
        used = {surface for clause in self.clauses for surface in clause.surfaces}
        return tuple(surface.id for surface in self.policy.surfaces if surface.id in used)

    def speaks(self, clause: Clause) -> Diagram:
        """Where the clause holds, and removes what it overrides."""
        return self.space.where(clause.scope)

    def forbidding(self, clause: Clause, surface: str) -> Diagram:
        """Where the clause is broken and not overridden."""
        return self._in_force(clause, surface)[0]

    def allowing(self, clause: Clause, surface: str) -> Diagram:
        """Where a permit applies, or a duty is met, and nothing overrides it."""
        return self._in_force(clause, surface)[1]

    def in_force(self, clause: Clause, surface: str) -> Diagram:
        """Where the clause is in force with what it is there for: a permit to permit, the others to forbid."""
        return self._in_force(clause, surface)[clause.effect is Effect.PERMIT]

    def _in_force(self, clause: Clause, surface: str) -> tuple[Diagram, Diagram]:
        if surface not in clause.surfaces:
            return NONE, NONE
        key = (clause.id, surface)
        if key not in self._force:
            d, where = self.space.diagrams, self.space.where
            removed = d.any_of(*(self.speaks(other) for other in overriders(self.policy, clause, surface)))
            broken = NONE if clause.effect is Effect.PERMIT else where(clause.breach)
            kept = where(clause.scope) if clause.effect is Effect.PERMIT else NONE
            if clause.effect is Effect.REQUIRE:
                kept = d.all_of(where(clause.scope), where(Test(variable=clause.id, values=(YES,))))
            self._force[key] = (d.minus(broken, removed), d.minus(kept, removed))
        return self._force[key]

    def violating(self, surface: str) -> Diagram:
        return self._forbidding_from(0, surface)

    def complying(self, surface: str) -> Diagram:
        return self.space.diagrams.negate(self.violating(surface))

    def at_level(self, level: str, surface: str) -> Diagram:
        """The cases whose verdict has that level."""
        d, rank = self.space.diagrams, self.policy.rank(level)
        here = d.minus(self._forbidding_from(rank, surface), self._forbidding_from(rank + 1, surface))
        return here if rank else d.any_of(here, self.complying(surface))

    def decides(self, clause: Clause, surface: str, *, forbids: bool) -> Diagram:
        """Where the level follows from the clause: no forbid of a higher level is in force (for a permit: none)."""
        d = self.space.diagrams
        if not forbids:
            return d.minus(self.allowing(clause, surface), self.violating(surface))
        rank = self.policy.rank(clause.level or self.policy.levels[0])
        return d.minus(self.forbidding(clause, surface), self._forbidding_from(rank + 1, surface))

    def _forbidding_from(self, rank: int, surface: str) -> Diagram:
        """Where a forbid of that level or a higher one is in force."""
        if rank >= len(self.policy.levels):
            return NONE
        if (surface, rank) not in self._from:
            at = (c for c in self.clauses if self.policy.rank(c.level or self.policy.levels[0]) == rank)
            here = self.space.diagrams.any_of(*(self.forbidding(clause, surface) for clause in at))
            self._from[surface, rank] = self.space.diagrams.any_of(here, self._forbidding_from(rank + 1, surface))
        return self._from[surface, rank]

    def edge(self, surface: str) -> Diagram:
        """The cases that one change of one variable takes from violating to complying, or back."""
        if surface not in self._edges:
            d, inside, outside = self.space.diagrams, self.violating(surface), self.complying(surface)
            found = NONE
            for name in self.space.values:
                across = d.all_of(inside, d.free(outside, name))
                back = d.all_of(outside, d.free(inside, name))
                found = d.any_of(found, across, back)
            self._edges[surface] = found
        return self._edges[surface]

    def wanted(self, clause: Clause, label: Label) -> Diagram:
        """The cases in which an exemplar of the clause has the label rightly, on the first surface of the clause."""
        if not clause.surfaces:
            return NONE
        surface = clause.surfaces[0]
        if label is Label.VIOLATES:
            return self.forbidding(clause, surface)
        return self.complying(surface) if label is Label.COMPLIES else ALL

    def verdicts(self, surfaces: Iterable[str]) -> dict[tuple[str, str, str], Diagram]:
        """All that verdicts say, as sets of cases: two policies with equal ones have the same verdict in every case."""
        found = {}
        for surface in surfaces:
            for level in self.policy.levels:
                found[surface, "level", level] = self.at_level(level, surface)
            for clause in self.clauses:
                found[surface, "forbids", clause.id] = self.decides(clause, surface, forbids=True)
                found[surface, "permits", clause.id] = self.decides(clause, surface, forbids=False)
        return found
