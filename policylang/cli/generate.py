"""policyc generate: requests, descriptions, reasoning and answers, and nothing judged yet."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.runtime.engine import generate_plan

from .options import as_json, config_option, plan_option, quiet_option, run_folder_option, search_path
from .output import counted
from .progress import watch
from .running import open_run, run_async

GENERATED = "generated.jsonl"


@click.command(
    epilog="""\b
Examples:
  policyc generate examples/quickstart -o runs/try
  policyc judge runs/try                    judges what was generated"""
)
@click.argument("path", type=click.Path(path_type=Path))
@plan_option
@run_folder_option
@config_option
@search_path
@click.option("--new", is_flag=True, help="Start afresh; an older run in the folder is moved aside.")
@quiet_option
@as_json
def command(
    path: Path,
    plan: str | None,
    output: Path | None,
    config: Path | None,
    search: tuple[Path, ...],
    new: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Generate one attempt at every open row of a plan, up to the answer.

    The samples go to generated.jsonl in the run's folder. Their calls are in its ledger: judging them later pays for
    the judge alone.
    """
    run = open_run(path, plan, output, config, search, new=new)
    with watch(f"generate {run.plan}", quiet=quiet or as_json) as watcher:
        samples = run_async(generate_plan(run.bundle, run.plan, run.config, run.folder, watcher))
    target = run.folder / GENERATED
    if samples or not target.exists():  # where no row is open, what was generated before is kept
        with target.open("w", encoding="utf-8") as lines:
            for sample in samples:
                lines.write(sample.model_dump_json() + "\n")
    sound = sum(not sample.problems for sample in samples)
    if as_json:
        click.echo(
            json.dumps({"folder": str(run.folder), "generated": len(samples), "sound": sound, "file": str(target)})
        )
        return
    if not samples:
        click.echo(f"nothing to generate: every row of {run.plan} has its sample, or has used up its attempts")
        return
    click.echo(f"{counted(len(samples), 'sample')} generated, {sound} without a problem: {target}")
    click.echo(f"judge them with: policyc judge {run.folder}")
