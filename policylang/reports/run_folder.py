"""A run folder, read: the compiled policy, the plan that was run, and the attempts at its rows one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from policylang.compiler.bundle import Bundle
from policylang.compiler.plans.report import CoverageReport
from policylang.compiler.plans.rows import PlanRow
from policylang.language.meaning.policy import Plan, Policy
from policylang.runtime.errors import RunError
from policylang.runtime.ledger import Attempt, Ledger, RunIdentity
from policylang.runtime.sample import Sample

BUNDLE = "bundle"
LEDGER = "ledger.sqlite"
DATASET = "dataset"


class ReportError(RunError):
    """The folder holds no run that can be reported on."""


@dataclass(frozen=True)
class Try:
    """An attempt with its sample; None where the attempt left none that this version can read."""

    attempt: Attempt
    sample: Sample | None


class RunFolder:
    """Made by `open`. Nothing in the folder is changed."""

    def __init__(self, path: Path, bundle: Bundle, ledger: Ledger, sessions: tuple[RunIdentity, ...]) -> None:
        self.path = path
        self.bundle = bundle
        self.ledger = ledger
        self.sessions = sessions
        self.policy: Policy = bundle.policy

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open a run folder. Raises ReportError, BundleError and LedgerError."""
        advice = "Give the folder that policyc run made."
        if not path.is_dir():
            raise ReportError(f"{path}: there is no such folder", advice)
        bundle = Bundle.read(path / BUNDLE)
        ledger = Ledger.read(path / LEDGER)
        try:
            sessions = ledger.sessions()
            if not sessions:
                raise ReportError(f"{path}: the run has not begun", "Start it: policyc run.")
            if f"plans/{sessions[-1].plan}/plan.json" not in bundle.files:
                raise ReportError(f"{path}: its bundle has no plan `{sessions[-1].plan}`, which the run is of", advice)
            return cls(path, bundle, ledger, sessions)
        except BaseException:
            ledger.close()
            raise

    def close(self) -> None:
        self.ledger.close()

    @property
    def session(self) -> RunIdentity:
        """The latest opening of the run."""
        return self.sessions[-1]

    @cached_property
    def plan(self) -> Plan:
        return self.policy.plan(self.session.plan)

    @cached_property
    def claims(self) -> CoverageReport:
        return CoverageReport.model_validate(self.bundle.json(f"plans/{self.plan.id}/plan.json"))

    @cached_property
    def same_bundle(self) -> bool:
        """Is the bundle in the folder the one that the run was started with?"""
        return self.session.bundle == self.bundle.sha256

    def rows(self) -> Iterator[PlanRow]:
        """The rows of the plan, in order."""
        for line in self.bundle.files[f"plans/{self.plan.id}/rows.jsonl"].splitlines():
            yield PlanRow.model_validate_json(line)

    def tries(self) -> Iterator[tuple[Try, ...]]:
        """All attempts, those at one row together, in the order of the plan."""
        for _, attempts in itertools.groupby(self.ledger.iterate(), key=lambda attempt: attempt.row_id):
            yield tuple(Try(attempt, _sample(attempt)) for attempt in attempts)


def _sample(attempt: Attempt) -> Sample | None:
    try:
        return Sample.model_validate(attempt.data)
    except ValidationError:
        return None
