"""Nothing is paid for twice: not in one run, not in the next, not after a kill."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from faults.server import GOOD, completion, error, reply, slow

from policylang.runtime.calls import Caller, request_key
from policylang.runtime.completion import Parameters
from policylang.runtime.errors import ConfigError, ModelError
from policylang.runtime.ledger import Ledger, RunIdentity
from policylang.runtime.models.client import ChatModel

RUN = RunIdentity(bundle="b", plan="demo")
SEED = Parameters(seed=1)


def said(text):
    return [{"role": "user", "content": text}]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def with_caller(path, url, work, *, concurrency=4, **settings):
    """Run `await work(caller)` with one model, which plays the teacher and the judge."""

    async def go():
        options = {"retries": 0, "timeout": 20.0, **settings}
        with Ledger.open(path, RUN) as ledger:
            async with ChatModel("teacher", "m", url, **options) as model:
                roles = {"teacher": model, "judge": model}
                async with Caller(ledger, roles, concurrency=concurrency) as caller:
                    return await work(caller)

    return asyncio.run(go())


# ---------------------------------------------------------------------- the key


@pytest.mark.parametrize(
    "other",
    [
        request_key("m2", said("a"), SEED),
        request_key("m", said("b"), SEED),
        request_key("m", said("a"), Parameters(seed=2)),
        request_key("m", said("a"), Parameters(seed=1, temperature=0.0)),
        request_key("m", said("a"), Parameters(seed=1, max_tokens=5)),
        request_key("m", said("a"), SEED, {"type": "object"}),
        request_key("m", [*said("a"), {"role": "assistant", "content": ""}], SEED),
    ],
)
def test_whatever_changes_the_request_changes_its_key(other):
    assert request_key("m", said("a"), SEED) != other


def test_the_order_of_keys_does_not():
    turned = [{"content": "a", "role": "user"}]
    assert request_key("m", said("a"), SEED) == request_key("m", turned, SEED)


def test_an_image_counts_by_its_content():
    def look(data: bytes, kind="image/png"):
        url = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        return request_key("m", [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}], SEED)

    assert look(b"one") == look(b"one")
    assert len({look(b"one"), look(b"two"), look(b"one", "image/jpeg")}) == 3


@pytest.mark.parametrize("text", ["data:;base64,", "data:x;base64,not base64!", "data:", "database"])
def test_words_that_look_like_an_image_are_still_words(text):
    assert request_key("m", said(text), SEED) != request_key("m", said(text + " "), SEED)


# ---------------------------------------------------------------------- one run


def test_equal_requests_share_one_answer(path, faulty):
    server = faulty(slow(0.2))

    async def work(caller):
        calls = [caller.complete("teacher", said(f"q{n % 2}"), seed=1) for n in range(10)]
        answers = await asyncio.gather(*calls)
        again = await caller.complete("judge", said("q0"), seed=1)
        return answers, again, caller

    answers, again, caller = with_caller(path, server.url, work)
    assert len(server.requests) == 2
    assert sorted(cached for _, cached in answers) == [False] * 2 + [True] * 8
    assert again[1], "another role with the same model asks the same request"
    assert (caller.usage.requests, caller.usage.from_ledger, caller.in_flight) == (2, 1, 0)


def test_no_more_than_so_many_at_a_time(path, faulty):
    running = peak = 0

    def count(handler):
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        slow(0.05)(handler)
        running -= 1

    server = faulty(count)

    async def work(caller):
        await asyncio.gather(*(caller.complete("teacher", said(str(n)), seed=1) for n in range(12)))

    with_caller(path, server.url, work, concurrency=3)
    assert len(server.requests) == 12
    assert peak <= 3


def test_usage_counts_tokens_and_what_has_no_price(path, faulty):
    server = faulty(GOOD)

    async def work(caller):
        await caller.complete("teacher", said("a"), seed=1)
        await caller.complete("teacher", said("a"), seed=1)
        return caller.usage

    usage = with_caller(path, server.url, work)
    assert (usage.prompt_tokens, usage.completion_tokens, usage.unpriced, usage.cost_usd) == (11, 3, 1, 0.0)


def test_an_error_reaches_everyone_who_waits_and_is_not_kept(path, faulty):
    server = faulty(error(400, "no"), GOOD)

    async def work(caller):
        calls = [caller.complete("teacher", said("a"), seed=1) for _ in range(3)]
        first = await asyncio.gather(*calls, return_exceptions=True)
        second, cached = await caller.complete("teacher", said("a"), seed=1)
        return first, second, cached

    first, second, cached = with_caller(path, server.url, work)
    assert [type(fault) for fault in first] == [ModelError] * 3
    assert (second.text, cached) == ("Fine.", False)
    assert len(server.requests) == 2


def test_a_role_that_nobody_plays(path, faulty):
    async def work(caller):
        await caller.complete("captioner", said("a"), seed=1)

    with pytest.raises(ConfigError, match="captioner") as caught:
        with_caller(path, faulty(GOOD).url, work)
    assert "[roles.captioner]" in caught.value.advice


# ---------------------------------------------------------------------- the next run


def test_a_second_run_pays_for_nothing(path, faulty):
    server = faulty(GOOD)

    async def work(caller):
        calls = [caller.complete("teacher", said(str(n)), seed=n) for n in range(20)]
        return await asyncio.gather(*calls), caller.ledger.totals()

    first, before = with_caller(path, server.url, work)
    second, after = with_caller(path, server.url, work)
    assert len(server.requests) == 20
    assert before == after
    assert [answer for answer, _ in first] == [answer for answer, _ in second]
    assert all(cached for _, cached in second)


def test_an_answer_that_nobody_waits_for_any_more_is_kept(path, faulty):
    """Ctrl-C cancels the row; the request is paid for, and its answer is there next time."""
    server = faulty(slow(0.3))

    async def work(caller):
        row = asyncio.create_task(caller.complete("teacher", said("a"), seed=1))
        while not caller.in_flight:
            await asyncio.sleep(0.01)
        row.cancel()
        await asyncio.gather(row, return_exceptions=True)

    async def again(caller):
        return await caller.complete("teacher", said("a"), seed=1)

    with_caller(path, server.url, work)
    answer, cached = with_caller(path, server.url, again)
    assert (answer.text, cached, len(server.requests)) == ("Fine.", True, 1)


def test_what_only_waits_for_a_place_is_never_sent(path, faulty):
    server = faulty(slow(0.3))

    async def work(caller):
        rows = [asyncio.create_task(caller.complete("teacher", said(str(n)), seed=1)) for n in range(5)]
        while not caller.in_flight:
            await asyncio.sleep(0.01)
        await caller.close()
        return await asyncio.gather(*rows, return_exceptions=True)

    results = with_caller(path, server.url, work, concurrency=1)
    assert len(server.requests) == 1
    assert [type(result) for result in results[1:]] == [asyncio.CancelledError] * 4


PROGRAM = """
import asyncio, sys
from pathlib import Path
from policylang.runtime.calls import Caller
from policylang.runtime.ledger import Ledger, RunIdentity
from policylang.runtime.models.client import ChatModel

async def main(path, url):
    with Ledger.open(Path(path), RunIdentity(bundle="b", plan="demo")) as ledger:
        async with ChatModel("teacher", "m", url) as model, Caller(ledger, {"teacher": model}, concurrency=4) as caller:
            async def ask(n):
                await caller.complete("teacher", [{"role": "user", "content": str(n)}], seed=n)
                ledger.finish(f"row{n}", 0, "accepted", position=n)
                print(n, flush=True)
            await asyncio.gather(*map(ask, range(60)))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("kill_after", [1, 17, 40])
def test_a_killed_run_goes_on_where_it_was(path, faulty, kill_after):
    server = faulty(slow(0.02))
    command = [sys.executable, "-c", PROGRAM, str(path), server.url]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        seen = [int(process.stdout.readline()) for _ in range(kill_after)]
        os.kill(process.pid, signal.SIGKILL)
        seen += [int(line) for line in process.stdout if line.endswith("\n")]
    time.sleep(0.3)  # for the server to read what the dead process has sent
    sent_before = len(server.requests)

    with Ledger.open(path, RUN) as ledger:
        paid = ledger.totals().calls
        done = {attempt.row_id for attempt in ledger.iterate("accepted")}
    assert {f"row{number}" for number in seen} <= done, "what was reported as done is there"
    assert sent_before - paid <= 4, "only what was in flight is lost"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert len(server.requests) - sent_before == 60 - paid, "nothing that was answered is asked again"
    with Ledger.read(path) as ledger:
        assert ledger.totals().calls == ledger.counts()["accepted"] == 60
        assert [attempt.row_id for attempt in ledger.iterate()] == [f"row{number}" for number in range(60)]


# ---------------------------------------------------------------------- keys


def test_no_key_is_ever_written_down(path, faulty):
    key = "sk-verysecret-0123456789"
    server = faulty(reply(200, completion("Fine.")), error(401, f"bad key {key}"))

    async def work(caller):
        await caller.complete("teacher", said("a"), seed=1)
        try:
            await caller.complete("teacher", said("b"), seed=1)
        except ModelError as fault:
            caller.ledger.finish("a", 0, "failed", fault.message)

    with_caller(path, server.url, work, api_key=key)
    assert key in str(server.requests[0].headers)
    for file in path.parent.iterdir():
        assert key.encode() not in file.read_bytes()
