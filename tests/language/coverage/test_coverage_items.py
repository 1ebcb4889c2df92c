"""Every kind of coverage on a policy small enough to count by hand: what is shown, what is missing, what cannot be."""

from __future__ import annotations

from harm_policy import AGREED, CLAUSES, FULL, LEARN, MILD, SOME, exemplar, item, measured

from policylang.language.coverage import Kind


def test_a_policy_without_exemplars_has_nothing_covered() -> None:
    report = measured()
    assert report.exemplars == 0
    assert report.figure().covered == 0
    assert report.figure().feasible > 0
    assert not report.both_seen.covered


def test_a_policy_without_clauses_has_nothing_to_cover() -> None:
    report = measured(clauses='category harm "Harm" { }\n')
    assert report.items == ()
    assert report.figure().percent == 100.0


# ------------------------------------------------------------------------------------------------ clauses


def test_a_label_is_covered_by_an_exemplar_of_the_clause_that_has_it() -> None:
    report = measured(steps=FULL)
    assert item(report, "harm.steps:violates").shown_by == ("harm.steps.1",)
    assert item(report, "harm.steps:complies").status == "missing"
    assert item(report, "harm.steps:borderline").status == "missing"


def test_an_exemplar_of_another_clause_does_not_cover_it() -> None:
    assert item(measured(talk=LEARN), "harm.steps:complies").status == "missing"


def test_a_permit_cannot_be_violated() -> None:
    found = item(measured(), "harm.talk:violates")
    assert (found.status, found.reason) == ("infeasible", "a permit cannot be violated")


def test_a_clause_that_is_always_overridden_cannot_be_violated() -> None:
    clauses = CLAUSES.replace("when agreed", "when intent = do")
    found = item(measured(clauses=clauses), "harm.steps:violates")
    assert (found.status, found.reason) == ("infeasible", "the clause is always overridden")


def test_where_everything_violates_nothing_complies() -> None:
    clauses = """
category harm "Harm" {
  clause steps "No steps" { forbid high when intent in {learn, do} }
}
"""
    report = measured(clauses=clauses)
    assert item(report, "harm.steps:complies").reason == "every case violates some clause"
    assert item(report, "harm.steps:borderline").reason == "no change of one facet changes whether a case violates"
    assert item(report, "harm.steps:when").reason == "no case has another outcome"


# ------------------------------------------------------------------------------------------------ conditions


def test_a_pair_that_differs_in_one_variable_and_in_outcome_shows_a_test() -> None:
    report = measured(steps=FULL + MILD)
    assert item(report, "harm.steps:when.1").shown_by == ("harm.steps.1", "harm.steps.2")
    assert item(report, "harm.steps:when.0").status == "missing"


def test_a_pair_that_differs_in_two_variables_shows_neither() -> None:
    report = measured(steps=FULL, talk=exemplar("complies", intent="learn", detail="none", agreed="no"))
    assert item(report, "harm.steps:when.0").status == "missing"
    assert item(report, "harm.steps:when.1").status == "missing"
    assert item(report, "harm.steps:when.0").both_seen is True
    assert item(report, "harm.steps:when.1").both_seen is True


def test_a_pair_with_the_same_outcome_shows_nothing() -> None:
    report = measured(steps=FULL + SOME)
    assert item(report, "harm.steps:when.1").status == "missing"
    assert item(report, "harm.steps:when.1").both_seen is False


def test_exemplars_of_other_clauses_may_be_the_other_side() -> None:
    assert item(measured(steps=FULL, talk=LEARN), "harm.steps:when.0").status == "covered"


def test_what_an_exemplar_leaves_open_shows_nothing() -> None:
    report = measured(steps=FULL + exemplar("complies", intent="do", detail="none"))
    assert item(report, "harm.steps:when.1").status == "missing"


def test_what_both_leave_open_is_the_same_in_both() -> None:
    clauses = CLAUSES.replace("    unless agreed\n", "").replace("overrides steps", "")
    report = measured(
        steps=exemplar("violates", intent="do", detail="full") + exemplar("complies", intent="do", detail="none"),
        clauses=clauses,
    )
    assert item(report, "harm.steps:when.1").status == "covered"


def test_what_both_leave_open_must_not_matter() -> None:
    # Where both have agreed, neither violates.
    near = exemplar("borderline", intent="do", detail="full")
    report = measured(steps=near + exemplar("complies", intent="do", detail="none"))
    assert item(report, "harm.steps:when.1").status == "missing"


def test_a_test_that_cannot_matter_is_not_counted() -> None:
    clauses = CLAUSES.replace("overrides steps", "").replace(
        "when intent = do and detail >= some", "when intent = do and (detail >= some or detail >= none)"
    )
    report = measured(clauses=clauses)
    found = {one.id: one.reason for one in report.items if one.kind is Kind.CONDITION and one.status == "infeasible"}
    assert found == {
        "harm.steps:when.1.0": "no change of detail alone changes the outcome",
        "harm.steps:when.1.1": "the test is the same for all values of detail",
    }


def test_the_own_question_of_a_clause_is_a_test() -> None:
    clauses = """
category harm "Harm" {
  clause threats "Threats" {
    forbid low
    unless agreed
    violates { user "Words." facets { agreed = no } }
    complies { user "Words." facets { agreed = no } }
  }
}
"""
    assert item(measured(clauses=clauses), "harm.threats:question").status == "covered"


# ------------------------------------------------------------------------------------------------ exceptions


def test_an_exception_is_shown_both_ways() -> None:
    report = measured(steps=FULL)
    assert item(report, "harm.steps:unless:fails").status == "covered"
    assert item(report, "harm.steps:unless:applies").status == "missing"
    assert item(measured(steps=AGREED), "harm.steps:unless:applies").status == "covered"


def test_a_case_outside_the_condition_shows_nothing_of_the_exception() -> None:
    report = measured(talk=LEARN, sport=exemplar("complies", intent="learn", detail="full", agreed="yes"))
    assert item(report, "harm.steps:unless:applies").status == "missing"
    assert item(report, "harm.steps:unless:fails").status == "missing"


def test_an_exception_that_excepts_nothing_cannot_be_shown() -> None:
    clauses = CLAUSES.replace("unless agreed", "unless intent = learn")
    found = item(measured(clauses=clauses), "harm.steps:unless:applies")
    assert (found.status, found.reason) == ("infeasible", "the exception meets no case of the clause")


def test_an_override_is_shown_where_both_clauses_hold() -> None:
    clauses = CLAUSES.replace("    unless agreed\n", "")
    assert item(measured(clauses=clauses), "harm.sport:overrides:harm.steps").status == "missing"
    assert item(measured(sport=AGREED, clauses=clauses), "harm.sport:overrides:harm.steps").status == "covered"
    never = item(measured(), "harm.sport:overrides:harm.steps")
    assert (never.status, never.reason) == ("infeasible", "the two clauses never hold together")


# ------------------------------------------------------------------------------------------------ boundaries, factors


def test_a_boundary_counts_the_variables_of_overriders() -> None:
    clauses = CLAUSES.replace("    unless agreed\n", "")
    report = measured(steps=FULL, clauses=clauses)
    assert {one.id for one in report.items if one.kind is Kind.BOUNDARY and one.clause == "harm.steps"} == {
        "harm.steps:edge:intent",
        "harm.steps:edge:detail",
        "harm.steps:edge:agreed",
    }
    assert item(report, "harm.steps:edge:agreed").status == "missing"
    assert item(measured(steps=FULL, sport=AGREED, clauses=clauses), "harm.steps:edge:agreed").status == "covered"


def test_values_surfaces_and_levels_are_seen() -> None:
    report = measured(steps=FULL)
    assert item(report, "harm:detail=full").status == "covered"
    assert item(report, "harm:detail=some").status == "missing"
    assert item(report, "harm:surface:request").status == "covered"
    assert item(report, "harm:level:high").status == "covered"
    assert item(report, "harm:level:none").status == "missing"
    assert "harm:level:low" not in {one.id for one in report.items}


def test_a_level_that_a_worse_one_always_hides_is_not_counted() -> None:
    hint = '  clause hint "Hints" { forbid low when intent = do and detail = full and not agreed }'
    clauses = CLAUSES.replace('  clause talk "Talk" {', f'{hint}\n  clause talk "Talk" {{')
    found = item(measured(clauses=clauses), "harm:level:low")
    assert found.status == "infeasible"
