"""The law of differences: two versions differ in meaning exactly where a witness case shows it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from dense_policies import dense_policies
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_edits import edited

from policylang.language.analysis.finding import Relation
from policylang.language.analysis.ladders import Ladders
from policylang.language.difference import EditKind, WitnessKind, align, edits, meaning
from policylang.language.logic.space import case_space, presumed
from policylang.language.logic.verdict import verdict
from policylang.language.meaning.hashing import policy_hash
from policylang.language.meaning.policy import Action, Exemplar, Policy
from policylang.testing import policies

LARGEST = 3000
broad = policies(max_categories=2, max_clauses=3, images=False)
any_policy = st.one_of(dense_policies(), broad)


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[Policy, Policy]:
    old = draw(any_policy)
    return old, draw(edited(old))


def has(policy: Policy, category: str) -> bool:
    return any(one.id == category for one in policy.categories)


def outcome(policy: Policy, category: str, case: dict[str, str], surface: str) -> tuple[str, Action]:
    """A category that is not there forbids nothing, and neither does a surface that is not."""
    if not has(policy, category):
        return policy.levels[0], Action.COMPLY
    found = verdict(policy, category, case, surface)
    return found.level, found.response.action


def shared_cases(old: Policy, new: Policy, category: str) -> list[dict[str, str]]:
    """Every case on values that both versions know, by listing."""
    domains: dict[str, list[str]] = {}
    for policy in (old, new):
        for variable in case_space(policy, category).variables if has(policy, category) else ():
            values = list(variable.values)
            for other in (old, new):
                facet = next((one for one in other.facets if one.id == variable.id), None)
                values = [value for value in values if facet is None or value in facet.names]
            domains[variable.id] = values
    size = 1
    for values in domains.values():
        size *= len(values)
    assume(size <= LARGEST)
    return [dict(zip(domains, values, strict=True)) for values in itertools.product(*domains.values())]


def kinds(old: Policy, new: Policy, category: str, surface: str, case: dict[str, str]) -> Iterator[WitnessKind]:
    """What a case shows, by a direct reading of both versions."""
    before, after = outcome(old, category, case, surface), outcome(new, category, case, surface)
    order = Ladders(old.levels, new.levels).compare(before[0], after[0])
    if order is None:
        yield WitnessKind.UNRANKED
    elif order:
        yield WitnessKind.LOOSER if order > 0 else WitnessKind.STRICTER
    elif before[1] is not after[1]:
        yield WitnessKind.RESPONSE


@given(two_versions())
@settings(max_examples=120, deadline=None)
def test_versions_differ_in_meaning_exactly_where_a_witness_shows_it(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    aligned = align(old, new)
    found = {(one.category, surface): one for one in meaning(old, new).categories for surface in one.surfaces}
    surfaces = {surface.id for policy in versions for surface in policy.surfaces}
    for category in {one.id for policy in (aligned.old, new) for one in policy.categories}:
        cases = shared_cases(aligned.old, new, category)
        for surface in surfaces:
            shown = {kind for case in cases for kind in kinds(aligned.old, new, category, surface, case)}
            change = found.get((category, surface))
            if change is None or change.relation is Relation.UNDECIDED:
                assert not shown
                continue
            assert {one.kind for one in change.shown_by} == shown
            for one in change.shown_by:
                for case in cases:
                    if all(case[name] == one.witness.case[name] for name in one.witness.stated):
                        assert list(kinds(aligned.old, new, category, surface, case)) == [one.kind]


@given(two_versions())
@settings(max_examples=80, deadline=None)
def test_an_exemplar_flips_exactly_where_a_completion_of_its_case_does(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    aligned = align(old, new)
    flips = {(flip.side, flip.exemplar) for flip in meaning(old, new).flips if "case was" in flip.sentence}
    for policy, other, side in ((aligned.old, new, "old"), (new, aligned.old, "new")):
        for clause, exemplar in policy.exemplars:
            cases = shared_cases(aligned.old, new, clause.category)
            stated = completions(policy, other, exemplar, cases)
            differs = any(list(kinds(aligned.old, new, clause.category, clause.surfaces[0], case)) for case in stated)
            if (side, exemplar.id) in flips:
                assert differs
            elif side == "new":
                assert not differs


def completions(
    policy: Policy, other: Policy, exemplar: Exemplar, cases: list[dict[str, str]]
) -> Iterator[dict[str, str]]:
    for case in cases:
        fixed = dict(exemplar.facets)
        for name in case.keys() - fixed.keys():
            owner = next((one for one in (policy, other) if any(c.id == name for c in one.clauses)), None)
            if owner is not None:
                fixed[name] = presumed(owner, name)
        if all(case[name] == value for name, value in fixed.items() if name in case):
            yield case


@given(any_policy)
@settings(deadline=None)
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    assert edits(policy, policy) == ()
    found = meaning(policy, Policy.model_validate(policy.model_dump()))
    assert (found.differs, found.flips, found.remarks) == (False, (), ())


@given(two_versions())
@settings(max_examples=120, deadline=None)
def test_edits_are_the_same_in_both_directions(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    there, back = edits(old, new), edits(new, old)
    other = {EditKind.ADDED: EditKind.REMOVED, EditKind.REMOVED: EditKind.ADDED}
    forward = Counter((e.kind, e.thing, e.id, e.was or e.id, tuple(f.field for f in e.fields)) for e in there)
    reverse = Counter(
        (other.get(e.kind, e.kind), e.thing, e.was or e.id, e.id, tuple(f.field for f in e.fields)) for e in back
    )
    assert forward == reverse


@given(two_versions())
@settings(max_examples=120, deadline=None)
def test_there_are_edits_exactly_where_the_hash_differs(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    assert bool(edits(old, new)) == (policy_hash(old) != policy_hash(new))


@given(two_versions())
@settings(max_examples=60, deadline=None)
def test_what_differs_in_meaning_was_edited(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    assert edits(old, new) or not meaning(old, new).differs
