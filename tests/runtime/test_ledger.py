"""The ledger keeps what a run has paid for and decided, and says clearly when it cannot."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.runtime.completion import Completion
from policylang.runtime.errors import LedgerError
from policylang.runtime.ledger import Ledger, RunIdentity, Totals

RUN = RunIdentity(bundle="b" * 64, plan="demo", tool_version="1", config={"run": {"concurrency": 4}})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run" / "ledger.sqlite"


@pytest.fixture
def ledger(path):
    with Ledger.open(path, RUN) as opened:
        yield opened


texts = st.text(max_size=40)
counts = st.integers(min_value=0, max_value=2**40)
completions = st.builds(
    Completion,
    text=texts,
    model=texts,
    finish_reason=texts,
    refusal=st.booleans(),
    prompt_tokens=counts,
    completion_tokens=counts,
    cached_tokens=counts,
    cost_usd=st.none() | st.floats(min_value=0, max_value=1e6),
    latency_s=st.floats(min_value=0, max_value=1e6),
)


@given(completion=completions)
@settings(max_examples=40, deadline=None)
def test_a_completion_comes_back_as_it_was(tmp_path_factory, completion):
    path = tmp_path_factory.mktemp("l") / "ledger.sqlite"
    with Ledger.open(path, RUN) as ledger:
        ledger.record_call("k", "judge", completion)
        assert ledger.find_call("k") == completion
    with Ledger.read(path) as ledger:
        assert ledger.find_call("k") == completion
        assert ledger.find_call("other") is None


def answer(text="yes", **changes) -> Completion:
    return Completion(text=text, model="m", finish_reason="stop", **changes)


def test_the_first_answer_to_a_request_stays(ledger):
    ledger.record_call("k", "judge", answer("first"))
    ledger.record_call("k", "judge", answer("second"))
    assert ledger.find_call("k").text == "first"


def test_totals_tell_known_costs_from_unknown_ones(ledger):
    ledger.record_call("1", "teacher", answer(prompt_tokens=10, completion_tokens=2, cached_tokens=5, cost_usd=0.5))
    ledger.record_call("2", "teacher", answer(prompt_tokens=1, completion_tokens=1, cost_usd=0.0))
    ledger.record_call("3", "judge", answer(prompt_tokens=100, completion_tokens=9))
    assert ledger.totals() == Totals(
        calls=3, prompt_tokens=111, completion_tokens=12, cached_tokens=5, cost_usd=0.5, unpriced=1
    )
    assert ledger.totals("judge") == Totals(calls=1, prompt_tokens=100, completion_tokens=9, unpriced=1)
    assert ledger.totals("captioner") == Totals()


def test_attempts_come_in_the_order_of_the_plan(ledger):
    ledger.finish("b", 0, "rejected", "cites no clause", {"text": "é"}, position=2)
    ledger.finish("c", 0, "accepted", position=1)
    ledger.finish("b", 1, "accepted", data={"n": [1, None]}, position=2)
    ledger.finish("a", 0, "failed", "timeout", position=3)
    assert [(one.row_id, one.attempt) for one in ledger.iterate()] == [("c", 0), ("b", 0), ("b", 1), ("a", 0)]
    assert [one.row_id for one in ledger.iterate("accepted")] == ["c", "b"]
    assert [(one.status, one.reason, one.data) for one in ledger.attempts("b")] == [
        ("rejected", "cites no clause", {"text": "é"}),
        ("accepted", "", {"n": [1, None]}),
    ]
    assert ledger.attempts("nobody") == ()
    assert ledger.counts() == {"accepted": 2, "rejected": 1, "failed": 1}


def test_a_failed_attempt_can_be_tried_again_and_no_other(ledger):
    ledger.finish("a", 0, "failed", "timeout")
    ledger.finish("a", 0, "rejected", "off topic")
    ledger.finish("a", 0, "rejected", "off topic")
    with pytest.raises(LedgerError, match="attempt 0 at row a is already recorded"):
        ledger.finish("a", 0, "accepted")
    assert [one.status for one in ledger.attempts("a")] == ["rejected"]


def test_every_session_is_remembered(path):
    later = RUN.model_copy(update={"tool_version": "2", "config": {"run": {"concurrency": 9}}})
    Ledger.open(path, RUN).close()
    Ledger.open(path, later).close()
    with Ledger.read(path) as ledger:
        assert ledger.sessions() == (RUN, later)


@pytest.mark.parametrize(("change", "words"), [({"bundle": "c" * 64}, "policy has changed"), ({"plan": "x"}, "demo")])
def test_a_run_of_something_else_is_refused_with_a_way_out(path, change, words):
    Ledger.open(path, RUN).close()
    with pytest.raises(LedgerError, match=words) as caught:
        Ledger.open(path, RUN.model_copy(update=change))
    assert "--new" in caught.value.advice
    Ledger.open(path, RUN).close()  # the refusal has let go of the lock


def test_one_process_writes(ledger, path):
    code = (
        "import sys; from pathlib import Path; from policylang.runtime.ledger import *\n"
        "try: Ledger.open(Path(sys.argv[1]), RunIdentity(bundle='b' * 64, plan='demo'))\n"
        "except LedgerError as error: print(error.message, '|', error.advice)"
    )
    other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert f"another process (pid {os.getpid()})" in other.stdout
    assert "stop it" in other.stdout


def test_others_read_meanwhile(ledger, path):
    ledger.finish("a", 0, "accepted")
    with Ledger.read(path) as reader:
        assert reader.counts()["accepted"] == 1
        ledger.finish("b", 0, "accepted")
        assert reader.counts()["accepted"] == 2
        with pytest.raises(LedgerError, match="cannot be written to"):
            reader.finish("c", 0, "accepted")


def test_the_lock_is_free_after_closing(path):
    for _ in range(3):
        Ledger.open(path, RUN).close()


@pytest.mark.parametrize("content", [b"junk" * 5000, b"\x00" * 4096, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_ledger(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    for attempt in (lambda: Ledger.open(path, RUN), lambda: Ledger.read(path)):
        with pytest.raises(LedgerError) as caught:
            attempt()
        assert str(path) in caught.value.message
        assert caught.value.advice
    assert path.read_bytes() == content, "what is not ours is left alone"


def test_another_programs_database(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(LedgerError, match="not a ledger"):
        Ledger.open(path, RUN)


def test_a_ledger_of_a_later_version(path):
    Ledger.open(path, RUN).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="newer policyc") as caught:
        Ledger.open(path, RUN)
    assert "Update" in caught.value.advice


def test_a_damaged_page_is_told_when_it_is_read(path):
    with Ledger.open(path, RUN) as ledger:
        for number in range(300):
            ledger.finish(f"row{number}", 0, "accepted", data={"text": "x" * 200})
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096 - 1):
        content[page * 4096 : page * 4096 + 2048] = b"\xaa" * 2048
    path.write_bytes(content)
    with Ledger.read(path) as ledger, pytest.raises(LedgerError, match="damaged") as caught:
        list(ledger.iterate())
    assert "--new" in caught.value.advice


def test_a_full_disk_loses_nothing_that_was_recorded(path):
    with Ledger.open(path, RUN) as ledger:
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        kept = 0
        with pytest.raises(LedgerError, match="the disk is full") as caught:
            for number in range(1000):
                ledger.finish(f"row{number}", 0, "accepted", data={"text": "x" * 500})
                kept += 1
        assert "run the same command again" in caught.value.advice
    with Ledger.open(path, RUN) as ledger:
        assert ledger.counts()["accepted"] == kept > 0


def test_there_is_nothing_to_read(path):
    with pytest.raises(LedgerError, match="there is no ledger here"):
        Ledger.read(path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="file"):
        Ledger.open(tmp_path / "file" / "ledger.sqlite", RUN)


def test_a_file_of_no_bytes_is_a_new_ledger(path):
    """What a process leaves that was killed while it made the file."""
    path.parent.mkdir()
    path.touch()
    with Ledger.open(path, RUN) as ledger:
        assert ledger.totals() == Totals()
