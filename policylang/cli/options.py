"""Options that several commands take, so that they are spelled and explained the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
search_path = click.option(
    "--search",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder to look for imported policies in; may be given several times.",
)
plan_option = click.option("--plan", "plan", help="The plan's name; the policy's first plan without it.")
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A policyc.toml; without it the one beside the policy, or in the working folder.",
)
run_folder_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The run's folder; runs/POLICY/PLAN without it.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress.")
