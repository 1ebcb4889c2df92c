"""policyc plan: the rows of a plan, and what they cover."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.compiler.plans import verify_plan
from policylang.compiler.plans.report import CoverageReport
from policylang.runtime.engine import plan_rows

from .loading import DATA_HAS_ERRORS, bundle_of, plan_name
from .options import as_json, plan_option, search_path


@click.command(
    epilog="""\b
Examples:
  policyc plan examples/quickstart
  policyc plan examples/quickstart --plan full --verify
  policyc plan build/bundle --plan full -o rows.jsonl"""
)
@click.argument("path", type=click.Path(path_type=Path))
@plan_option
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows there, as JSONL.")
@click.option("--verify", is_flag=True, help="Prove the plan's claims again, from its rows alone.")
@search_path
@as_json
def command(
    path: Path, plan: str | None, output: Path | None, verify: bool, search: tuple[Path, ...], as_json: bool
) -> None:
    """Show what a plan of a policy or bundle asks for and covers. Nothing is sent to any model."""
    bundle = bundle_of(path, search)
    name = plan_name(bundle, plan)
    report = CoverageReport.model_validate_json(bundle.files[f"plans/{name}/plan.json"])
    problems = verify_plan(bundle.policy, bundle.policy.plan(name), plan_rows(bundle, name)) if verify else []
    if output is not None:
        output.write_bytes(bundle.files[f"plans/{name}/rows.jsonl"])
    if as_json:
        found = {"plan": name, "report": report.model_dump(mode="json"), "problems": [str(p) for p in problems]}
        click.echo(json.dumps(found, indent=2))
    else:
        for line in _lines(name, report):
            click.echo(line)
        if verify:
            click.echo("verified: every claim follows from the rows" if not problems else "claims that do not hold:")
        for problem in problems:
            click.echo(f"  {problem}")
    if problems:
        raise SystemExit(DATA_HAS_ERRORS)


def _lines(name: str, report: CoverageReport) -> list[str]:
    lines = [f"plan {name}: {report.size} rows, {report.distinct_cases} different cases"]
    for way in report.ways:
        lines.append(f"  {way.strength}-way {', '.join(way.dimensions)}: {way.covered} of {way.feasible} combinations")
        lines += [f"    cannot be: {_combination(hole.combination)} ({hole.reason})" for hole in way.holes[:3]]
        if len(way.holes) > 3:
            lines.append(f"    and {len(way.holes) - 3} more (--json lists them)")
    if report.boundaries:
        shown = sum(boundary.pair is not None for boundary in report.boundaries)
        lines.append(f"  boundaries: {shown} of {len(report.boundaries)} have their pair; the others cannot")
    for minimum in report.minimums:
        lines.append(f"  at least {minimum.count} per {minimum.dimension}: the fewest are {minimum.lowest}")
    dimensions = dict.fromkeys(margin.dimension for margin in report.margins)
    for dimension in dimensions:
        margins = [margin for margin in report.margins if margin.dimension == dimension]
        if len(margins) <= 8:
            lines.append(f"  {dimension}: {', '.join(f'{margin.value} {margin.actual}' for margin in margins)}")
    return lines


def _combination(combination: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in combination.items())
