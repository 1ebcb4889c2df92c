"""The laws of mutation testing over random policies, against a reading case by case."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from hypothesis import given

from policylang.language.coverage import Brief
from policylang.language.logic.space import case_space, presumed
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import evaluate
from policylang.language.meaning.policy import Clause, Effect, Exemplar, Label, Policy
from policylang.language.mutation import Trial, mutate
from policylang.testing import policies

LARGEST = 48  # cases of one category that are listed


def fresh(policy: Policy) -> Policy:
    return Policy.model_validate(policy.model_dump())


def is_small(policy: Policy) -> bool:
    return all(case_space(policy, category.id).size <= LARGEST for category in policy.categories)


small = (
    policies(max_categories=2, max_clauses=3, images=False, plans=False, templates=False).map(fresh).filter(is_small)
)
tiny = policies(max_categories=1, max_clauses=2, images=False, plans=False, templates=False).map(fresh).filter(is_small)


@functools.lru_cache(maxsize=4)
def cases_of(policy_json: str, category: str) -> tuple[dict[str, str], ...]:
    return tuple(case_space(Policy.model_validate_json(policy_json), category).cases())


class Reading:
    """What exemplars say under a policy or a mutant of it, case by case.

    The cases are those of the policy: a mutant may no longer ask for every variable.
    """

    def __init__(self, policy: Policy, changed: Policy) -> None:
        self.policy = policy
        self.changed = changed
        self.json = policy.model_dump_json()

    def cases(self, category: str) -> tuple[dict[str, str], ...]:
        return cases_of(self.json, category)

    def completions(self, category: str, exemplar: Exemplar) -> Iterator[dict[str, str]]:
        for case in self.cases(category):
            atoms = {c.id: presumed(self.policy, c.id) for c in self.policy.clauses if c.id in case}
            if all(case[name] == value for name, value in (atoms | exemplar.facets).items() if name in case):
                yield case

    def clause(self, name: str) -> Clause:
        return next(clause for clause in self.changed.clauses if clause.id == name)

    def forbids(self, name: str, case: dict[str, str], surface: str) -> bool:
        clause = self.clause(name)
        if clause.effect is Effect.PERMIT or surface not in clause.surfaces:
            return False
        others = self.changed.overriders(name)
        return evaluate(clause.breach, case) and not any(
            surface in other.surfaces and evaluate(other.scope, case) for other in others
        )

    def verdict(self, category: str, case: dict[str, str], surface: str) -> Verdict:
        return verdict(self.changed, category, case, surface)

    def violates(self, category: str, case: dict[str, str], surface: str) -> bool:
        return self.verdict(category, case, surface).label is Label.VIOLATES

    def is_at_an_edge(self, category: str, case: dict[str, str], surface: str) -> bool:
        here = self.violates(category, case, surface)
        return any(
            self.violates(category, other, surface) != here
            for other in self.cases(category)
            if sum(other[name] != case[name] for name in case) == 1
        )

    def has_label(self, clause: Clause, exemplar: Exemplar, case: dict[str, str]) -> bool:
        surface = clause.surfaces[0]  # of the policy: a mutant may have dropped the clause
        if exemplar.label is Label.VIOLATES:
            return self.forbids(clause.id, case, surface)
        if exemplar.label is Label.COMPLIES:
            return not self.violates(clause.category, case, surface)
        return self.is_at_an_edge(clause.category, case, surface)

    def follows(self, clause: Clause, exemplar: Exemplar) -> bool:
        """Is there a reading of the exemplar that has its label?"""
        return any(self.has_label(clause, exemplar, case) for case in self.completions(clause.category, exemplar))


def kept_to(reading: Reading, clause: Clause, case: dict[str, str]) -> bool:
    """Is the clause a permit, or a duty that is met, and among those that decide that the case complies?"""
    found = reading.verdict(clause.category, case, clause.surfaces[0])
    return found.label is Label.COMPLIES and clause.id in found.deciding


def notices(policy: Policy, changed: Policy, clause: Clause, exemplar: Exemplar) -> bool:
    """Does the exemplar hold under the policy and no longer under the mutant?"""
    before, after = Reading(policy, policy), Reading(policy, changed)
    if not before.follows(clause, exemplar):
        return False
    if not after.follows(clause, exemplar):
        return True
    if exemplar.label is not Label.COMPLIES:
        return False
    region = [
        case for case in before.completions(clause.category, exemplar) if before.has_label(clause, exemplar, case)
    ]
    return all(kept_to(before, clause, case) for case in region) and not any(
        kept_to(after, clause, case) or after.violates(clause.category, case, clause.surfaces[0]) for case in region
    )


def said(found: Verdict) -> tuple[object, ...]:
    return found.level, found.label, found.covered, found.deciding, found.response


def differs(policy: Policy, changed: Policy) -> bool:
    """Has any case another verdict?"""
    return any(
        said(verdict(policy, category.id, case, surface)) != said(verdict(changed, category.id, case, surface))
        for category in policy.categories
        for case in case_space(policy, category.id).cases()
        for surface in sorted({surface for clause in policy.clauses for surface in clause.surfaces})
    )


def with_exemplars(policy: Policy, briefs: tuple[Brief, ...]) -> Policy:
    data = policy.model_dump()
    for category in data["categories"]:
        for clause in category["clauses"]:
            new = [b.exemplar(f"new{n}").model_dump() for n, b in enumerate(briefs) if b.clause == clause["id"]]
            clause["exemplars"] = (*clause["exemplars"], *new)
    return Policy.model_validate(data)


def trials(policy: Policy, status: str) -> Iterator[Trial]:
    return (trial for trial in mutate(policy).trials if trial.status == status)


@given(small)
def test_a_mutant_is_equivalent_exactly_where_no_case_has_another_verdict(policy: Policy) -> None:
    for trial in mutate(policy).trials:
        assert differs(policy, trial.mutant.applied(policy)) == (trial.status != "equivalent"), trial.mutant.says


@given(small)
def test_the_exemplars_that_kill_a_mutant_are_those_that_flip(policy: Policy) -> None:
    for trial in mutate(policy).trials:
        if trial.status == "equivalent":
            continue
        changed = trial.mutant.applied(policy)
        touched = {trial.mutant.category} | {
            clause.category for clause in policy.clauses if clause.id in policy.clause(trial.mutant.clause).overrides
        }
        flipped = {
            exemplar.id
            for clause in policy.clauses
            for exemplar in clause.exemplars
            if clause.category in touched and notices(policy, changed, clause, exemplar)
        }
        assert set(trial.killed_by) == flipped, trial.mutant.says


@given(small)
def test_the_exemplar_that_is_asked_for_kills_the_survivor(policy: Policy) -> None:
    before = mutate(policy)
    for trial in before.of("survived"):
        assert trial.brief is not None
        after = mutate(with_exemplars(policy, (trial.brief,)))
        now = {one.mutant.id: one for one in after.trials}
        assert f"{trial.brief.clause}.new0" in now[trial.mutant.id].killed_by, trial.mutant.says
        assert after.score().killed > before.score().killed


@given(small)
def test_the_exemplars_that_are_asked_for_kill_all_survivors(policy: Policy) -> None:
    briefs = {
        (trial.brief.clause, trial.brief.skeleton): trial.brief for trial in trials(policy, "survived") if trial.brief
    }
    whole = with_exemplars(policy, tuple(briefs.values()))
    assert not mutate(whole).of("survived")
    assert len(mutate(whole).of("untestable")) == len(mutate(policy).of("untestable"))


@given(tiny)
def test_no_exemplar_at_all_kills_what_is_untestable(policy: Policy) -> None:
    for trial in trials(policy, "untestable"):
        changed = trial.mutant.applied(policy)
        for clause in policy.clauses:
            for case in case_space(policy, clause.category).cases():
                for label in Label:
                    exemplar = Brief(clause=clause.id, label=label, facets=case, level="").exemplar("any")
                    assert not notices(policy, changed, clause, exemplar), trial.mutant.says


@given(small)
def test_a_witness_tells_the_mutant_from_the_policy(policy: Policy) -> None:
    for trial in mutate(policy).trials:
        if trial.status in ("survived", "untestable"):
            witness = trial.witness
            assert witness is not None
            assert said(witness.before) != said(witness.after)
            place = (witness.category, witness.case, witness.surface)
            assert witness.before == verdict(policy, *place)
            assert witness.after == verdict(trial.mutant.applied(policy), *place)


@given(small)
def test_the_same_policy_gives_the_same_report(policy: Policy) -> None:
    again = Policy.model_validate_json(policy.model_dump_json())
    assert mutate(policy).model_dump_json() == mutate(again).model_dump_json()
    assert mutate(policy, sample=5, seed=2).trials == mutate(again, sample=5, seed=2).trials


@given(small)
def test_every_mutant_is_another_policy_and_no_two_are_the_same(policy: Policy) -> None:
    changed = [trial.mutant.changed.model_dump_json() for trial in mutate(policy).trials]
    assert len(set(changed)) == len(changed)
    assert not set(changed) & {clause.model_dump_json() for clause in policy.clauses}
