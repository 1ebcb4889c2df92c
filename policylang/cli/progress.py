"""Progress of a run: one line that moves on a terminal, and nothing where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policylang.runtime.calls import Usage
from policylang.runtime.engine import Nobody, Watcher
from policylang.runtime.ledger import Status

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from policylang.compiler.plans.rows import PlanRow


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.progress = progress
        self.task = task
        self.counts: dict[Status, int] = {"accepted": 0, "rejected": 0, "failed": 0}

    def started(self, rows: int, done: int) -> None:
        self.progress.update(self.task, total=rows, completed=done)

    def finished(self, row: PlanRow, status: Status, settled: bool, usage: Usage) -> None:
        self.counts[status] += 1
        cost = f"${usage.cost_usd:.4f}" + (" + unknown" if usage.unpriced else "")
        self.progress.update(
            self.task,
            advance=1 if settled else 0,
            tokens=f"{usage.prompt_tokens + usage.completion_tokens:,} tokens",
            cost=cost,
            found=f"{self.counts['accepted']} accepted, {self.counts['rejected']} rejected",
        )


@contextmanager
def watch(title: str, *, quiet: bool) -> Iterator[Watcher]:
    """A watcher that draws rows, rate, tokens, cost and the time left on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Nobody()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"),
        TextColumn("{task.fields[tokens]}"),
        TextColumn("{task.fields[cost]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None, found="", tokens="", cost="")
        yield _Bar(progress, task)
