"""policyc report: what a run came to, as a page."""

from __future__ import annotations

from pathlib import Path

import click

from policylang.reports import report_data, write_report

from .loading import fail
from .options import as_json
from .places import is_run


@click.command(
    epilog="""\b
Examples:
  policyc report runs/acme.content/quickstart
  policyc report runs/acme.content/quickstart --json"""
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="report.html in the run's folder."
)
@as_json
def command(folder: Path, output: Path | None, as_json: bool) -> None:
    """Write the report of a run as one HTML page that needs nothing else.

    With --json, print what it says; the page is then written only with -o.
    """
    if not is_run(folder):
        fail(f"{folder} is no run", "Make one: policyc run POLICY.")
    if as_json:
        if output is not None:
            write_report(folder, output)
        click.echo(report_data(folder).model_dump_json(indent=2))
        return
    click.echo(str(write_report(folder, output)))
