"""Where clauses hold, are in force and decide, as conditions: section by section what `logic.verdict` computes.

`logic.verdict` reads one case; here the same sentences are read of all cases at once. A property test shows that both
agree. Equal parts are one object, so that engines work them out once.
"""

from __future__ import annotations

from functools import cached_property

from ..logic.space import overriders
from ..meaning.expr import FALSE, YES, And, Expr, Not, Or, Test, both
from ..meaning.policy import Clause, Effect, Policy


class Reading:
    """The clauses of a category as they apply to a surface."""

    def __init__(self, policy: Policy, clauses: tuple[Clause, ...], surface: str) -> None:
        self.policy = policy
        self.surface = surface
        self.clauses = tuple(clause for clause in clauses if surface in clause.surfaces)
        self.forbids = tuple(clause for clause in self.clauses if clause.effect is not Effect.PERMIT)
        self.permits = tuple(clause for clause in self.clauses if clause.effect is Effect.PERMIT)
        self.overriders = {clause.id: overriders(policy, clause, surface) for clause in self.clauses}
        self._removed = {clause.id: any_of(*(o.scope for o in self.overriders[clause.id])) for clause in self.clauses}
        self._broken = {clause.id: self.unless_removed(clause, clause.breach) for clause in self.forbids}
        self._kept = {c.id: self.unless_removed(c, met(c)) for c in self.clauses if c.effect is not Effect.FORBID}

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for surfaces that the same clauses apply to, with the same overrides: all is the same on them."""
        return tuple((clause.id, tuple(o.id for o in self.overriders[clause.id])) for clause in self.clauses)

    def rank(self, clause: Clause) -> int:
        return self.policy.rank(clause.level or self.policy.levels[0])

    def unless_removed(self, clause: Clause, expr: Expr) -> Expr:
        removed = self._removed[clause.id]
        return expr if removed == FALSE else And(items=(expr, Not(item=removed)))

    def removed(self, clause: Clause) -> Expr:
        """Where a clause that overrides this one holds."""
        return self._removed[clause.id]

    def broken(self, clause: Clause) -> Expr:
        """Where a prohibition or duty is broken and in force; never for a permit."""
        return self._broken.get(clause.id, FALSE)

    def kept(self, clause: Clause) -> Expr:
        """Where a permit applies, or a duty is met, and is in force; never for a prohibition."""
        return self._kept.get(clause.id, FALSE)

    @cached_property
    def _from_rank(self) -> tuple[Expr, ...]:
        """By rank: where something of that rank or above is broken. One more than there are levels."""
        found: list[Expr] = [FALSE]
        for rank in reversed(range(len(self.policy.levels))):
            here = [self.broken(clause) for clause in self.forbids if self.rank(clause) == rank]
            found.append(Or(items=(*here, found[-1])) if here else found[-1])
        return tuple(reversed(found))

    def at_least(self, rank: int) -> Expr:
        """Where the level of the verdict has this rank, from 1, or a higher one."""
        return self._from_rank[rank]

    @cached_property
    def violating(self) -> Expr:
        return self._from_rank[0]

    @cached_property
    def covered(self) -> Expr:
        return any_of(*(self.broken(c) for c in self.forbids), *(self.kept(c) for c in self.clauses))

    def decides(self, clause: Clause) -> Expr:
        """Where the verdict names the clause among those that it follows from."""
        return self._decides[clause.id]

    @cached_property
    def _decides(self) -> dict[str, Expr]:
        return {clause.id: any_of(*self._ways_to_decide(clause)) for clause in self.clauses}

    def _ways_to_decide(self, clause: Clause) -> tuple[Expr, ...]:
        ways: list[Expr] = []
        if clause.id in self._broken:
            ways.append(_less(self.broken(clause), self.at_least(self.rank(clause) + 1)))
        if clause.id in self._kept:
            ways.append(_less(self.kept(clause), self.violating))
        return tuple(ways)


def met(clause: Clause) -> Expr:
    """Where a permit applies, or a duty is met."""
    if clause.effect is Effect.PERMIT:
        return clause.scope
    return both(clause.scope, Test(variable=clause.id, values=(YES,)))


def any_of(*exprs: Expr) -> Expr:
    found = tuple(expr for expr in exprs if expr != FALSE)
    return found[0] if len(found) == 1 else Or(items=found) if found else FALSE


def all_of(*exprs: Expr) -> Expr:
    return exprs[0] if len(exprs) == 1 else And(items=exprs)


def _less(expr: Expr, other: Expr) -> Expr:
    return expr if other == FALSE else And(items=(expr, Not(item=other)))


def readings(policy: Policy, category_id: str) -> list[tuple[Reading, tuple[str, ...]]]:
    """The readings of a category that differ, each with the surfaces that it is the same for; none without clauses."""
    clauses = policy.category(category_id).clauses
    found: dict[tuple[object, ...], tuple[Reading, list[str]]] = {}
    for surface in policy.surfaces:
        reading = Reading(policy, clauses, surface.id)
        if reading.clauses:
            found.setdefault(reading.key, (reading, []))[1].append(surface.id)
    return [(reading, tuple(surfaces)) for reading, surfaces in found.values()]
