"""The engine: takes the rows of a plan through their stages, and keeps the ledger.

A row is tried until a sample is accepted or its attempts are used up: a rejected sample stays in the ledger with its
reason, and its cell of the plan is filled again by the next attempt. Every answer of a model is in the ledger before
anything is made of it, so that a run that is killed goes on where it was, and pays for nothing twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from policylang import __version__
from policylang.compiler.bundle import Bundle
from policylang.compiler.plans.files import plan_rows
from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.prompts import PromptError

from .calls import Caller, Usage
from .config import Role, RunConfig
from .errors import ModelError
from .ledger import Ledger, RunIdentity, Status
from .models.roles import open_models
from .sample import Sample
from .stages.answer import answer
from .stages.describe import choose_picture, describe_image
from .stages.draft import Draft, Rejection, Workshop
from .stages.judge import judge, problems_of
from .stages.reason import reason
from .stages.request import write_request

LEDGER = "ledger.sqlite"
FATAL = frozenset({"unreachable", "unauthorized", "not_found"})
"""Kinds of model errors after which no other row can do better: the run stops, and can go on later."""

GENERATING = ("request", "describe", "reason", "answer")
_ROLES: dict[str, Role] = {
    "request": "teacher",
    "describe": "captioner",
    "reason": "teacher",
    "answer": "target",
    "judge": "judge",
}


class Watcher(Protocol):
    """Who wants to know how a run is getting on."""

    def started(self, rows: int, done: int) -> None: ...
    def finished(self, row: PlanRow, status: Status, settled: bool, usage: Usage) -> None: ...


class Nobody:
    def started(self, rows: int, done: int) -> None: ...
    def finished(self, row: PlanRow, status: Status, settled: bool, usage: Usage) -> None: ...


@dataclass
class Outcome:
    """What a run has come to. `rejected` and `failed` count attempts; `open` rows have no accepted sample."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    failed: int = 0
    open: tuple[str, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)


def role_of(stage: str) -> Role:
    """Who does a stage."""
    return _ROLES[stage]


def identity(bundle: Bundle, plan: str, config: RunConfig) -> RunIdentity:
    return RunIdentity(bundle=bundle.sha256, plan=plan, tool_version=__version__, config=config.snapshot())


@asynccontextmanager
async def workshop(
    bundle: Bundle, plan: str, config: RunConfig, folder: Path, stages: Iterable[str]
) -> AsyncIterator[Workshop]:
    """The models of the stages and the ledger of the run in `folder`. Raises RunError."""
    roles = sorted({_ROLES[stage] for stage in stages} - _idle_roles(config))
    with Ledger.open(folder / LEDGER, identity(bundle, plan, config)) as ledger:
        async with (
            open_models(config, folder / "logs", roles) as models,
            Caller(ledger, models, concurrency=config.run.concurrency) as caller,
        ):
            shop = Workshop(bundle, config, caller)
            for done in ledger.iterate("accepted"):
                shop.requests.add(done.row_id, Sample.model_validate(done.data).request)
            yield shop


def _idle_roles(config: RunConfig) -> set[Role]:
    return {role for role in _ROLES.values() if config.role(role) is None}


async def run_plan(
    bundle: Bundle,
    plan: str,
    config: RunConfig,
    folder: Path,
    watcher: Watcher | None = None,
    *,
    refill: bool = True,
) -> Outcome:
    """Make the data set of a plan: every row through all its stages, refilled from rejected attempts.

    Raises RunError; the ledger holds what was done until then.
    """
    rows = plan_rows(bundle, plan)
    stages = bundle.policy.plan(plan).stages
    attempts = bundle.policy.plan(plan).attempts if refill else 1
    async with workshop(bundle, plan, config, folder, stages) as shop:
        ledger = shop.caller.ledger
        todo = [row for row in rows if next_attempt(ledger, row, attempts) is not None]
        watcher = watcher or Nobody()
        watcher.started(len(rows), len(rows) - len(todo))

        async def settle(row: PlanRow) -> None:
            while (number := next_attempt(ledger, row, attempts)) is not None:
                status = await _attempt(shop, row, number, stages)
                settled = status == "failed" or next_attempt(ledger, row, attempts) is None
                watcher.finished(row, status, settled, shop.caller.usage)
                if settled:
                    return

        await _each(todo, settle, config.run.concurrency)
        return outcome(ledger, rows)


def next_attempt(ledger: Ledger, row: PlanRow, attempts: int) -> int | None:
    """The number of the next attempt at a row (from 0); None when it has its sample, or no attempt is left."""
    past = ledger.attempts(row.id)
    if any(one.status == "accepted" for one in past):
        return None
    failed = next((one.attempt for one in past if one.status == "failed"), None)
    if failed is not None:
        return failed
    return len(past) if len(past) < attempts else None


async def _attempt(shop: Workshop, row: PlanRow, number: int, stages: Sequence[str]) -> Status:
    status, sample = await _try(Draft(shop, row, number), stages)
    data = json.loads(sample.model_dump_json())
    shop.caller.ledger.finish(row.id, number, status, "; ".join(sample.problems), data, position=row.index)
    return status


async def _try(draft: Draft, stages: Sequence[str]) -> tuple[Status, Sample]:
    """Take a draft through the stages. Raises ModelError where no other row could do better."""
    status: Status = "failed"
    problems: list[str] = []
    try:
        await _make(draft, stages)
        if "judge" in stages:
            await judge(draft)
            if not draft.shop.judge_is_advisory:
                problems = problems_of(draft)
        status = "rejected" if problems else "accepted"
    except (Rejection, PromptError) as reason:
        status, problems = "rejected", [str(reason)]
    except ModelError as error:
        if error.kind in FATAL:
            raise
        status, problems = "failed", [f"{error.kind}: {error.message}"]
    finally:
        if status != "accepted":
            draft.shop.requests.discard(draft.row.id)
    return status, draft.sample(problems)


async def _make(draft: Draft, stages: Sequence[str]) -> None:
    """Generate: the stages up to the answer."""
    choose_picture(draft)
    if "request" in stages:
        await write_request(draft)
    if "describe" in stages:
        await describe_image(draft)
    if "reason" in stages:
        await reason(draft)
    if "answer" in stages:
        await answer(draft)


async def generate_plan(
    bundle: Bundle, plan: str, config: RunConfig, folder: Path, watcher: Watcher | None = None
) -> list[Sample]:
    """Generate the next attempt of every open row, and judge nothing.

    The answers are in the ledger, so that judging the same rows later pays for the judge alone.
    """
    rows = plan_rows(bundle, plan)
    definition = bundle.policy.plan(plan)
    stages = [stage for stage in definition.stages if stage in GENERATING]
    samples: dict[int, Sample] = {}
    async with workshop(bundle, plan, config, folder, stages) as shop:
        ledger = shop.caller.ledger
        numbers = {row.id: next_attempt(ledger, row, definition.attempts) for row in rows}
        todo = [row for row in rows if numbers[row.id] is not None]
        watcher = watcher or Nobody()
        watcher.started(len(rows), len(rows) - len(todo))

        async def settle(row: PlanRow) -> None:
            status, samples[row.index] = await _try(Draft(shop, row, numbers[row.id] or 0), stages)
            watcher.finished(row, status, True, shop.caller.usage)

        await _each(todo, settle, config.run.concurrency)
    return [samples[index] for index in sorted(samples)]


async def _each(rows: Sequence[PlanRow], work: Callable[[PlanRow], Awaitable[None]], width: int) -> None:
    """Do `work` for every row, `width` at a time; the first error stops all and is raised as it is.

    Rows whose prompts begin alike come one after another, so that a server can reuse what it has computed.
    """
    waiting: Iterator[PlanRow] = iter(sorted(rows, key=lambda row: (row.category, row.clause, row.label, row.index)))

    async def worker() -> None:
        for row in waiting:
            await work(row)

    tasks = [asyncio.create_task(worker()) for _ in range(min(width, len(rows)))]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def outcome(ledger: Ledger, rows: Sequence[PlanRow]) -> Outcome:
    """What the ledger says of the rows."""
    counts = ledger.counts()
    found = Outcome(len(rows), counts["accepted"], counts["rejected"], counts["failed"])
    accepted = set()
    for attempt in ledger.iterate():
        if attempt.status == "accepted":
            accepted.add(attempt.row_id)
        else:
            found.reasons[attempt.reason] = found.reasons.get(attempt.reason, 0) + 1
    found.open = tuple(row.id for row in rows if row.id not in accepted)
    return found
