"""policyc run: from a policy to a data set and a report."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.learning.export import export_run
from policylang.reports import write_report
from policylang.runtime.engine import LEDGER, Outcome, run_plan
from policylang.runtime.estimate import estimate
from policylang.runtime.ledger import Ledger

from .costs import say_estimate
from .loading import DATA_HAS_ERRORS
from .options import as_json, config_option, plan_option, quiet_option, run_folder_option, search_path
from .progress import watch
from .running import Run, open_run, outcome_json, run_async, summary


@click.command(
    epilog="""\b
Examples:
  policyc run examples/quickstart                    on the embedded model
  policyc run policy.pol --plan full --dry-run       what it would cost
  policyc run runs/acme.content/quickstart           go on with a run
  policyc run build/bundle --config hosted.toml -o runs/today"""
)
@click.argument("path", type=click.Path(path_type=Path))
@plan_option
@run_folder_option
@config_option
@search_path
@click.option("--teacher", type=click.Choice(["model", "symbolic"]), help="Who words the reasoning.")
@click.option("--new", is_flag=True, help="Start afresh; an older run in the folder is moved aside.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent and what it would cost, and send nothing.")
@quiet_option
@as_json
def command(
    path: Path,
    plan: str | None,
    output: Path | None,
    config: Path | None,
    search: tuple[Path, ...],
    teacher: str | None,
    new: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make a data set: plan, write requests, reason, answer, judge, filter, split, export, report.

    PATH is a policy, a bundle, or the folder of a run to go on with. Stop it whenever you like and run the same
    command again: nothing is lost, and nothing is paid for twice. Exit code 1 when no row was accepted.
    """
    run = open_run(path, plan, output, config, search, new=new, teacher=teacher, dry=dry_run)
    if dry_run:
        say_estimate(run.plan, estimate(run.bundle, run.plan, run.config), as_json)
        return
    with watch(f"{run.bundle.manifest.policy} {run.plan}", quiet=quiet or as_json) as watcher:
        outcome = run_async(run_plan(run.bundle, run.plan, run.config, run.folder, watcher))
    card = export_run(run.folder)
    report = write_report(run.folder)
    if as_json:
        result = {
            "folder": str(run.folder),
            "plan": run.plan,
            **outcome_json(outcome),
            "splits": card["splits"],
            "report": str(report),
            "usage": _usage(run),
        }
        click.echo(json.dumps(result, indent=2))
        _end(outcome)
        return
    for line in summary(run, outcome):
        click.echo(line)
    splits = ", ".join(f"{name} {count}" for name, count in card["splits"].items())
    click.echo(f"data set: {run.folder / 'dataset'} ({splits})")
    click.echo(f"report:   {report}")
    _end(outcome)


def _end(outcome: Outcome) -> None:
    """A data set without a row is no success."""
    if outcome.rows and not outcome.accepted:
        raise SystemExit(DATA_HAS_ERRORS)


def _usage(run: Run) -> dict[str, object]:
    with Ledger.read(run.folder / LEDGER) as ledger:
        totals = ledger.totals()
    return {**totals.model_dump(), "cost_usd": round(totals.cost_usd, 10)}  # cents, and not the noise of a sum
