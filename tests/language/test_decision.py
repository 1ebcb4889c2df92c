"""Law: the compiled decision table and a direct reading of section 3 agree on every case, on every surface."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from section_three import Domains, all_cases, completions, read

from policylang.language.logic.space import case_space
from policylang.language.logic.table import compile_table
from policylang.language.logic.verdict import COMPLY, REFUSE, Verdict, verdict
from policylang.language.meaning.policy import Label, Policy
from policylang.testing import answers, policies

LARGEST = 150  # cases of one category that are listed
logic = policies(exemplars=False, plans=False, templates=False, max_clauses=4)


def domains_of(policy: Policy, category: str) -> Domains:
    return {variable.id: variable.values for variable in case_space(policy, category).variables}


def small_categories(policy: Policy) -> Iterator[tuple[str, Domains]]:
    for category in policy.categories:
        if case_space(policy, category.id).size <= LARGEST:
            yield category.id, domains_of(policy, category.id)


def assert_reads(policy: Policy, category: str, case: dict[str, str], surface: str, found: Verdict) -> None:
    reading = read(policy, category, case, surface)
    assert (found.category, found.surface) == (category, surface)
    assert found.level == reading.level
    assert found.label is (Label.VIOLATES if reading.violates else Label.COMPLIES)
    assert found.covered == reading.covered
    assert set(found.deciding) == reading.deciding
    assert set(found.overridden) == reading.overridden
    assert found.response == (reading.response or (REFUSE if reading.violates else COMPLY))


@given(logic)
def test_the_table_agrees_with_a_direct_reading(policy: Policy) -> None:
    """And so does the oracle of the package."""
    for category, domains in small_categories(policy):
        for surface in policy.surfaces:
            table = compile_table(policy, category, surface.id)
            for case in all_cases(domains):
                assert_reads(policy, category, case, surface.id, table.decide(case))
                assert_reads(policy, category, case, surface.id, verdict(policy, category, case, surface.id))


@given(logic)
def test_a_table_asks_for_nothing_but_its_variables(policy: Policy) -> None:
    for category, domains in small_categories(policy):
        for surface in policy.surfaces:
            table = compile_table(policy, category, surface.id)
            asked = {variable.id for variable in table.variables}
            assert asked <= set(domains)
            case = all_cases(domains)[-1]
            kept = {name: value for name, value in case.items() if name in asked}
            assert table.decide(kept).level == read(policy, category, case, surface.id).level


@given(st.data())
def test_missing_answers_leave_open_what_their_completions_can_decide(data: st.DataObject) -> None:
    policy = data.draw(logic)
    for category, domains in small_categories(policy):
        given_answers = data.draw(answers(policy, category))
        for surface in policy.surfaces:
            table = compile_table(policy, category, surface.id)
            possible = table.possible_levels(given_answers)
            reached = {read(policy, category, case, surface.id).level for case in completions(given_answers, domains)}
            assert reached <= set(possible)
            assert list(possible) == sorted(possible, key=policy.rank)
            if len(given_answers) == len(domains):
                assert set(possible) == reached
