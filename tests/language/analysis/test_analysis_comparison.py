"""Two policies compared: relation and witnesses, by example and by looking at every case."""

from __future__ import annotations

import itertools

import pytest
from dense_policies import dense_policies, variants
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.language.analysis import Comparison, PolicyComparison, Relation, compare
from policylang.language.analysis.ladders import Ladders
from policylang.language.diagnostics.text import render
from policylang.language.load import load_text
from policylang.language.logic.space import case_space
from policylang.language.logic.verdict import verdict
from policylang.language.meaning.policy import Policy

FACETS = """
facet intent { ask "What for?" learn "To know." do "To act." depict "A story." }
facet detail { ask "How usable?" none "Not." < general "A bit." < operational "Steps." }
"""
STEPS = 'category harm { clause steps "S" { forbid high when detail = operational respond refuse } }'


def policy(text: str, version: str = "1.0.0", levels: str = "none < low < high", facets: str = FACETS) -> Policy:
    loaded = load_text(f'policy acme.content {version} "C"\nlevels {levels}\n{facets}\n{text}')
    assert loaded.policy is not None, render(loaded.report.sorted(), loaded.sources)
    return loaded.policy


def only(found: PolicyComparison) -> Comparison:
    [comparison] = found.comparisons
    return comparison


def against(other: str, **settings: str) -> PolicyComparison:
    return compare(policy(STEPS), policy(other, "1.1.0", **settings))


# ------------------------------------------------------------ by example


def test_the_same_meaning_in_other_words_is_equivalent() -> None:
    found = only(against('category harm { clause usable "U" { forbid high when not detail in {none, general} } }'))
    assert found.relation is Relation.EQUIVALENT
    assert found.sentence == "acme.content 1.0.0 and acme.content 1.1.0 give every case the same level"
    assert (found.stricter, found.looser, found.response) == (None, None, None)


def test_an_exception_makes_the_other_looser() -> None:
    found = only(against(STEPS.replace("respond", "unless intent = depict respond")))
    assert (found.relation, found.looser) == (Relation.STRICTER, None)
    assert (
        found.sentence
        == "acme.content 1.0.0 gives some cases a higher level than acme.content 1.1.0, and none a lower one"
    )
    assert found.stricter is not None
    assert found.stricter.sentence == (
        "with intent = depict, detail = operational: `high` (refuse) by `steps` in acme.content 1.0.0, `none` (comply) "
        "in acme.content 1.1.0"
    )


def test_a_wider_condition_makes_the_other_stricter() -> None:
    found = only(against(STEPS.replace("detail = operational", "detail >= general")))
    assert (found.relation, found.stricter) == (Relation.LOOSER, None)
    assert (
        found.sentence
        == "acme.content 1.0.0 gives some cases a lower level than acme.content 1.1.0, and none a higher one"
    )
    assert found.looser is not None
    assert found.looser.sentence == (
        "with detail = general: `none` (comply) in acme.content 1.0.0, `high` (refuse) by `steps` in acme.content 1.1.0"
    )


def test_stricter_here_and_looser_there_is_incomparable() -> None:
    found = only(against(STEPS.replace("detail = operational", "detail = general")))
    assert found.relation is Relation.INCOMPARABLE
    assert found.sentence == (
        "acme.content 1.0.0 gives some cases a higher level than acme.content 1.1.0, and some a lower one"
    )
    assert found.stricter is not None
    assert found.looser is not None


def test_another_response_is_told_where_the_level_is_the_same() -> None:
    found = only(against(STEPS.replace("respond refuse", "respond safe_complete")))
    assert found.relation is Relation.EQUIVALENT
    assert found.sentence == (
        "acme.content 1.0.0 and acme.content 1.1.0 give every case the same level, but not always the same response"
    )
    assert found.response is not None
    assert found.response.sentence == (
        "with detail = operational: `high` (refuse) by `steps` in acme.content 1.0.0, `high` (safe_complete) by "
        "`steps` in acme.content 1.1.0"
    )


def test_surfaces_that_differ_are_told_apart() -> None:
    found = against(STEPS.replace("forbid high", "forbid high on request, response"))
    assert [(one.surfaces, one.relation) for one in found.comparisons] == [
        (("request",), Relation.EQUIVALENT),
        (("response",), Relation.LOOSER),
    ]


def test_a_category_that_only_one_has_forbids_nothing_in_the_other() -> None:
    found = only(compare(policy(STEPS), policy("", "1.1.0")))
    assert (found.present, found.relation) == ("first", Relation.STRICTER)
    assert found.sentence.endswith("and none a lower one (only acme.content 1.0.0 has the category)")


def test_ladders_that_differ_are_compared_by_name() -> None:
    found = against(STEPS.replace("high", "critical"), levels="fine < low < high < critical")
    assert found.remarks == (
        "the ladders differ: none < low < high in acme.content 1.0.0, fine < low < high < critical in acme.content "
        "1.1.0; levels are compared by name, and the lowest ones are the same",
    )
    assert only(found).relation is Relation.LOOSER


def test_levels_without_an_order_are_said_to_have_none() -> None:
    found = against(STEPS.replace("high", "grave"), levels="none < low < grave")
    assert "nothing says how `high` of acme.content 1.0.0 stands to `grave` of acme.content 1.1.0" in found.remarks
    assert only(found).relation is Relation.INCOMPARABLE
    assert (
        only(found).sentence == "acme.content 1.0.0 and acme.content 1.1.0 give some cases levels that are in no order"
    )
    assert only(found).unranked is not None


def test_values_that_only_one_policy_has_are_named_and_left_out() -> None:
    wider = FACETS.replace('depict "A story."', 'depict "A story." joke "A joke."')
    found = against(STEPS.replace("respond", "unless intent = joke respond"), facets=wider)
    assert found.remarks == ("facet `intent` has `joke` in acme.content 1.1.0 only; such cases are not compared",)
    assert only(found).relation is Relation.EQUIVALENT


def test_a_question_that_reads_differently_is_named() -> None:
    text = 'category harm { clause threats "Threats" { forbid high } }'
    found = compare(policy(text), policy(text.replace('"Threats"', '"Threats and insults"'), "1.1.0"))
    assert found.remarks == (
        "`harm.threats` reads differently in the two; whether its text applies counts as one question",
    )
    assert only(found).relation is Relation.EQUIVALENT


def test_policies_of_one_name_and_version_are_first_and_second() -> None:
    found = only(compare(policy(STEPS), policy(STEPS)))
    assert found.sentence == "the first policy and the second policy give every case the same level"


# ------------------------------------------------------------ ladders


@pytest.mark.parametrize(
    ("first", "second", "one", "other", "expected"),
    [
        ("n a b", "n a b", "a", "b", -1),
        ("n a b", "m a b", "n", "m", 0),
        ("n a b", "n b", "a", "b", -1),
        ("n a c", "n b c", "a", "b", None),
        ("n a b", "n b a", "a", "b", None),
        ("n a b", "n b c", "a", "c", -1),
        ("n a", "a n", "a", "a", 1),
    ],
)
def test_levels_by_name(first: str, second: str, one: str, other: str, expected: int | None) -> None:
    ladders = Ladders(tuple(first.split()), tuple(second.split()))
    assert ladders.compare(one, other) == expected
    back = Ladders(tuple(second.split()), tuple(first.split())).compare(other, one)
    assert back == (None if expected is None else -expected)


# ------------------------------------------------------------ every case


@given(st.data())
@settings(max_examples=120)
def test_a_comparison_is_what_the_verdicts_of_all_cases_say(data: st.DataObject) -> None:
    first = data.draw(dense_policies())
    second = data.draw(variants(first))
    found = {(one.category, surface): one for one in compare(first, second).comparisons for surface in one.surfaces}
    for category, surface in itertools.product(("harm", "other"), ("request", "response")):
        pairs = [
            (verdict(first, category, case, surface), verdict(second, category, case, surface))
            for case in all_cases(first, second, category)
        ]
        higher = any(first.rank(one.level) > second.rank(other.level) for one, other in pairs)
        lower = any(first.rank(one.level) < second.rank(other.level) for one, other in pairs)
        response = any(
            one.level == other.level and one.response.action != other.response.action for one, other in pairs
        )
        if (category, surface) not in found:
            assert not (higher or lower or response)
            continue
        one = found[category, surface]
        assert (one.stricter is not None, one.looser is not None, one.response is not None) == (higher, lower, response)
        assert (
            one.relation
            is {
                (False, False): Relation.EQUIVALENT,
                (True, False): Relation.STRICTER,
                (False, True): Relation.LOOSER,
                (True, True): Relation.INCOMPARABLE,
            }[higher, lower]
        )


@given(st.data())
@settings(max_examples=120)
def test_a_witness_shows_the_difference_whatever_it_does_not_state(data: st.DataObject) -> None:
    first = data.draw(dense_policies())
    second = data.draw(variants(first))
    for one in compare(first, second).comparisons:
        for witness, sign in ((one.stricter, 1), (one.looser, -1), (one.response, 0)):
            if witness is None:
                continue
            assert witness.surface is not None
            for case in all_cases(first, second, one.category):
                if all(case[name] == witness.case[name] for name in witness.stated):
                    here, there = (verdict(p, one.category, case, witness.surface) for p in (first, second))
                    difference = first.rank(here.level) - second.rank(there.level)
                    assert (difference > 0) - (difference < 0) == sign
                    assert sign or here.response.action != there.response.action


@given(dense_policies())
def test_a_policy_is_equivalent_to_itself(policy: Policy) -> None:
    for one in compare(policy, policy).comparisons:
        assert (one.relation, one.response) == (Relation.EQUIVALENT, None)


def all_cases(first: Policy, second: Policy, category: str) -> list[dict[str, str]]:
    known = {v.id: v.values for one in (first, second) for v in case_space(one, category).variables}
    return [dict(zip(known, values, strict=True)) for values in itertools.product(*known.values())]
