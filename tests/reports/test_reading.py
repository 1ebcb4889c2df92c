"""What a policy lead reads: the policy first, then how far to trust the run, and each rationale beside its skeleton."""

from __future__ import annotations

import pytest
from page_elements import Elements
from report_runs import MODEL, MakeRun, Record, Samples

from policylang.compiler.skeleton import skeleton
from policylang.language.meaning.policy import Policy
from policylang.reports import ReportData, report_data, write_report
from policylang.reports.page import reflow
from policylang.reports.showing import say_verdict, skeleton_lines


@pytest.fixture
def page(make_run: MakeRun, usual_records: list[Record]) -> str:
    return write_report(make_run(usual_records)).read_text()


def words_of(markup: str) -> str:
    return " ".join(Elements(markup).text.split())


def article(page: str, row_id: str) -> str:
    """The markup of the first sample of a row that the page shows."""
    start = page.index(f'id="sample-{row_id}-')
    return page[page.rindex("<article", 0, start) : page.index("</article>", start)]


def test_the_markup_nests(page: str) -> None:
    assert Elements(page).unbalanced == []


def test_it_begins_with_what_the_policy_is(page: str, policy: Policy, usual: ReportData) -> None:
    head = words_of(page[: page.index("<main>")])
    assert policy.title in head
    assert " ".join(policy.text.split()) in head
    assert usual.identity.clauses == len(policy.clauses)
    assert f"{len(policy.clauses)} clauses" in head
    assert f"{sum(1 for _ in policy.exemplars)} labelled cases" in head


def test_words_of_a_model_stand_beside_the_skeleton(page: str, usual: ReportData, policy: Policy) -> None:
    shown = next(one for one in usual.accepted if one.sample.reasoning and one.sample.reasoning.teacher == MODEL)
    row, reasoning = shown.sample.row, shown.sample.reasoning
    assert reasoning is not None
    text = words_of(article(page, row.id))
    assert f"In the words of {MODEL}" in text
    assert " ".join(reasoning.text.split()) in text
    for line in skeleton(policy, row.clause, row.case, row.surface).lines():
        assert " ".join(line.split()) in text


def test_a_refused_wording_stands_beside_the_skeleton_with_its_fault(page: str, usual: ReportData) -> None:
    shown = next(one for one in usual.accepted if one.sample.reasoning and one.sample.reasoning.rejected)
    reasoning = shown.sample.reasoning
    assert reasoning is not None
    text = words_of(article(page, shown.sample.row.id))
    assert " ".join(reasoning.text.split()) in text
    assert f"A model's wording, refused: it {reasoning.rejected[0].problems[0]}" in text
    assert reasoning.rejected[0].text in text


def test_a_row_that_the_policy_does_not_know_has_no_skeleton(samples: Samples, policy: Policy) -> None:
    row = samples.rows()[0]
    assert skeleton_lines(policy, row)
    assert skeleton_lines(policy, row.model_copy(update={"case": {}})) == ()
    assert skeleton_lines(policy, row.model_copy(update={"clause": "gone.clause"})) == ()


def test_the_planned_verdict_is_said_in_words(samples: Samples, policy: Policy) -> None:
    said = {row.verdict.level: say_verdict(policy, row) for row in samples.rows()}
    assert said[policy.levels[0]].startswith("no violation in the ")
    assert all(f"a violation of level {level} in" in text for level, text in said.items() if level != policy.levels[0])


def test_rejected_attempts_are_counted_in_their_cells(usual: ReportData, samples: Samples) -> None:
    first, last = samples.rows()[0], samples.rows()[-1]
    categories = next(one for one in usual.outcome.dimensions if one.name == "category")
    assert {one.value: one.rejected for one in categories.strata if one.rejected} == {first.category: 1} | {
        last.category: 2
    }


def test_a_small_model_is_said_to_be_no_judge(usual: ReportData, make_run: MakeRun, samples: Samples) -> None:
    assert any("135 million parameters" in notice and "no judge" in notice for notice in usual.notices)
    sample = samples.of(samples.rows()[0])
    other = sample.model_copy(update={"calls": tuple(c.model_copy(update={"model": "large"}) for c in sample.calls)})
    data = report_data(make_run([(other, "accepted")]))
    assert not [notice for notice in data.notices if "135 million" in notice]


def test_a_handful_of_verdicts_makes_no_headline(page: str, usual: ReportData) -> None:
    assert usual.judging is not None
    assert not any(one.enough for one in usual.judging.agreements)
    summary = words_of(page[page.index('id="summary"') : page.index('id="outcome"')])
    assert "Judge agrees with the plan too few to tell" in summary


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("one\ntwo", "one two"),
        ("one\n\ntwo\nthree", "one\n\ntwo three"),
        ("list:\n- a\n- b", "list:\n- a\n- b"),
        ("steps:\n1. a\n2) b", "steps:\n1. a\n2) b"),
        ("a\n   \nb", "a\n\nb"),
    ],
)
def test_line_breaks_of_the_source_are_not_shown_but_paragraphs_are(prose: str, shown: str) -> None:
    assert reflow(prose) == shown
