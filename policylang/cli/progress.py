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
    from rich.progress import Progress, ProgressColumn, TaskID

    from policylang.compiler.plans.rows import PlanRow

WIDE, NARROW = 120, 76
"""Columns of a terminal on which everything fits, and on which all but the title and the bar does."""


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.progress = progress
        self.task = task
        self.counts: dict[Status, int] = {"accepted": 0, "rejected": 0, "failed": 0}

    def started(self, rows: int, done: int) -> None:
        self.progress.update(self.task, total=rows, completed=done)

    def finished(self, row: PlanRow, status: Status, settled: bool, usage: Usage) -> None:
        self.counts[status] += 1
        cost = f"${usage.cost_usd:.4f}" if usage.cost_usd or not usage.unpriced else "cost unknown"
        if usage.cost_usd and usage.unpriced:
            cost += " + unknown"
        self.progress.update(
            self.task,
            advance=1 if settled else 0,
            tokens=f"{(usage.prompt_tokens + usage.completion_tokens) / 1000:,.1f}k tokens",
            cost=cost,
            found=", ".join(f"{count} {status}" for status, count in self.counts.items() if count),
        )


@contextmanager
def watch(title: str, *, quiet: bool) -> Iterator[Watcher]:
    """A watcher that draws rows, rate, tokens, cost and the time left on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Nobody()
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    console = Console(stderr=True)
    columns = [TextColumn(text) if isinstance(text, str) else text for text in _columns(console.width)]
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None, found="", tokens="", cost="")
        yield _Bar(progress, task)


def _columns(width: int) -> list[str | ProgressColumn]:
    """What fits into a line: on a narrow terminal the title and the bar go first, then the tokens."""
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Rows a minute: a model seldom makes one a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{60 * speed:.1f} rows/min" if speed else "")

    columns: list[str | ProgressColumn] = [] if width < WIDE else ["{task.description}", BarColumn(bar_width=16)]
    columns += [MofNCompleteColumn(), "{task.fields[found]}"]
    if width >= NARROW:
        columns += [Rate(), "{task.fields[tokens]}"]
    return [*columns, "{task.fields[cost]}", TimeRemainingColumn()]
