"""Where the clauses of a category hold, decide and almost decide: the regions of the case space that rows come from.

Everything is read on one surface. All regions are decision diagrams, so that twenty clauses with an atom each are no
harder than two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from policylang.language.logic.diagram import NONE, Diagram, Diagrams
from policylang.language.logic.ordering import near_each_other
from policylang.language.logic.space import case_space, overriders, presumed
from policylang.language.meaning.expr import variables
from policylang.language.meaning.policy import Clause, Effect, Label, Policy


@dataclass(frozen=True)
class Stratum:
    """A part of a region, with a name that says what is special about it."""

    name: str
    cases: Diagram


@dataclass(frozen=True)
class Side:
    """One side of a boundary of a clause, best cases first: each of `tiers` contains the one before it."""

    tiers: tuple[Diagram, ...]

    @property
    def cases(self) -> Diagram:
        return self.tiers[-1]


class CategorySpace:
    """The case space of a category, with diagrams over it. The variables stand in an order of their own that depends
    on their names only, never on the order in which the policy lists things."""

    def __init__(self, policy: Policy, category: str) -> None:
        self.policy = policy
        self.clauses = tuple(sorted(policy.category(category).clauses, key=lambda clause: clause.id))
        space = sorted(case_space(policy, category).variables, key=lambda v: (v.kind == "atom", v.id))
        self.variables = tuple(variable.id for variable in space)
        self.values = {variable.id: variable.values for variable in space}
        self.atoms = tuple(variable.id for variable in space if variable.kind == "atom")
        groups = [variables(clause.breach) for clause in self.clauses]
        groups += [
            variables(clause.scope) + variables(other.scope)
            for clause in self.clauses
            for surface in clause.surfaces
            for other in overriders(policy, clause, surface)
        ]
        order = near_each_other(self.variables, groups)
        self.diagrams = Diagrams([(variable, self.values[variable]) for variable in order])

    def ordered(self, case: dict[str, str]) -> dict[str, str]:
        """The case with its variables in the order of the space."""
        return {variable: case[variable] for variable in self.variables}


class Regions:
    """The regions of one category on one surface. `forbids` are prohibitions and duties, `permits` permissions."""

    def __init__(self, space: CategorySpace, surface: str) -> None:
        self.space = space
        self.surface = surface
        self.diagrams = space.diagrams
        self.policy = space.policy
        self.applicable = tuple(clause for clause in space.clauses if surface in clause.surfaces)
        self.forbids = tuple(clause for clause in self.applicable if clause.effect is not Effect.PERMIT)
        self.permits = tuple(clause for clause in self.applicable if clause.effect is Effect.PERMIT)
        self._overriders = {clause.id: self._sorted_overriders(clause) for clause in self.applicable}
        self._in_force = {clause.id: self._where_in_force(clause) for clause in self.applicable}

    # ------------------------------------------------------------ who is in force, and who decides

    def _sorted_overriders(self, clause: Clause) -> tuple[Clause, ...]:
        return tuple(sorted(overriders(self.policy, clause, self.surface), key=lambda other: other.id))

    def _where_in_force(self, clause: Clause) -> Diagram:
        d = self.diagrams
        removed = d.any_of(*(d.build(other.scope) for other in self._overriders[clause.id]))
        return d.minus(self.holds(clause), removed)

    def holds(self, clause: Clause) -> Diagram:
        """Where the clause is broken, or for a permit where it applies, overridden or not."""
        return self.diagrams.build(clause.breach)

    def overriders(self, clause: Clause) -> tuple[Clause, ...]:
        return self._overriders[clause.id]

    def in_force(self, clause: Clause) -> Diagram:
        return self._in_force[clause.id]

    def rank(self, clause: Clause) -> int:
        """The level that a forbid gives; permits give none."""
        return self.policy.rank(clause.level or self.policy.levels[0])

    def effective_variables(self, clause: Clause) -> tuple[str, ...]:
        """The variables of the clause's condition and of its overriders', sorted."""
        mentioned = {*variables(clause.breach)}
        for other in self._overriders[clause.id]:
            mentioned.update(variables(other.scope))
        return tuple(sorted(mentioned))

    @cached_property
    def violating(self) -> Diagram:
        """Where some prohibition or duty is broken and not overridden."""
        return self.diagrams.any_of(*(self.in_force(clause) for clause in self.forbids))

    @cached_property
    def complying(self) -> Diagram:
        return self.diagrams.negate(self.violating)

    def alone(self, clause: Clause) -> Diagram:
        """Where the clause decides and nothing else of its kind is in force, so that nothing masks it."""
        kind = self.permits if clause.effect is Effect.PERMIT else self.forbids
        others = self.diagrams.any_of(*(self.in_force(other) for other in kind if other.id != clause.id))
        return self.diagrams.minus(self.decides(clause), others)

    def decides(self, clause: Clause) -> Diagram:
        """Where the level follows from the clause: no forbid of a higher level is in force (for a permit: none)."""
        if clause.effect is Effect.PERMIT:
            return self.diagrams.minus(self.in_force(clause), self.violating)
        higher = [self.in_force(other) for other in self.forbids if self.rank(other) > self.rank(clause)]
        return self.diagrams.minus(self.in_force(clause), self.diagrams.any_of(*higher))

    def same_outcome(self, clause: Clause) -> Diagram:
        """Where label and level are those of the cases that the clause decides."""
        if clause.effect is Effect.PERMIT:
            return self.complying
        deciders = [self.decides(other) for other in self.forbids if self.rank(other) == self.rank(clause)]
        return self.diagrams.any_of(*deciders)

    # ------------------------------------------------------------ boundaries

    def inner_side(self, clause: Clause) -> Side:
        """The cases that the clause decides."""
        return Side((self.alone(clause), self.decides(clause)))

    def outer_side(self, clause: Clause) -> Side:
        """The cases where the clause is not in force and the outcome is another than the clause's.

        For a forbid those at the lowest level come first; for a permit they all violate.
        """
        d = self.diagrams
        other = d.minus(d.negate(self.in_force(clause)), self.same_outcome(clause))
        if clause.effect is Effect.PERMIT:
            return Side((other,))
        return Side((d.all_of(other, self.complying), other))

    def near(self, diagram: Diagram, clause: Clause) -> Diagram:
        """The cases from which one change of a variable of the clause's leads into `diagram`, and those within."""
        return self.diagrams.any_of(*(self.diagrams.free(diagram, v) for v in self.effective_variables(clause)))

    # ------------------------------------------------------------ what a label means

    def tiers(self, clause: Clause, label: Label) -> tuple[tuple[Stratum, ...], ...]:
        """The cases that a row of this clause and label can have: tiers of strata, the most telling tier first.

        Strata of a tier are named after the variable whose change alone would flip the outcome; `inside` has the cases
        of the tier that no single change flips, `mixed` those in which the texts of other clauses apply as well. The
        strata of all tiers together are every possible case.
        """
        match label:
            case Label.VIOLATES:
                tiers = self._violating_tiers(clause)
            case Label.COMPLIES:
                tiers = self._complying_tiers(clause)
            case Label.BORDERLINE:
                tiers = self._borderline_tiers(clause)
        return tuple(self._quiet_first(clause, tier) for tier in tiers)

    def quiet(self, clause: Clause) -> Diagram:
        """Where nothing is wrong by clauses that have nothing to do with this one: what a plain sample is about."""
        others = set(self.space.atoms) - set(self.effective_variables(clause))
        return self.diagrams.cube({atom: presumed(self.policy, atom) for atom in sorted(others)})

    def cases(self, clause: Clause, label: Label) -> Diagram:
        """Every case that a row of this clause and label can have."""
        return self.diagrams.any_of(*(stratum.cases for tier in self.tiers(clause, label) for stratum in tier))

    def _quiet_first(self, clause: Clause, tier: tuple[Stratum, ...]) -> tuple[Stratum, ...]:
        d, quiet = self.diagrams, self.quiet(clause)
        plain = [Stratum(stratum.name, d.all_of(stratum.cases, quiet)) for stratum in tier]
        if all(stratum.cases == NONE for stratum in plain):
            return tier
        mixed = d.minus(d.any_of(*(stratum.cases for stratum in tier)), quiet)
        return tuple(stratum for stratum in (*plain, Stratum("mixed", mixed)) if stratum.cases != NONE)

    def _violating_tiers(self, clause: Clause) -> tuple[tuple[Stratum, ...], ...]:
        if clause.effect is Effect.PERMIT:
            return ()
        regions = (self.alone(clause), self.decides(clause), self.in_force(clause))
        return tuple(self._by_nearest(clause, region, self.outer_side(clause).cases) for region in regions)

    def _complying_tiers(self, clause: Clause) -> tuple[tuple[Stratum, ...], ...]:
        d = self.diagrams
        if clause.effect is Effect.PERMIT:
            regions = (self.alone(clause), self.decides(clause))
            return tuple(self._by_nearest(clause, region, d.negate(self.in_force(clause))) for region in regions)
        near_misses = [
            self._by_nearest(clause, d.all_of(self.complying, self.near(side, clause)), side)
            for side in (self.alone(clause), self.in_force(clause))
        ]
        return (*near_misses, (Stratum("inside", self.complying),))

    def _borderline_tiers(self, clause: Clause) -> tuple[tuple[Stratum, ...], ...]:
        inner, outer = self.inner_side(clause), self.outer_side(clause)
        elsewhere = self.diagrams.negate(self.in_force(clause))
        edges = ((inner.tiers[0], outer.tiers[0]), (inner.cases, outer.cases))
        return (
            *((*self._within(clause, *edge), *self._beyond(clause, *edge)) for edge in edges),
            self._within(clause, inner.cases, elsewhere),
            self._beyond(clause, inner.cases, elsewhere),
        )

    def _by_nearest(self, clause: Clause, region: Diagram, beyond: Diagram) -> tuple[Stratum, ...]:
        d = self.diagrams
        strata = [Stratum(f"near:{v}", d.all_of(region, d.free(beyond, v))) for v in self.effective_variables(clause)]
        inside = d.minus(region, d.any_of(*(stratum.cases for stratum in strata)))
        return (*strata, Stratum("inside", inside))

    def _within(self, clause: Clause, inner: Diagram, outer: Diagram) -> tuple[Stratum, ...]:
        """The inner side of the boundary along each variable."""
        d = self.diagrams
        return tuple(
            Stratum(f"within:{v}", d.all_of(inner, d.free(outer, v))) for v in self.effective_variables(clause)
        )

    def _beyond(self, clause: Clause, inner: Diagram, outer: Diagram) -> tuple[Stratum, ...]:
        """The outer side of the boundary along each variable."""
        d = self.diagrams
        return tuple(
            Stratum(f"beyond:{v}", d.all_of(outer, d.free(inner, v))) for v in self.effective_variables(clause)
        )
