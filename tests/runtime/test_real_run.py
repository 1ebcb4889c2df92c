"""The whole way on the real small model: a plan becomes a data set over HTTP, and no server is left behind.

What the model says is up to it: a row may be rejected. What must hold is that every row is accounted for, that what is
accepted passed every check, and that all of it can be followed back to the model.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path

import pytest
from faults.small_run import PLAN, attempts_in, small_bundle

from policylang.learning.export import export_run
from policylang.runtime.config import BUILT_IN, EmbeddedEndpoint, ReasonTable, RoleTable
from policylang.runtime.engine import LEDGER, run_plan
from policylang.runtime.ledger import Ledger
from policylang.runtime.models.embedded import EmbeddedServer
from policylang.runtime.models.files import DEFAULT_MODEL
from policylang.runtime.models.pull import pull

pytestmark = pytest.mark.model

CONFIG = BUILT_IN.model_copy(
    update={
        "endpoints": {"local": EmbeddedEndpoint(slots=2, context=2048)},
        "roles": {
            "teacher": RoleTable(endpoint="local", temperature=0.7, max_tokens=60),
            "target": RoleTable(endpoint="local", temperature=0.3, max_tokens=60),
            "judge": RoleTable(endpoint="local", temperature=0.0, max_tokens=60, advisory=True),
        },
        "reason": ReasonTable(teacher="symbolic"),
    }
)
FOUR_ROWS = {"size 8": "size 4", "attempts 3": "attempts 4", "  accept by clarity\n": ""}


@pytest.fixture
def servers(monkeypatch):
    """The process ids of the servers that are started."""
    started = []
    start = EmbeddedServer.start

    def noted(server, *arguments):
        start(server, *arguments)
        started.append(server.pid)

    monkeypatch.setattr(EmbeddedServer, "start", noted)
    return started


def is_gone(pid):
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.1)
    return False


def test_a_plan_becomes_a_data_set_on_the_real_model(tmp_path, servers):
    pull(DEFAULT_MODEL)
    bundle = small_bundle(tmp_path / "locks", FOUR_ROWS)
    run = tmp_path / "run"
    bundle.write(run / "bundle")

    outcome = asyncio.run(run_plan(bundle, PLAN, CONFIG, run))
    assert outcome.rows == 4
    assert outcome.failed == 0, outcome.reasons
    assert outcome.accepted, outcome.reasons
    assert outcome.accepted + len(outcome.open) == 4
    assert len(servers) == 1
    assert is_gone(servers[0]), "the run stops the server that it has started"

    attempts = attempts_in(run)
    for attempt, sample in attempts:
        assert attempt.reason or attempt.status == "accepted"
        assert all(call.model == DEFAULT_MODEL and call.completion_tokens > 0 for call in sample.calls)
        assert all(call.cost_usd == 0.0 for call in sample.calls)
        if attempt.status == "accepted":
            assert {call.stage for call in sample.calls} == {"request", "answer", "judge"}
            assert sample.reasoning.teacher == "symbolic", "worded without a model, and marked so"
            assert re.search(r"[a-z]{3}", sample.request) and re.search(r"[a-z]{3}", sample.answer)
            assert sample.judge_advisory and len(sample.judgements) == 1
    with Ledger.read(run / LEDGER) as ledger:
        assert ledger.totals().calls == sum(len(sample.calls) for _, sample in attempts)

    card = export_run(run)
    assert sum(card["splits"].values()) == outcome.accepted
    assert card["rejected"] == outcome.rejected
    for part in card["splits"]:
        for line in (run / "dataset" / f"{part}.jsonl").read_text().splitlines():
            assert json.loads(line)["provenance"]["reasoning_teacher"] == "symbolic"

    again = asyncio.run(run_plan(bundle, PLAN, CONFIG, run))
    assert (again.accepted, again.rejected, again.open) == (outcome.accepted, outcome.rejected, outcome.open)
    with Ledger.read(run / LEDGER) as ledger:
        assert ledger.totals().calls == sum(len(sample.calls) for _, sample in attempts), "nothing is asked again"
