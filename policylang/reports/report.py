"""From a run folder to what its report says. Attempts go by one at a time; only counters and what is shown stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from policylang.runtime.models.files import DEFAULT_MODEL

from .clauses import categories
from .coverage import CoverageTally
from .data import Identity, Judging, Outcome, Rationales, ReportData, RoleUsage, SplitCount
from .judging import JudgeTally
from .outcome import CATEGORY, OutcomeTally
from .rationales import RationaleTally
from .run_folder import DATASET, RunFolder
from .shelf import AcceptedShelf, RejectedShelf
from .showing import show
from .splits import splits
from .usage import ModelTally, usage


def report_data(run_folder: Path) -> ReportData:
    """What there is to say about a run, finished or not. Raises RunError and BundleError."""
    with contextlib.closing(RunFolder.open(run_folder)) as run:
        return report_of(run)


def report_of(run: RunFolder) -> ReportData:
    """The same for a folder that is open. Raises LedgerError."""
    policy, claims = run.policy, run.claims
    outcome_tally, coverage = OutcomeTally(policy, run.plan), CoverageTally(claims)
    for row in run.rows():
        outcome_tally.plan_row(row)
        coverage.plan_row(row)
    rationales, judge, models = RationaleTally(), JudgeTally(policy), ModelTally()
    shelf, rejects = AcceptedShelf(len(outcome_tally.planned[CATEGORY])), RejectedShelf()
    unreadable = 0
    for tries in run.tries():
        outcome_tally.add(tries)
        for one in tries:
            sample = one.sample
            if sample is None:
                unreadable += 1
                continue
            accepted = one.attempt.status == "accepted"
            models.add(sample)
            rationales.add(sample, accepted=accepted)
            judge.add(sample)
            if accepted:
                coverage.accept(sample.row)
                shelf.add(sample)
            else:
                rejects.add(one, sample)
    outcome = outcome_tally.result(run.ledger.counts(), claims)
    roles, total = usage(run.ledger, models)
    parts = splits(run.path / DATASET, run.plan.split)
    worded, judging = rationales.result(), judge.result()
    return ReportData(
        identity=_identity(run),
        notices=tuple(_notices(run, outcome, worded, judging, total, parts, unreadable)),
        outcome=outcome,
        coverage=coverage.result(outcome_tally),
        rationales=worded,
        judging=judging,
        usage=roles,
        total=total,
        splits=parts,
        accepted=tuple(show(policy, sample, "accepted") for sample in shelf.result()),
        rejected=tuple(show(policy, sample, one.attempt.status) for one, sample in rejects.result()),
        categories=categories(policy, outcome_tally),
    )


def _identity(run: RunFolder) -> Identity:
    manifest = run.bundle.manifest
    return Identity(
        policy=manifest.policy,
        version=manifest.version,
        title=run.policy.title or manifest.policy,
        text=run.policy.text.strip(),
        categories=sum(bool(category.clauses) for category in run.policy.categories),
        clauses=len(run.policy.clauses),
        exemplars=sum(1 for _ in run.policy.exemplars),
        policy_sha256=manifest.policy_sha256,
        bundle_sha256=run.bundle.sha256,
        tool_version=run.session.tool_version or manifest.tool_version,
        plan=run.plan.id,
        plan_title=run.plan.title,
        plan_text=run.plan.text.strip(),
        seed=run.plan.seed,
        stages=run.plan.stages,
        sessions=len(run.sessions),
    )


def _notices(
    run: RunFolder,
    outcome: Outcome,
    rationales: Rationales,
    judging: Judging | None,
    total: RoleUsage,
    parts: tuple[SplitCount, ...],
    unreadable: int,
) -> Iterator[str]:
    rows = outcome.rows
    if not run.same_bundle:
        yield "The bundle here is not the one that the run was started with: plan and rows may not belong together."
    if rows.open:
        yield f"The run is not finished: {_count(rows.open, 'row')} of the plan {_are(rows.open)} still open."
    for dimension in outcome.dimensions:
        empty = [one.title for one in dimension.strata if one.planned and not one.accepted]
        if dimension.name in ("category", "clause", "label") and empty and rows.accepted:
            listed = ", ".join(empty[:4]) + (f" and {len(empty) - 4} more" if len(empty) > 4 else "")
            yield f"No row was accepted for {_count(len(empty), dimension.name)}: {listed}."
    if judging is None:
        yield "No judge took part: what was accepted was never held against the policy by a second reader."
    elif judging.advisory:
        yield "This judge did not decide anything. Its answers are recorded; no row was accepted or rejected for them."
    elif judging.advisory_samples:
        yield (
            f"The judge was advisory for a part of the run: it decided nothing for {judging.advisory_samples} of the "
            f"{judging.samples} samples that it judged."
        )
    if any(DEFAULT_MODEL in model.casefold() for model in total.models):
        yield (
            f"{DEFAULT_MODEL} has 135 million parameters. It shows how the parts work together; it is no judge, and "
            "what it writes needs a reader before anything is trained on it."
        )
    symbolic = sum(teacher.accepted for teacher in rationales.teachers if teacher.symbolic)
    if symbolic:
        yield (
            f"{symbolic} of {rows.accepted} accepted rationales were rendered from the compiled policy, not worded by "
            "a model. They are marked “symbolic”."
        )
    if total.unpriced:
        yield f"What the run cost is not fully known: {total.unpriced:,} of {total.calls:,} calls have no price."
    exported = sum(part.rows for part in parts)
    if parts and exported != rows.accepted:
        yield (
            f"The data set was exported at another time: it has {_count(exported, 'row')}, and {rows.accepted} are "
            "accepted now. Run policyc export again."
        )
    if unreadable:
        yield f"{_count(unreadable, 'attempt')} left no sample that this version can read; only its outcome is counted."


def _count(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
