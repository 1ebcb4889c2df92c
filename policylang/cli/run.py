"""policyc run: from a policy to a data set and a report."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click

from policylang.learning.export import export_run
from policylang.reports import write_report
from policylang.runtime.engine import LEDGER, Outcome, run_plan
from policylang.runtime.estimate import Estimate, estimate
from policylang.runtime.ledger import Ledger

from .loading import DATA_HAS_ERRORS
from .options import as_json, config_option, plan_option, quiet_option, run_folder_option, search_path
from .output import columns, counted
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
        _say_estimate(run, estimate(run.bundle, run.plan, run.config), as_json)
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
        return ledger.totals().model_dump()


def _say_estimate(run: Run, found: Estimate, as_json: bool) -> None:
    if as_json:
        totals = {"cost_usd": found.cost_usd, "at_most_usd": found.at_most}
        click.echo(json.dumps({"plan": run.plan, **found.model_dump(mode="json"), **totals}, indent=2))
        return
    click.echo(f"plan {run.plan}: {counted(found.rows, 'row')}, at most {counted(found.attempts, 'attempt')} each")
    rows: list[tuple[str, ...]] = [("stage", "role", "requests", "tokens in", "tokens out", "cost", "model")]
    for stage in found.stages:
        numbers = (f"{number:,}" for number in (stage.requests, stage.prompt_tokens, stage.answer_tokens))
        rows.append((stage.stage, stage.role, *numbers, _money(stage.cost_usd), stage.model))
    click.echo(textwrap.indent(columns(rows, right=range(2, 6)), "  "))
    click.echo("tokens and cost are an estimate, of one attempt at every row")
    if found.cost_usd is None:
        unpriced = dict.fromkeys(stage.role for stage in found.stages if stage.cost_usd is None)
        click.echo(f"cost: unknown, as policyc.toml gives no prices for {', '.join(unpriced)}")
    else:
        click.echo(f"cost: {_money(found.cost_usd)}, and {_money(found.at_most)} at most")


def _money(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:,.4f}" if cost else "$0"
