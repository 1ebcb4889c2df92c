"""policyc judge: judge and filter what a run has generated."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.runtime.engine import run_plan

from .loading import fail
from .options import as_json, config_option, quiet_option
from .places import is_run
from .progress import watch
from .running import open_run, outcome_json, run_async, summary


@click.command(
    epilog="""\b
Examples:
  policyc judge runs/try
  policyc judge runs/try --no-refill        one attempt a row, no more"""
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@config_option
@click.option("--refill/--no-refill", default=True, help="Try rows again whose sample is rejected.")
@quiet_option
@as_json
def command(folder: Path, config: Path | None, refill: bool, quiet: bool, as_json: bool) -> None:
    """Judge the samples of a run, accept or reject each, and fill the cells of rejected ones again.

    The folder is one that policyc generate or policyc run has made.
    """
    if not is_run(folder):
        fail(f"{folder} is no run", "Make one: policyc generate POLICY -o FOLDER.")
    run = open_run(folder, None, None, config)
    with watch(f"judge {run.plan}", quiet=quiet or as_json) as watcher:
        outcome = run_async(run_plan(run.bundle, run.plan, run.config, run.folder, watcher, refill=refill))
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "plan": run.plan, **outcome_json(outcome)}, indent=2))
        return
    for line in summary(run, outcome):
        click.echo(line)
