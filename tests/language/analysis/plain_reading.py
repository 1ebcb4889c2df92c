"""What there is to find in a small policy, by looking at every case in turn: the oracle of the analysis.

Nothing here knows of engines, or of conditions about all cases: verdicts come from `logic.verdict`, one case at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from policylang.language.analysis import Kind
from policylang.language.logic.space import CaseSpace, case_space, presumed
from policylang.language.logic.table import evaluate_partly
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import NO, TRUE, YES, Expr, Or, Test, evaluate, variables
from policylang.language.meaning.policy import AmbiguityRule, Clause, Effect, Policy

Case = dict[str, str]
Fact = tuple[str, ...]
"""A kind, and what it is about: clauses, facets, categories, levels, surfaces."""


class PlainReading:
    """A category, case by case."""

    def __init__(self, policy: Policy, category: str) -> None:
        self.policy, self.category = policy, category
        self.clauses = policy.category(category).clauses
        self.space: CaseSpace = case_space(policy, category)
        self.cases = list(self.space.cases())
        self.surfaces = [s.id for s in policy.surfaces if any(s.id in clause.surfaces for clause in self.clauses)]
        self._verdicts: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def verdict(self, case: Case, surface: str) -> Verdict:
        key = (surface, tuple(case.values()))
        if key not in self._verdicts:
            self._verdicts[key] = verdict(self.policy, self.category, case, surface)
        return self._verdicts[key]

    def rests_on_texts(self, clause: Clause) -> bool:
        facets = {facet.id for facet in self.policy.facets}
        return not set(variables(clause.breach)) <= facets

    # ------------------------------------------------------------ one case

    def broken(self, clause: Clause, case: Case, surface: str) -> bool:
        """Is the clause broken there, and not overridden?"""
        return (
            clause.effect is not Effect.PERMIT
            and evaluate(clause.breach, case)
            and clause.id not in self.verdict(case, surface).overridden
        )

    def kept(self, clause: Clause, case: Case, surface: str) -> bool:
        """Is it a permit that applies there, or a duty that is met, and not overridden?"""
        holds = evaluate(clause.scope, case) and (clause.effect is Effect.PERMIT or case.get(clause.id) == YES)
        return clause.effect is not Effect.FORBID and holds and clause.id not in self.verdict(case, surface).overridden

    def disagree(self, one: Clause, other: Clause, case: Case, surface: str) -> bool:
        """Do both decide the case, on the same side, and want different responses?"""
        return (
            {one.id, other.id} <= set(self.verdict(case, surface).deciding)
            and self.broken(one, case, surface) == self.broken(other, case, surface)
            and one.respond is not None
            and other.respond is not None
            and one.respond.action is not other.respond.action
        )

    def clash(self, permit: Clause, prohibition: Clause, case: Case, surface: str) -> bool:
        return self.kept(permit, case, surface) and self.broken(prohibition, case, surface)

    def is_quiet(self, case: Case) -> bool:
        atoms = [variable.id for variable in self.space.variables if variable.kind == "atom"]
        return all(case[atom] == presumed(self.policy, atom) for atom in atoms)

    # ------------------------------------------------------------ all cases

    def facts(self) -> Iterator[Fact]:
        for clause in self.clauses:
            yield from self._of_condition(clause)
        for surface in self.surfaces:
            applying = [clause for clause in self.clauses if surface in clause.surfaces]
            for clause in applying:
                yield from self._of_say(clause, surface)
            yield from self._of_conflicts(applying, surface)
            permits = [clause for clause in applying if clause.effect is Effect.PERMIT]
            if permits and not any(map(self.rests_on_texts, permits)) and self.uncovered(surface):
                yield (Kind.UNCOVERED, self.category, surface)

    def uncovered(self, surface: str) -> list[Case]:
        return [case for case in self.cases if self.is_quiet(case) and not self.verdict(case, surface).covered]

    def _of_condition(self, clause: Clause) -> Iterator[Fact]:
        holding = [case for case in self.cases if evaluate(base(clause), case)]
        if not holding:
            yield (Kind.DEAD, clause.id)
        elif not any(evaluate(clause.scope, case) for case in holding):
            yield (Kind.SWALLOWED, clause.id)
        elif clause.unless is not None:
            idle = [part for part in parts(clause.unless) if not any(evaluate(part, case) for case in holding)]
            yield from [(Kind.VACUOUS, clause.id)] * (1 if len(idle) == len(parts(clause.unless)) else len(idle))

    def _of_say(self, clause: Clause, surface: str) -> Iterator[Fact]:
        holding = [case for case in self.cases if evaluate(clause.scope, case)]
        if not holding:
            return
        in_force = [case for case in holding if clause.id not in self.verdict(case, surface).overridden]
        if not in_force:
            yield (Kind.OVERRIDDEN, clause.id, surface)
        elif not any(clause.id in self.verdict(case, surface).deciding for case in in_force):
            yield (Kind.SHADOWED, clause.id, surface)
        if clause.effect is Effect.REQUIRE:
            answers = {case[clause.id] for case in holding}
            yield from [(Kind.NEVER_BROKEN, clause.id)] if NO not in answers else []
            yield from [(Kind.NEVER_MET, clause.id)] if YES not in answers else []

    def _of_conflicts(self, applying: list[Clause], surface: str) -> Iterator[Fact]:
        for one, other in itertools.combinations(applying, 2):
            both_texts = self.rests_on_texts(one) and self.rests_on_texts(other)
            if not both_texts and any(self.disagree(one, other, case, surface) for case in self.cases):
                yield (Kind.CONTRADICTORY, one.id, other.id, surface)
        for permit, other in itertools.permutations(applying, 2):
            if other.effect is Effect.FORBID and not other.locked:
                texts = self.rests_on_texts(permit) or self.rests_on_texts(other)
                if not texts and any(self.clash(permit, other, case, surface) for case in self.cases):
                    yield (Kind.CLASH, permit.id, other.id, surface)

    def has_effect(self, facet: str) -> bool:
        return any(
            self.verdict(case, surface).deciding != self.verdict(case | {facet: value}, surface).deciding
            for surface in self.surfaces
            for case in self.cases
            for value in self.policy.domain(facet)
        )


def base(clause: Clause) -> Expr:
    """Where the clause would hold but for its `unless`."""
    if clause.when is not None:
        return clause.when
    return TRUE if clause.effect is Effect.REQUIRE else Test(variable=clause.id, values=(YES,))


def parts(unless: Expr) -> tuple[Expr, ...]:
    return unless.items if isinstance(unless, Or) else (unless,)


def facts_of(policy: Policy) -> list[Fact]:
    """Everything that is to be found in a policy, sorted; each vacuous part of an exception counts."""
    found: list[Fact] = []
    readings = [PlainReading(policy, category.id) for category in policy.categories if category.clauses]
    for reading in readings:
        found += reading.facts()
    found += _idle_facets(policy, readings)
    found += _levels(policy, readings)
    for category in policy.categories:
        found += _idle_rules(policy, category.id, category.ambiguity)
    found += _idle_rules(policy, "", policy.ambiguity)
    if policy.ambiguity and readings and all(policy.category(r.category).ambiguity for r in readings):
        found.append((Kind.IDLE_RULE, "policy"))
    once = {fact for fact in found if fact[0] != Kind.VACUOUS}  # a duty that is settled is so on every surface
    return sorted([*once, *(fact for fact in found if fact[0] == Kind.VACUOUS)])


def _idle_facets(policy: Policy, readings: list[PlainReading]) -> Iterator[Fact]:
    for facet in policy.facets:
        for reading in readings:
            rules = policy.category(reading.category).ambiguity or policy.ambiguity
            asked = any(rule.when is not None and facet.id in variables(rule.when) for rule in rules)
            named = any(variable.id == facet.id for variable in reading.space.variables)
            if named and not asked and not reading.has_effect(facet.id):
                yield (Kind.NO_EFFECT, facet.id, reading.category)


def _levels(policy: Policy, readings: list[PlainReading]) -> Iterator[Fact]:
    reached = {r.verdict(case, surface).level for r in readings for surface in r.surfaces for case in r.cases}
    yield from [(Kind.UNREACHED, level) for level in policy.levels if level not in reached and readings]


def _idle_rules(policy: Policy, category: str, rules: tuple[AmbiguityRule, ...]) -> Iterator[Fact]:
    names = list(dict.fromkeys(v for rule in rules if rule.when is not None for v in variables(rule.when)))
    known = [(None, *policy.domain(name)) for name in names]
    answers = [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in itertools.product(*known)
    ]
    complete = [case for case in answers if len(case) == len(names)]
    for at, rule in enumerate(rules):
        never = not any(evaluate(rule.when or TRUE, case) for case in complete)
        applies = [
            next((r for r in rules if evaluate_partly(r.when or TRUE, case) is not False), None) is rule
            for case in answers
        ]
        if never or not any(applies):
            yield (Kind.IDLE_RULE, category, str(at + 1))
