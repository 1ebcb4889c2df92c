"""What coverage says of an item: where it stands, the exemplar that would cover it, and the figures."""

from __future__ import annotations

import pytest
from harm_policy import FULL, LEARN, MILD, item, loaded, measured

from policylang.language.coverage import Kind, Places, measure_coverage


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("harm.steps:violates", 'steps "No steps" {'),
        ("harm.steps:edge:intent", 'steps "No steps" {'),
        ("harm.steps:when.0", "intent = do and"),
        ("harm.steps:when.1", "detail >= some"),
        ("harm.steps:unless", "agreed"),
        ("harm.steps:unless:applies", "unless agreed"),
        ("harm.sport:overrides:harm.steps", "steps"),
        ("harm:detail=some", "some"),
        ("harm:surface:request", "forbid high"),
        ("harm:level:high", "forbid high"),
        ("harm:level:none", 'harm "Harm" {'),
    ],
)
def test_every_item_has_its_place(name: str, words: str) -> None:
    found = loaded()
    assert found.policy is not None
    place = item(measure_coverage(found.policy, Places(found.sources, found.spans)), name).place
    assert place is not None
    line = found.sources[place.file].line(place.line)
    assert line[place.column - 1 :].startswith(words)
    assert place.text == line.strip()


def test_conditions_of_a_group_have_their_places() -> None:
    clauses = """
category harm "Harm" {
  forbid high {
    when intent = do
    unless agreed
    a "One" { when detail = full }
    b "Two"
  }
}
"""
    report = measured(clauses=clauses)
    lines = {one.id: one.place.text for one in report.items if one.kind is Kind.CONDITION and one.place}
    assert lines["harm.high.a:when.0"] == "when intent = do"
    assert lines["harm.high.a:when.1"] == 'a "One" { when detail = full }'
    assert lines["harm.high.b:unless"] == "unless agreed"


def test_a_brief_is_the_neighbour_of_an_exemplar_that_exists() -> None:
    [brief] = item(measured(steps=FULL), "harm.steps:when.1").briefs
    assert (brief.clause, brief.label, brief.level) == ("harm.steps", "complies", "none")
    assert brief.facets == {"intent": "do", "detail": "none", "agreed": "no"}
    assert (brief.neighbour, brief.differs) == ("harm.steps.1", "detail")
    assert brief.skeleton == (
        "complies {\n"
        '  user "(Write what is said here.)"\n'
        "  facets { intent = do, detail = none, agreed = no }\n"
        '  because "As steps.1, but for detail."\n'
        "}"
    )


def test_without_a_neighbour_a_pair_needs_two_briefs() -> None:
    inner, outer = item(measured(), "harm.steps:when.1").briefs
    assert inner.label == "violates"
    assert outer.differs == "detail"
    assert {k: v for k, v in inner.facets.items() if k != "detail"} == {
        k: v for k, v in outer.facets.items() if k != "detail"
    }


def test_a_skeleton_can_be_pasted_into_the_clause() -> None:
    before = measured(steps=FULL)
    missing = item(before, "harm.steps:when.0")
    [brief] = missing.briefs
    assert brief.clause == "harm.steps"
    after = measured(steps=FULL + brief.skeleton)
    assert item(after, "harm.steps:when.0").status == "covered"


def test_only_the_kinds_and_categories_that_are_asked_for_are_counted() -> None:
    policy = loaded(steps=FULL).policy
    assert policy is not None
    assert {one.kind for one in measure_coverage(policy, kinds=[Kind.EXCEPTION]).items} == {Kind.EXCEPTION}
    assert measure_coverage(policy, categories=[]).items == ()
    assert measure_coverage(policy).missing[0].place is None


def test_figures_add_up() -> None:
    report = measured(steps=FULL + MILD, talk=LEARN)
    total = report.figure()
    parts = [report.figure("harm", kind) for kind in Kind]
    assert total.covered == sum(part.covered for part in parts)
    assert total.feasible == sum(part.feasible for part in parts)
    assert total.feasible + total.infeasible == len(report.items)
    assert str(total) == f"{total.covered}/{total.feasible}"
