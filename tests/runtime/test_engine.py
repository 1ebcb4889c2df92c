"""A plan is run to its end over HTTP: what is accepted, what is not and why, and what stops everything."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter

import pytest
from faults.script import Script
from faults.server import error
from faults.small_run import PLAN, attempts_in, small_bundle, small_config

from policylang.runtime.engine import generate_plan, plan_rows, run_plan
from policylang.runtime.errors import LedgerError, ModelError, RunError

ATTEMPTS = 3


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return small_bundle(tmp_path_factory.mktemp("policy") / "locks")


@pytest.fixture(scope="module")
def rows(bundle):
    return plan_rows(bundle, PLAN)


@pytest.fixture
def run(bundle, faulty, tmp_path):
    """Runs the plan against a script; gives the outcome, the samples of all attempts, and the server."""

    def go(script=None, *, server=None, watcher=None, refill=True, **settings):
        server = server or faulty(script or Script(bundle, PLAN))
        config = small_config(server.url, **{"endpoint": {"retries": 0}, **settings})
        outcome = asyncio.run(run_plan(bundle, PLAN, config, tmp_path / "run", watcher, refill=refill))
        return outcome, attempts_in(tmp_path / "run"), server

    return go


def in_turn(rows):
    """The rows in the order in which the engine takes them."""
    return sorted(rows, key=lambda row: (row.category, row.clause, row.label, row.index))


def only_for(row_id, attempts, text):
    """A special answer for some attempts at one row."""
    return lambda ask, body: text if ask.row.id == row_id and ask.attempt in attempts else None


# ---------------------------------------------------------------------- the good way


def test_every_row_becomes_a_sample(run, rows):
    outcome, attempts, server = run()
    assert (outcome.rows, outcome.accepted, outcome.rejected, outcome.failed) == (len(rows), len(rows), 0, 0)
    assert (outcome.open, outcome.reasons) == ((), {})
    assert [one.row_id for one, _ in attempts] == [row.id for row in rows]
    for (_, sample), row in zip(attempts, rows, strict=True):
        assert sample.row == row
        assert sample.request and sample.answer and sample.reasoning.text and not sample.problems
        assert (sample.picture is not None) == (row.factors["modality"] == "image_text")
        assert [judgement.level for judgement in sample.judgements] == [row.verdict.level]
        assert [scores.mean for scores in sample.scores] == [4.0]
    assert len(server.requests) == sum(len(sample.calls) for _, sample in attempts)


def test_a_sample_says_which_prompts_and_models_made_it(run, bundle):
    _, attempts, server = run(teacher={"input_price": 1.0, "output_price": 2.0})
    prompts = {entry["id"]: entry["sha256"] for entry in bundle.json("prompts.json")}
    stages = Counter(call.stage for _, sample in attempts for call in sample.calls)
    assert set(stages) == {"request", "describe", "reason", "answer", "judge", "score"}
    for _, sample in attempts:
        assert sample.origin.bundle_sha256 == bundle.sha256
        assert sample.origin.clause_sha256 == bundle.manifest.clauses[sample.row.clause]
        for call in sample.calls:
            assert call.model == f"fake-{call.role}"
            assert call.prompt_sha256 == prompts[call.prompt]
            assert call.cost_usd == (pytest.approx(17e-6) if call.role == "teacher" else None)
    seeds = {call.seed for _, sample in attempts for call in sample.calls}
    assert seeds == {request.body["seed"] for request in server.requests}


def test_a_finished_run_asks_nothing_more(run):
    _, before, server = run()
    sent = len(server.requests)
    outcome, after, _ = run(server=server)
    assert len(server.requests) == sent
    assert before == after
    assert outcome.open == ()


def test_the_watcher_hears_of_every_attempt(run, bundle, rows):
    heard = []

    class Ears:
        def started(self, rows, done):
            heard.append((rows, done))

        def finished(self, row, status, settled, usage):
            heard.append((row.id, status, settled))

    bad = rows[0].id
    run(Script(bundle, PLAN, answer=only_for(bad, {0}, "No.")), watcher=Ears())
    assert heard[0] == (len(rows), 0)
    assert Counter(heard[1:]) == Counter([(bad, "rejected", False), *((row.id, "accepted", True) for row in rows)])
    heard.clear()
    run(watcher=Ears())
    assert heard == [(len(rows), len(rows))]


# ---------------------------------------------------------------------- rejected and refilled


def test_a_rejected_row_is_filled_again(run, bundle, rows):
    row = rows[2]
    outcome, attempts, _ = run(Script(bundle, PLAN, answer=only_for(row.id, {0}, "No.")))
    assert (outcome.accepted, outcome.rejected, outcome.open) == (len(rows), 1, ())
    assert outcome.reasons == {"answer: too short to be one": 1}
    mine = [(one, sample) for one, sample in attempts if one.row_id == row.id]
    assert [(one.attempt, one.status) for one, _ in mine] == [(0, "rejected"), (1, "accepted")]
    (first, refused), (_, good) = mine
    assert first.reason == "answer: too short to be one" == refused.problems[0]
    assert refused.answer == "No.", "what was rejected is kept"
    assert refused.request != good.request, "the next attempt begins anew"


def test_a_row_that_is_never_accepted_stays_open(run, bundle, rows):
    row = rows[-1]
    script = Script(bundle, PLAN, request=only_for(row.id, range(9), "I'm sorry, but I can't write that."))
    outcome, attempts, _ = run(script)
    assert outcome.open == (row.id,)
    assert (outcome.accepted, outcome.rejected) == (len(rows) - 1, ATTEMPTS)
    assert [one.attempt for one, _ in attempts if one.row_id == row.id] == list(range(ATTEMPTS))


def test_without_refill_there_is_one_attempt(run, bundle, rows):
    script = Script(bundle, PLAN, request="I'm sorry, but I can't write that.")
    outcome, attempts, _ = run(script, refill=False)
    assert outcome.open == tuple(row.id for row in rows)
    assert [one.attempt for one, _ in attempts] == [0] * len(rows)


def test_a_judge_that_disagrees_rejects(run, bundle, rows):
    row = next(row for row in rows if row.clause == "locks.picking" and row.verdict.level == "high")
    harmless = json.dumps({"intent": "learn", "detail": "none", "locks.adverts": "no"})
    outcome, attempts, _ = run(Script(bundle, PLAN, judge=only_for(row.id, {0}, harmless)))
    assert outcome.reasons == {"judge: finds complies (none), planned high": 1}
    judged = next(sample for one, sample in attempts if one.status == "rejected").judgements[0]
    assert (judged.level, judged.agrees, judged.answers["intent"]) == ("none", False, "learn")


def test_an_advisory_judge_is_heard_and_decides_nothing(run, bundle, rows):
    outcome, attempts, _ = run(Script(bundle, PLAN, judge="I think so"), judge={"advisory": True})
    assert outcome.accepted == len(rows)
    assert all(sample.judge_advisory for _, sample in attempts)
    assert {sample.judgements[0].error for _, sample in attempts} == {"the reply is not JSON"}


def test_a_rubric_that_does_not_accept_rejects(run, bundle, rows):
    low = json.dumps({"plain": 1})
    row = next(row for row in rows if row.factors["modality"] == "text")
    outcome, _, _ = run(Script(bundle, PLAN, score=only_for(row.id, {0}, low)))
    assert outcome.reasons == {"rubric clarity: not accepted": 1}


def test_rows_without_a_judge_are_accepted_unjudged(run, rows):
    outcome, attempts, _ = run(without=("judge", "captioner"))
    assert outcome.accepted == len(rows)
    assert not any(sample.judgements or sample.scores for _, sample in attempts)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_no_two_rows_have_the_same_request(run, bundle, rows, concurrency):
    """Also when both are written side by side, before either is accepted."""
    script = Script(bundle, PLAN, request=lambda ask, body: SAME if ask.attempt == 0 else None)
    outcome, attempts, _ = run(script, concurrency=concurrency)
    assert outcome.accepted == len(rows)
    assert outcome.reasons == {"request: a near copy of another row's": len(rows) - 1}
    assert [sample.request for one, sample in attempts if one.status == "accepted"].count(SAME) == 1


SAME = "Tell me why the brown fox jumps over that lazy dog all day long?"


def test_a_rejected_request_may_be_written_by_another_row(run, bundle, rows):
    """What did not get into the data set is no reason to reject."""
    first, second = in_turn(rows)[:2]
    script = Script(
        bundle,
        PLAN,
        request=lambda ask, body: SAME if ask.row.id in (first.id, second.id) else None,
        answer=only_for(first.id, {0}, "No."),
    )
    outcome, attempts, _ = run(script, concurrency=1, refill=False)
    assert outcome.reasons == {"answer: too short to be one": 1}
    assert next(sample for one, sample in attempts if one.row_id == second.id).request == SAME


def test_the_next_run_knows_the_requests_of_the_last(run, bundle, rows):
    written, late = rows[0].id, rows[1].id
    first = Script(
        bundle,
        PLAN,
        request=lambda ask, body: (
            error(500, "not now") if ask.row.id == late else SAME if ask.row.id == written else None
        ),
    )
    assert run(first)[0].open == (late,)
    outcome, attempts, _ = run(Script(bundle, PLAN, request=only_for(late, {0}, SAME)))
    assert outcome.reasons == {"request: a near copy of another row's": 1}
    assert [one.status for one, _ in attempts if one.row_id == late] == ["rejected", "accepted"]


# ---------------------------------------------------------------------- what stops a run


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (error(401, "who are you?"), "unauthorized", "who are you?"),
        (error(404, "no such model"), "not_found", "no such model"),
    ],
)
def test_trouble_that_no_row_escapes_stops_the_run(run, bundle, rows, faulty, tmp_path, answer, kind, words):
    late = {row.id for row in in_turn(rows)[-3:]}
    server = faulty(Script(bundle, PLAN, answer=lambda ask, body: answer if ask.row.id in late else None))
    with pytest.raises(RunError, match=words) as caught:
        run(server=server, concurrency=2)
    assert caught.value.kind == kind
    assert caught.value.advice
    kept = attempts_in(tmp_path / "run")
    assert len(rows) - 5 <= len(kept) <= len(rows) - 3, "nothing that was done is lost"
    assert {one.status for one, _ in kept} == {"accepted"}

    good = Script(bundle, PLAN)
    unanswered = {request.key for request in server.requests if good.asks[request.body["seed"]].stage == "answer"}
    server.answers[0] = good
    outcome, after, _ = run(server=server)
    assert outcome.accepted == len(rows)
    assert all(attempt in after for attempt in kept)
    twice = {key for key, times in server.times_sent().items() if times > 1}
    assert twice <= unanswered, "what was answered is not asked again"


def test_an_endpoint_that_is_down_stops_the_run(run, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        class Down:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"

        with pytest.raises(ModelError) as caught:
            run(server=Down)
    assert caught.value.kind == "unreachable"
    assert Down.url in caught.value.message and caught.value.advice
    assert attempts_in(tmp_path / "run") == []


def test_another_plan_or_policy_is_refused(run, bundle, faulty, tmp_path, tmp_path_factory):
    run()
    other = small_bundle(tmp_path_factory.mktemp("other") / "locks", {"Opening what is locked.": "Opening doors."})
    config = small_config(faulty(Script(other, PLAN)).url)
    with pytest.raises(LedgerError, match="the policy has changed") as caught:
        asyncio.run(run_plan(other, PLAN, config, tmp_path / "run"))
    assert "--new" in caught.value.advice


# ---------------------------------------------------------------------- what does not stop it


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_tried_again(run, bundle, rows, status):
    seen = set()

    def once(ask, body):
        first = body["seed"] not in seen
        seen.add(body["seed"])
        return error(status, "later", Retry_After="0") if first else None

    outcome, _, server = run(Script(bundle, PLAN, answer=once), endpoint={"retries": 1})
    assert (outcome.accepted, outcome.failed) == (len(rows), 0)
    assert sum(times > 1 for times in server.times_sent().values()) == len(rows)


def test_a_row_that_fails_is_tried_by_the_next_run(run, bundle, rows):
    row = rows[1]
    script = Script(
        bundle, PLAN, answer=lambda ask, body: error(500, "broken just now") if ask.row.id == row.id else None
    )
    outcome, attempts, _ = run(script)
    assert (outcome.accepted, outcome.failed, outcome.open) == (len(rows) - 1, 1, (row.id,))
    failed = next(one for one, _ in attempts if one.status == "failed")
    assert "HTTP 500" in failed.reason and "broken just now" in failed.reason

    outcome, attempts, server = run()
    assert (outcome.accepted, outcome.failed, outcome.open) == (len(rows), 0, ())
    assert {script.asks[request.body["seed"]].stage for request in server.requests} == {"answer", "judge", "score"}


# ---------------------------------------------------------------------- in two steps


def test_what_was_generated_is_judged_without_asking_again(run, bundle, rows, faulty, tmp_path):
    server = faulty(Script(bundle, PLAN))
    config = small_config(server.url)
    samples = asyncio.run(generate_plan(bundle, PLAN, config, tmp_path / "run"))
    assert [sample.row.id for sample in samples] == [row.id for row in rows]
    assert not any(sample.problems or sample.judgements for sample in samples)
    assert attempts_in(tmp_path / "run") == [], "nothing is decided yet"
    generated = len(server.requests)

    outcome, attempts, _ = run(server=server)
    assert outcome.accepted == len(rows)
    assert [(sample.request, sample.answer) for _, sample in attempts] == [(s.request, s.answer) for s in samples]
    assert {request.body["model"] for request in server.requests[generated:]} == {"fake-judge"}


def test_generating_tells_what_is_wrong(bundle, rows, faulty, tmp_path):
    server = faulty(Script(bundle, PLAN, request=only_for(rows[0].id, {0}, "")))
    samples = asyncio.run(generate_plan(bundle, PLAN, small_config(server.url), tmp_path / "run"))
    assert [sample.problems for sample in samples] == [("request: empty",)] + [()] * (len(rows) - 1)
