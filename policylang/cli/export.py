"""policyc export: the accepted samples of a run as a data set."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.learning.export import FOLDER, export_run

from .loading import fail
from .options import as_json
from .output import counted
from .places import is_run


@click.command(
    epilog="""\b
Example:
  policyc export runs/acme.content/quickstart"""
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@as_json
def command(folder: Path, as_json: bool) -> None:
    """Split the accepted samples and write them as JSONL (TRL messages) and Parquet, each row with its provenance."""
    if not is_run(folder):
        fail(f"{folder} is no run", "Make one: policyc run POLICY.")
    card = export_run(folder)
    if as_json:
        click.echo(json.dumps(card, indent=2))
        return
    for name, count in card["splits"].items():
        click.echo(f"{folder / FOLDER / name}.jsonl, .parquet: {counted(count, 'row')}")
    click.echo(f"{folder / FOLDER / 'rejected.jsonl'}: {counted(card['rejected'], 'attempt')}, with reasons")
