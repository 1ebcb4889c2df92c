"""A run that is killed goes on where it was: every row once, and no answered request is sent again.

The run is a process of its own, the server is not: it sees everything that was ever sent.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest
from faults.script import Script
from faults.small_run import PLAN, attempts_in, small_config, write_policy

from policylang.compiler.compile import compile_bundle
from policylang.language.load import load_policy
from policylang.learning.export import export_run
from policylang.runtime.engine import LEDGER, plan_rows, run_plan
from policylang.runtime.ledger import Ledger

CONCURRENCY = 3
POLICYC = [sys.executable, "-m", "policylang.cli.main"]


@pytest.fixture(scope="module")
def bundle_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    bundle = compile_bundle(load_policy(write_policy(folder / "locks")))
    bundle.write(folder / "bundle")
    return bundle, folder / "bundle"


@pytest.fixture
def bundle(bundle_folder):
    return bundle_folder[0]


@pytest.fixture
def command(bundle_folder, tmp_path):
    """The command line of a run against a server."""

    def make(url):
        config = tmp_path / "policyc.toml"
        config.write_text(as_toml(small_config(url, concurrency=CONCURRENCY).snapshot()))
        return [*POLICYC, "run", str(bundle_folder[1]), "--config", str(config), "-o", str(tmp_path / "run"), "--json"]

    return make


def as_toml(table, path=""):
    """Plain tables as TOML; a JSON string, number or boolean is one of TOML, too."""
    lines = [f"[{path}]"] if path else []
    lines += [f"{k} = {json.dumps(v)}" for k, v in table.items() if not isinstance(v, dict) and v is not None]
    for name, inner in table.items():
        if isinstance(inner, dict):
            lines.append(as_toml(inner, f"{path}.{name}" if path else name))
    return "\n".join(lines)


def stopped(command, server, sent, how):
    """Start a run, and send it a signal once so many requests have arrived. What it says on the way out."""
    before = len(server.requests)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while len(server.requests) - before < sent and process.poll() is None:
            time.sleep(0.002)
        assert process.poll() is None, process.stderr.read()
        os.kill(process.pid, how)
        process.wait(timeout=30)
        return process.returncode, process.stdout.read(), process.stderr.read()


def ended(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def exported(folder, bundle):
    """The ids of the rows in the data set, in all its parts."""
    parts = [share.name for share in bundle.policy.plan(PLAN).split.shares]
    lines = [line for part in parts for line in (folder / "dataset" / f"{part}.jsonl").read_text().splitlines()]
    return Counter(json.loads(line)["id"] for line in lines)


@pytest.fixture
def finish(bundle, tmp_path):
    """Goes on with the run in the folder to its end, and exports it."""

    def go(url, folder=None, **settings):
        folder = folder or tmp_path / "run"
        config = small_config(url, **{"concurrency": CONCURRENCY, **settings})
        outcome = asyncio.run(run_plan(bundle, PLAN, config, folder))
        if (folder / "bundle").is_dir():
            export_run(folder)
        return outcome

    return go


@pytest.mark.parametrize("moments", [(1,), (30,), (5, 9)])
def test_a_killed_run_goes_on(bundle, command, finish, faulty, tmp_path, moments):
    """Some rows are rejected once, so that refilling is interrupted as well."""
    rows = plan_rows(bundle, PLAN)
    odd = {row.id for row in rows[::3]}
    script = Script(
        bundle,
        PLAN,
        seconds=0.01,
        answer=lambda ask, body: "No." if ask.attempt == 0 and ask.row.id in odd else None,
    )
    server = faulty(script)
    for sent in moments:
        code, _, _ = stopped(command(server.url), server, sent, signal.SIGKILL)
        assert code == -signal.SIGKILL
    time.sleep(0.1)  # for the server to read what the dead process has sent
    with Ledger.read(tmp_path / "run" / LEDGER) as ledger:
        paid = ledger.totals().calls
    assert len(server.requests) - paid <= CONCURRENCY * len(moments), "only what was in flight is lost"
    with sqlite3.connect(tmp_path / "run" / LEDGER) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    before = len(server.requests)
    outcome = finish(server.url)
    assert (outcome.accepted, outcome.rejected, outcome.open) == (len(rows), len(odd), ())
    assert exported(tmp_path / "run", bundle) == Counter(row.id for row in rows)
    assert len(server.requests) - before == len(server.times_sent()) - paid, "what was answered is not asked again"
    assert max(server.times_sent().values()) <= 1 + len(moments)
    with Ledger.read(tmp_path / "run" / LEDGER) as ledger:
        assert ledger.totals().calls == len(server.times_sent()), "every request is in the ledger once"


def test_a_killed_run_ends_as_one_that_was_not(bundle, command, finish, faulty, tmp_path):
    server = faulty(Script(bundle, PLAN, seconds=0.005))
    stopped(command(server.url), server, 20, signal.SIGKILL)
    finish(server.url)
    finish(server.url, tmp_path / "fresh")

    def lasting(attempts):
        """Without what depends on the clock, and on what was asked before."""
        calls = {"calls": {"__all__": {"latency_s", "cached"}}}
        return [(one.row_id, one.status, sample.model_dump(exclude=calls)) for one, sample in attempts]

    assert lasting(attempts_in(tmp_path / "run")) == lasting(attempts_in(tmp_path / "fresh"))


def test_ctrl_c_ends_with_130_and_keeps_what_was_answered(bundle, command, faulty, tmp_path):
    server = faulty(Script(bundle, PLAN, seconds=0.05))
    code, said, error = stopped(command(server.url), server, 12, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in error
    assert json.loads(said)["error"]["kind"] == "Interrupted"
    assert "same command again" in json.loads(said)["error"]["advice"]
    with Ledger.read(tmp_path / "run" / LEDGER) as ledger:
        assert ledger.totals().calls == len(server.requests), "what was in flight was waited for"

    result = ended(command(server.url))
    assert result["accepted"] == len(plan_rows(bundle, PLAN))
    assert set(server.times_sent().values()) == {1}, "nothing was paid for twice"
