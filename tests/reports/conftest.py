"""Run folders as `policyc run` leaves them: a compiled policy, and a ledger with real samples in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from report_runs import QUICKSTART, MakeRun, Record, Samples, write_run

from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import compile_bundle
from policylang.language.load import load_policy
from policylang.language.meaning.policy import Policy
from policylang.reports import ReportData, report_data


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return compile_bundle(load_policy(QUICKSTART))


@pytest.fixture(scope="session")
def policy(bundle: Bundle) -> Policy:
    return bundle.policy


@pytest.fixture(scope="session")
def samples(bundle: Bundle) -> Samples:
    return Samples(bundle)


@pytest.fixture
def make_run(tmp_path: Path, bundle: Bundle) -> MakeRun:
    """Writes a run folder with these samples; `price` in USD is what each call cost, None for unknown."""

    def make(
        records: Iterable[Record],
        *,
        plan: str = "quickstart",
        price: float | None = None,
        started_with: str | None = None,
    ) -> Path:
        return write_run(tmp_path / "run", bundle, records, plan=plan, price=price, started_with=started_with)

    return make


@pytest.fixture(scope="session")
def usual_records(samples: Samples) -> list[Record]:
    """Every row of the quickstart accepted but the last, which is rejected twice; the first needed a second attempt."""
    rows = samples.rows()
    first = samples.of(rows[0]).model_copy(update={"problems": ("request: too long",)})
    records: list[Record] = [(first, "rejected"), (samples.of(rows[0], attempt=1), "accepted")]
    records += [
        (samples.of(row, worded=row.index % 2 == 1, agrees=row.index % 4 > 0), "accepted") for row in rows[1:-1]
    ]
    for attempt, problem in enumerate(("answer: too short to be one", "request: a near copy of the exemplar x.y")):
        records.append((samples.of(rows[-1], attempt=attempt).model_copy(update={"problems": (problem,)}), "rejected"))
    return records


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle, usual_records: list[Record]) -> ReportData:
    return report_data(write_run(tmp_path_factory.mktemp("usual") / "run", bundle, usual_records))
