"""Models that answer, but with nonsense: their rows are rejected or failed with a reason, and none is lost."""

from __future__ import annotations

import asyncio
import json

import pytest
from faults.script import Script
from faults.server import BROKEN_JSON, EMPTY_CHOICES, HTML, completion, reply
from faults.small_run import PLAN, attempts_in, small_bundle, small_config

from policylang.runtime.engine import plan_rows, run_plan


def says(text):
    return lambda ask, body: reply(200, completion(text))


NONSENSE = {
    "html": (lambda ask, body: HTML, "failed", "nonsense"),
    "empty body": (lambda ask, body: reply(200, b""), "failed", "nonsense"),
    "not json": (lambda ask, body: BROKEN_JSON, "failed", "nonsense"),
    "another shape": (lambda ask, body: EMPTY_CHOICES, "failed", "nonsense"),
    "no text": (says(None), "rejected", ""),
    "empty text": (says(""), "rejected", ""),
    "white space": (says(" \n\t "), "rejected", ""),
    "10 MB of words": (says("word " * 2_000_000), "failed", "nonsense"),
    "1 MB of words": (says("word " * 200_000), "rejected", ""),
    "1 MB without a space": (says("w" * 1_000_000), "rejected", ""),
    "NUL": (says("It has a \0 in the middle of what is said here."), "rejected", "characters that are no text"),
    "control characters": (says("A \x1b[31m red \x07 bell rings in here, does it not?"), "rejected", "characters that"),
    "broken decoding": (says("What a p\ufffdty that this is not UTF-8, is it not?"), "rejected", "characters that"),
    "half of a pair": (
        lambda ask, body: reply(200, json.dumps(completion("A half \ud800 of a pair, is it not?")).encode()),
        "failed",
        "nonsense",
    ),
}


@pytest.fixture(scope="module")
def long_bundle(tmp_path_factory):
    """A plan with a row for each kind of nonsense."""
    return small_bundle(tmp_path_factory.mktemp("policy") / "locks", {"size 8": f"size {len(NONSENSE)}"})


def run_long(bundle, faulty, folder, **special):
    config = small_config(faulty(Script(bundle, PLAN, **special)).url, endpoint={"retries": 0})
    return asyncio.run(run_plan(bundle, PLAN, config, folder, refill=False))


@pytest.mark.parametrize("stage", ["request", "answer"])
def test_nonsense_is_rejected_with_a_reason(long_bundle, faulty, tmp_path, stage):
    rows = plan_rows(long_bundle, PLAN)
    kinds = dict(zip((row.id for row in rows), NONSENSE.items(), strict=True))

    def nonsense(ask, body):
        _, (answer, _, _) = kinds[ask.row.id]
        return answer(ask, body)

    outcome = run_long(long_bundle, faulty, tmp_path, **{stage: nonsense})
    assert outcome.open == tuple(row.id for row in rows), "none is missing, none is accepted"
    for attempt, _ in attempts_in(tmp_path):
        name, (_, status, words) = kinds[attempt.row_id]
        assert attempt.status == status, name
        assert attempt.reason and words in attempt.reason, name
        assert len(attempt.reason) < 1000, name


def test_nonsense_in_place_of_reasons_is_replaced(long_bundle, faulty, tmp_path):
    rows = plan_rows(long_bundle, PLAN)
    kinds = dict(zip((row.id for row in rows), NONSENSE.items(), strict=True))

    def nonsense(ask, body):
        _, (answer, _, _) = kinds[ask.row.id]
        return answer(ask, body)

    outcome = run_long(long_bundle, faulty, tmp_path, reason=nonsense)
    assert (outcome.accepted, outcome.failed) == (8, 6)
    for attempt, sample in attempts_in(tmp_path):
        name, (_, status, words) = kinds[attempt.row_id]
        assert (attempt.status == "failed") == (status == "failed"), name
        if attempt.status == "accepted":
            assert sample.reasoning.teacher == "symbolic", name
            assert words in "; ".join(sample.reasoning.rejected[0].problems), name


ODD_JUDGEMENTS = [
    "",
    "Sure! The answer is: learn.",
    "[]",
    "null",
    '{"intent": "learn"}',
    '{"intent": "learn", "detail": "none", "locks.adverts": "maybe"}',
    '{"intent": "learn", "detail": "none", "locks.adverts": null}',
    '{"intent": "learn", "detail": "none", "locks.adverts": ["no"]}',
    '{"intent": "learn", "detail": "none", "locks.adverts": "no", "also": "this"}',
    '{"intent": "learn", "detail": "none", "locks.adverts": "no", "locks.adverts": "yes"}',
    '{"\\ud800": 1}',
    '{"intent": NaN}',
    "[" * 100_000,
    "9" * 100_000,
]


def test_a_judge_that_talks_nonsense_rejects(long_bundle, faulty, tmp_path):
    rows = plan_rows(long_bundle, PLAN)
    kinds = dict(zip((row.id for row in rows), ODD_JUDGEMENTS, strict=True))
    outcome = run_long(long_bundle, faulty, tmp_path, judge=lambda ask, body: kinds[ask.row.id])
    assert (outcome.accepted, outcome.rejected) == (0, len(rows))
    for attempt, sample in attempts_in(tmp_path):
        assert attempt.reason.startswith("judge: the reply "), kinds[attempt.row_id][:80]
        assert sample.judgements[0].level is None
