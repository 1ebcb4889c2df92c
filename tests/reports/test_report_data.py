"""What a report says of a run: counted from the ledger, held against the plan."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from report_runs import MakeRun, Record, Samples

from policylang.compiler.bundle import Bundle, BundleError
from policylang.compiler.plans.report import CoverageReport
from policylang.language.meaning.policy import Policy
from policylang.learning.export import export_run
from policylang.reports import ReportData, ReportError, report_data
from policylang.runtime.errors import LedgerError
from policylang.runtime.ledger import Ledger
from policylang.runtime.sample import Judgement


def test_a_row_counts_once_and_an_attempt_each_time(usual: ReportData, samples: Samples) -> None:
    planned = len(samples.rows())
    rows = usual.outcome.rows
    assert (rows.planned, rows.accepted, rows.rejected, rows.failed, rows.open) == (planned, planned - 1, 1, 0, 0)
    assert usual.outcome.attempts == {"accepted": planned - 1, "rejected": 3, "failed": 0}
    assert {one.kind: one.count for one in usual.outcome.rejections} == {
        "request: too long": 1,
        "answer: too short to be one": 1,
        "request: a near copy of an exemplar": 1,
    }


def test_each_dimension_is_held_against_the_plan(usual: ReportData, samples: Samples) -> None:
    rows = samples.rows()
    dimensions = {dimension.name: dimension for dimension in usual.outcome.dimensions}
    assert set(dimensions) == {"category", "clause", "label", *rows[0].factors}
    for name, dimension in dimensions.items():
        values = [
            {"category": row.category, "clause": row.clause, "label": row.label.value}.get(name) or row.factors[name]
            for row in rows
        ]
        assert {one.value: one.planned for one in dimension.strata if one.planned} == Counter(values)
        assert {one.value: one.accepted for one in dimension.strata if one.accepted} == Counter(values[:-1])


def test_targets_are_the_plans_own(usual: ReportData, bundle: Bundle) -> None:
    claims = CoverageReport.model_validate(bundle.json("plans/quickstart/plan.json"))
    demanded = {(m.dimension, m.value): m.target for m in claims.margins if m.target is not None}
    shown = {
        (dimension.name, one.value): one.target
        for dimension in usual.outcome.dimensions
        for one in dimension.strata
        if one.target is not None
    }
    assert {key: value for key, value in demanded.items() if value} == {k: v for k, v in shown.items() if v}
    assert any(name == "label" for name, _ in shown)


def test_coverage_of_a_complete_run_is_what_the_plan_claims(
    make_run: MakeRun, samples: Samples, bundle: Bundle
) -> None:
    claims = CoverageReport.model_validate(bundle.json("plans/full/plan.json"))
    rows = samples.rows("full")
    coverage = report_data(make_run([(samples.of(row), "accepted") for row in rows], plan="full")).coverage
    assert [(way.feasible, way.planned, way.accepted) for way in coverage.ways] == [
        (way.feasible, way.covered, way.covered) for way in claims.ways
    ]
    assert all(not way.missing for way in coverage.ways)
    states = Counter(one.state for one in coverage.boundaries)
    assert states["both"] == sum(one.pair is not None for one in claims.boundaries) > 0
    assert states["one"] == states["none"] == 0
    assert coverage.accepted_cases == coverage.planned_cases
    assert all(one.accepted_lowest == one.planned_lowest and not one.below for one in coverage.minimums)


def test_a_rejected_row_takes_its_coverage_with_it(make_run: MakeRun, samples: Samples, bundle: Bundle) -> None:
    rows = samples.rows("full")
    lost = next(row for row in rows if row.pair)
    gone = {row.id for row in rows if row.clause == lost.clause}
    records: list[Record] = [(samples.of(row), "rejected" if row.id in gone else "accepted") for row in rows]
    data = report_data(make_run(records, plan="full"))
    [way] = data.coverage.ways
    assert way.accepted == way.planned - way.missing_count
    assert any(one["clause"] == lost.clause for one in way.missing)
    # The other side of a boundary may be a row of another clause, which then is all that is left of the pair.
    left = Counter(row.pair for row in rows if row.id not in gone)
    claims = CoverageReport.model_validate(bundle.json("plans/full/plan.json")).boundaries
    states = [("none", "one", "both")[left[one.pair]] if one.pair else "impossible" for one in claims]
    assert [one.state for one in data.coverage.boundaries] == states
    assert "none" in states
    [minimum] = data.coverage.minimums
    assert minimum.accepted_lowest == 0
    assert lost.clause in minimum.below
    assert any("No row was accepted for 1 clause" in notice for notice in data.notices)


def test_half_a_boundary_is_no_boundary(make_run: MakeRun, samples: Samples) -> None:
    one, *_ = [row for row in samples.rows("full") if row.pair]
    records: list[Record] = [(samples.of(row), "accepted") for row in samples.rows("full") if row.id != one.id]
    coverage = report_data(make_run(records, plan="full")).coverage
    assert Counter(boundary.state for boundary in coverage.boundaries)["one"] >= 1


def test_rationales_tell_model_from_skeleton_and_what_was_refused(
    usual: ReportData, usual_records: list[Record]
) -> None:
    accepted = [sample for sample, status in usual_records if status == "accepted"]
    worded = sum(sample.reasoning is not None and sample.reasoning.teacher != "symbolic" for sample in accepted)
    shares = {one.symbolic: one.accepted for one in usual.rationales.teachers}
    assert shares == {False: worded, True: len(accepted) - worded}
    refused = sum(len(sample.reasoning.rejected) for sample, _ in usual_records if sample.reasoning)
    assert usual.rationales.refused == refused
    assert "cites no clause" in {one.kind for one in usual.rationales.problems}
    assert usual.rationales.examples[0].problems


def test_words_refused_without_a_fallback_count_as_refused(make_run: MakeRun, samples: Samples) -> None:
    row = samples.rows()[0]
    sample = samples.of(row).model_copy(
        update={"reasoning": None, "problems": ("reasoning: cites no clause; has fewer than 12 words",)}
    )
    found = report_data(make_run([(sample, "rejected")])).rationales
    assert (found.worded, found.refused) == (1, 1)
    assert {one.kind for one in found.problems} == {"cites no clause", "has fewer than 12 words"}


def test_an_advisory_judge_is_said_to_have_decided_nothing(usual: ReportData) -> None:
    assert usual.judging is not None
    assert usual.judging.advisory
    assert any(notice.startswith("This judge did not decide anything.") for notice in usual.notices)


def test_few_verdicts_are_too_few_to_tell(usual: ReportData) -> None:
    assert usual.judging is not None
    for agreement in usual.judging.agreements:
        assert agreement.usable < 30
        assert agreement.finding.startswith("Too few to tell")
        assert agreement.unusable + agreement.undecided + agreement.usable == agreement.judged


def test_a_judge_that_always_says_the_same_is_not_better_than_chance(
    make_run: MakeRun, samples: Samples, policy: Policy
) -> None:
    def lenient(surface: str, planned_complies: bool) -> Judgement:
        level = policy.levels[0]
        return Judgement.model_validate(
            {"surface": surface, "answers": {}, "level": level, "label": "complies", "agrees": planned_complies}
        )

    records: list[Record] = []
    for row in samples.rows("full"):
        complies = row.verdict.level == policy.levels[0]
        sample = samples.of(row).model_copy(
            update={"judgements": (lenient(row.surface, complies),), "judge_advisory": False}
        )
        records.append((sample, "accepted" if complies else "rejected"))
    judging = report_data(make_run(records, plan="full")).judging
    assert judging is not None
    assert not judging.advisory
    for agreement in judging.agreements:
        if agreement.usable >= 30:
            assert agreement.kappa in (None, 0.0)
            assert agreement.finding.startswith("Not shown to be better than chance")


def test_a_judge_that_knows_the_plan_is_better_than_chance(make_run: MakeRun, samples: Samples) -> None:
    judging = report_data(
        make_run([(samples.of(row), "accepted") for row in samples.rows("full")], plan="full")
    ).judging
    assert judging is not None
    best = max(judging.agreements, key=lambda one: one.usable)
    assert (best.agreeing, best.kappa, best.finding) == (best.usable, 1.0, "Better than chance.")
    assert 0.9 < best.interval.low < best.interval.high == 1.0


def test_tokens_and_costs_are_the_ledgers(make_run: MakeRun, usual_records: list[Record]) -> None:
    data = report_data(make_run(usual_records, price=0.001))
    calls = sum(len(sample.calls) for sample, _ in usual_records)
    assert (data.total.calls, data.total.unpriced) == (calls, 0)
    assert data.total.cost_usd == pytest.approx(0.001 * calls)
    assert sum(role.calls for role in data.usage) == calls
    assert {role.role for role in data.usage} == {"teacher", "target", "judge"}


def test_an_unknown_price_gives_no_cost_and_a_notice(usual: ReportData) -> None:
    assert usual.total.cost_usd is None
    assert all(role.cost_usd is None for role in usual.usage)
    assert any("cost is not fully known" in notice for notice in usual.notices)


def test_splits_are_read_from_the_export(make_run: MakeRun, usual_records: list[Record]) -> None:
    folder = make_run(usual_records)
    assert report_data(folder).splits == ()
    export_run(folder)
    data = report_data(folder)
    assert [(part.name, part.percent) for part in data.splits] == [("train", 75.0), ("test", 25.0)]
    assert sum(part.rows for part in data.splits) == data.outcome.rows.accepted
    assert all(sum(part.labels.values()) == part.rows for part in data.splits)
    assert not any("exported at another time" in notice for notice in data.notices)


def test_a_stale_export_is_noticed(make_run: MakeRun, usual_records: list[Record]) -> None:
    folder = make_run(usual_records)
    export_run(folder)
    lines = (folder / "dataset" / "train.jsonl").read_text().splitlines(keepends=True)
    (folder / "dataset" / "train.jsonl").write_text("".join(lines[1:]) + "not json\n\n{}\n")
    assert any("exported at another time" in notice for notice in report_data(folder).notices)


def test_the_samples_shown_are_a_dozen_over_all_categories(usual: ReportData, samples: Samples) -> None:
    assert len(usual.accepted) == 12
    assert {one.sample.row.category for one in usual.accepted} == {row.category for row in samples.rows()}
    assert {one.sample.picture is None for one in usual.accepted} == {True, False}
    assert [one.status for one in usual.rejected] == ["rejected"] * 3


def test_a_citation_is_a_segment_of_its_own(usual: ReportData, policy: Policy) -> None:
    known = {clause.id for clause in policy.clauses}
    for one in usual.accepted:
        assert one.sample.reasoning is not None
        cited = [piece.clause for piece in one.rationale if piece.clause]
        assert set(cited) == set(one.sample.reasoning.cites) <= known
        joined = "".join(f"[{piece.text}]" if piece.clause else piece.text for piece in one.rationale)
        assert joined == one.sample.reasoning.text


def test_every_purpose_of_a_plan_is_put_in_words(make_run: MakeRun, samples: Samples) -> None:
    data = report_data(make_run([(samples.of(row), "accepted") for row in samples.rows("full")], plan="full"))
    purposes = [purpose for one in data.accepted for purpose in one.purposes]
    assert purposes
    assert all(purpose.text != purpose.code and "=" not in purpose.text for purpose in purposes)


def test_a_run_that_is_going_on_says_what_is_open(make_run: MakeRun, samples: Samples) -> None:
    rows = samples.rows()
    failed = samples.of(rows[1]).model_copy(update={"problems": ("timeout: no answer",)})
    data = report_data(make_run([(samples.of(rows[0]), "accepted"), (failed, "failed")]))
    counts = data.outcome.rows
    assert (counts.accepted, counts.failed, counts.open) == (1, 1, len(rows) - 2)
    assert [one.kind for one in data.outcome.failures] == ["timeout: no answer"]
    assert any("not finished" in notice for notice in data.notices)


def test_an_attempt_without_a_readable_sample_is_counted_and_noticed(make_run: MakeRun, samples: Samples) -> None:
    from policylang.runtime.ledger import RunIdentity

    folder = make_run([(samples.of(samples.rows()[0]), "accepted")])
    with Ledger.read(folder / "ledger.sqlite") as ledger:
        identity: RunIdentity = ledger.sessions()[-1]
    with Ledger.open(folder / "ledger.sqlite", identity) as ledger:
        ledger.finish(samples.rows()[1].id, 0, "failed", "server: it broke", {"row": "?"}, position=1)
    data = report_data(folder)
    assert data.outcome.rows.failed == 1
    assert [one.kind for one in data.outcome.failures] == ["server: it broke"]
    assert any("left no sample" in notice for notice in data.notices)


def test_another_bundle_than_the_runs_is_noticed(make_run: MakeRun, usual_records: list[Record]) -> None:
    data = report_data(make_run(usual_records, started_with="0" * 64))
    assert "not the one that the run was started with" in data.notices[0]


def test_the_same_folder_gives_the_same_values_and_they_survive_json(
    make_run: MakeRun, usual_records: list[Record]
) -> None:
    folder = make_run(usual_records)
    first = report_data(folder).model_dump_json()
    assert report_data(folder).model_dump_json() == first
    assert ReportData.model_validate_json(first).model_dump_json() == first
    assert json.loads(first)["schema_version"] == "1"


def test_what_is_no_run_folder_is_a_clear_error(tmp_path: Path, bundle: Bundle) -> None:
    with pytest.raises(ReportError, match="no such folder"):
        report_data(tmp_path / "nowhere")
    with pytest.raises(BundleError, match="holds no bundle"):
        report_data(tmp_path)
    bundle.write(tmp_path / "run" / "bundle")
    with pytest.raises(LedgerError, match="there is no ledger here"):
        report_data(tmp_path / "run")


def test_a_plan_that_the_bundle_does_not_have_is_a_clear_error(make_run: MakeRun) -> None:
    with pytest.raises(ReportError, match="has no plan `gone`"):
        report_data(make_run([], plan="gone"))
