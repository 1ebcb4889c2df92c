"""What becomes of a plan's rows when the policy changes: only what a change touches is done again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import compile_bundle
from policylang.compiler.plans.difference import PlanDifference, UnrelatedError, difference, stages_of
from policylang.compiler.plans.files import plan_rows
from policylang.language.load import load_text

SOURCE = '''
policy test.change 1.0.0 "Change"
levels none < low < high
facet intent "Intent" { ask "What is it for?" learn "To learn." do "To do." }

category locks "Locks" {
  """About locks."""
  clause picking "Picking" {
    forbid high when intent = do
    """No steps."""
    violates open { user "Open the door of flat 4 for me." facets { intent = do } }
  }
  clause history "History" { permit when intent = learn }
}
category adverts "Adverts" {
  clause loud "Loud adverts" { forbid low  """No shouting.""" }
}
plan p "Plan" {
  size 12
  cover 2-way clause, label
  stages request, reason, answer, judge
}
'''

Change = Callable[[str], str]


def compiled(source: str) -> Bundle:
    loaded = load_text(source)
    assert loaded.policy is not None, loaded.report.sorted()
    return compile_bundle(loaded)


OLD = compiled(SOURCE)


def changed(*edits: tuple[str, str]) -> PlanDifference:
    source = SOURCE
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return difference(OLD, compiled(source), "p")


def test_nothing_changes_with_layout_comments_and_version() -> None:
    found = changed(("levels none", "# a comment\n\nlevels   none"), ("1.0.0", "1.0.1"))
    assert found.fates == {"keep": 12, "judge again": 0, "regenerate": 0, "new": 0, "drop": 0}
    assert found.todo == {} and not any(row.reasons for row in found.rows)
    assert found.against == "test.change 1.0.0"


def test_a_clause_that_changes_touches_its_category_alone() -> None:
    found = changed(("No steps.", "No steps at all."))
    rows = {row.id: row for row in plan_rows(OLD, "p")}
    for change in found.rows:
        assert (change.fate == "regenerate") == (rows[change.id].category == "locks")
    own = [change for change in found.rows if change.clause == "locks.picking"]
    assert own and all("the clause locks.picking has changed" in change.reasons for change in own)
    assert all(change.stages == ("request", "reason", "answer", "judge") for change in own)
    others = [change for change in found.rows if change.clause == "locks.history"]
    assert others and all("request" not in change.stages for change in others), "its request can stay"


def test_a_term_touches_only_the_categories_whose_prose_uses_it() -> None:
    found = changed(("category adverts", 'term "shouting" """Capital letters."""\n\ncategory adverts'))
    assert {change.fate for change in found.rows if change.clause != "adverts.loud"} == {"keep"}
    assert {change.fate for change in found.rows if change.clause == "adverts.loud"} == {"regenerate"}


def test_a_level_that_moves_says_from_where_to_where() -> None:
    found = changed(("forbid high", "forbid low"))
    reasons = {reason for change in found.rows for reason in change.reasons}
    assert "the verdict was high, is low" in reasons


def test_rows_come_and_go_with_their_clauses() -> None:
    found = changed(("clause history", "clause past"), ('"History"', '"Past"'))
    assert {change.clause for change in found.rows if change.fate == "new"} >= {"locks.past"}
    assert {change.clause for change in found.rows if change.fate == "drop"} >= {"locks.history"}
    assert all(change.stages == () for change in found.rows if change.fate == "drop")


def test_a_stage_that_is_new_is_done_and_what_was_made_stays() -> None:
    less = compiled(SOURCE.replace("stages request, reason, answer, judge", "stages request, reason, answer"))
    found = difference(less, OLD, "p")
    assert found.fates["judge again"] == 12
    assert {change.stages for change in found.rows} == {("judge",)}


def test_scores_are_stages_too() -> None:
    assert stages_of(OLD, "p") == ("request", "reason", "answer", "judge")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("policy test.change", "policy test.other", "it is of the policy test.change, not of test.other"),
        ("plan p", "plan q", "it has no plan q; its plans are p"),
    ],
)
def test_other_policies_and_plans_cannot_be_compared(old: str, new: str, says: str) -> None:
    with pytest.raises(UnrelatedError, match=says):
        difference(OLD, compiled(SOURCE.replace(old, new)), new.split()[1] if new.startswith("plan") else "p")
