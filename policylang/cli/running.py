"""What the commands of a run share: its folder, its configuration, the way to run async work and to end well.

A run folder holds `bundle/` (what is being run), `ledger.sqlite` (what has been done), `dataset/`, `report.html`, and
`origin.json` (which policyc.toml it was started with).
"""

from __future__ import annotations

import asyncio
import json
import textwrap
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from policylang.compiler.bundle import Bundle, BundleError
from policylang.runtime.config import RunConfig, load_config
from policylang.runtime.engine import LEDGER, Outcome
from policylang.runtime.ledger import Ledger

from .loading import bundle_of, fail, plan_name
from .output import counted
from .places import BUNDLE, claim_run_folder, is_run

ORIGIN = "origin.json"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Run:
    bundle: Bundle
    plan: str
    config: RunConfig
    folder: Path


def open_run(
    path: Path,
    plan: str | None,
    output: Path | None,
    config: Path | None,
    search: Sequence[Path] = (),
    *,
    new: bool = False,
    teacher: str | None = None,
    dry: bool = False,
) -> Run:
    """The run that a path stands for: a run folder to go on with, or a bundle or policy to start (or go on with).

    With `new` an older run in the folder is moved aside. `dry` writes nothing.
    """
    resumed = is_run(path) and not new
    if resumed and output is not None and output.resolve() != path.resolve():
        fail(f"{path} is a run, which goes on where it is", "Leave out -o, or give the policy and -o for another run.")
    settings = load_config(config or _remembered_config(path), path)
    if teacher is not None:
        settings = _with_teacher(settings, teacher)
    if resumed:
        bundle = read_bundle(path)
        with Ledger.read(path / LEDGER) as ledger:
            name = plan_name(bundle, plan or ledger.sessions()[-1].plan)
        folder = path
    else:
        bundle = bundle_of(path / BUNDLE if is_run(path) else path, search)
        name = plan_name(bundle, plan)
        folder = output or (path if is_run(path) else Path("runs") / bundle.manifest.policy / name)
    if not dry:
        _place(bundle, folder, new)
        _remember_config(folder, settings)
    return Run(bundle, name, settings, folder)


def _remembered_config(run: Path) -> Path | None:
    """The policyc.toml that a run was last started with, if it is still there: `policyc judge RUN` uses it again."""
    try:
        path = Path(json.loads((run / ORIGIN).read_bytes())["config"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return path if path.is_file() else None


def _remember_config(run: Path, config: RunConfig) -> None:
    # Only where the file is: paths in it are relative to its place, and what it says is in the ledger already.
    if config.source is not None:
        (run / ORIGIN).write_text(json.dumps({"config": str(config.source.resolve())}) + "\n", "utf-8")


def read_bundle(folder: Path) -> Bundle:
    """The bundle of a run folder."""
    try:
        return Bundle.read(folder / BUNDLE)
    except BundleError as error:
        fail(error.message, f"{error.advice} Is {folder} the folder of a run?")


def _with_teacher(config: RunConfig, teacher: str) -> RunConfig:
    changed = config.model_copy(update={"reason": config.reason.model_copy(update={"teacher": teacher})})
    changed._source = config.source
    return changed


def _place(bundle: Bundle, folder: Path, new: bool) -> None:
    claim_run_folder(folder, new=new)
    if is_run(folder):
        if read_bundle(folder).sha256 != bundle.sha256:
            fail(
                f"the run in {folder} is of another version of the policy",
                "Start afresh with --new (the old run is kept), or give another folder with -o.",
            )
        return
    try:
        bundle.write(folder / BUNDLE)
    except BundleError as error:
        fail(error.message, error.advice)
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}", "Give another folder with -o.")


def run_async(work: Coroutine[Any, Any, _T]) -> _T:
    """Run it to its end. A first Ctrl-C lets answers that are on their way arrive, and says so; a second drops them."""

    async def whole() -> _T:
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                click.echo("stopping; answers on their way are waited for (Ctrl-C again drops them)", err=True)
                task.cancel()
            return await task

    return asyncio.run(whole())


def summary(run: Run, outcome: Outcome) -> list[str]:
    """The outcome in a few lines."""
    lines = [
        f"{run.bundle.manifest.policy} {run.bundle.manifest.version}, plan {run.plan}: "
        f"{outcome.accepted} of {counted(outcome.rows, 'row')} accepted; "
        f"{counted(outcome.rejected, 'attempt')} rejected, {outcome.failed} failed"
    ]
    for reason, count in sorted(outcome.reasons.items(), key=lambda pair: -pair[1])[:5]:
        lines.append(f"  {count} × {textwrap.shorten(reason, 100, placeholder=' …')}")
    if outcome.failed:
        lines.append("  Run the same command again to try the failed rows again.")
    if run.config.role("judge") and run.config.role("judge").advisory:  # type: ignore[union-attr]
        lines.append("  The judge is advisory: what it says is recorded and decides nothing.")
    return lines


def outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "rows": outcome.rows,
        "accepted": outcome.accepted,
        "rejected": outcome.rejected,
        "failed": outcome.failed,
        "open": list(outcome.open),
        "reasons": outcome.reasons,
    }
