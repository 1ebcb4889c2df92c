"""policyc plan: the rows of a plan, what they cover, and what becomes of those of an earlier version."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from policylang.compiler.bundle import Bundle
from policylang.compiler.plans import verify_plan
from policylang.compiler.plans.difference import PlanDifference, UnrelatedError, difference
from policylang.compiler.plans.files import plan_rows
from policylang.compiler.plans.report import CoverageReport
from policylang.runtime.config import load_config
from policylang.runtime.estimate import Estimate, estimate

from .costs import estimate_json, estimate_lines
from .loading import DATA_HAS_ERRORS, bundle_of, fail, plan_name
from .options import as_json, config_option, plan_option, search_path
from .output import counted
from .places import BUNDLE, is_run


@click.command(
    epilog="""\b
Examples:
  policyc plan examples/quickstart
  policyc plan examples/quickstart --plan full --verify
  policyc plan build/bundle --plan full -o rows.jsonl
  policyc plan policy.pol --against runs/acme/full   what a change makes stale, and what renewing that costs"""
)
@click.argument("path", type=click.Path(path_type=Path))
@plan_option
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows there, as JSONL.")
@click.option("--verify", is_flag=True, help="Prove the plan's claims again, from its rows alone.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="An earlier version: a run, a bundle or a policy. Says which rows can stay, and what the others cost.",
)
@config_option
@search_path
@as_json
def command(
    path: Path,
    plan: str | None,
    output: Path | None,
    verify: bool,
    against: Path | None,
    config: Path | None,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show what a plan of a policy or bundle asks for and covers. Nothing is sent to any model."""
    bundle = bundle_of(path, search)
    name = plan_name(bundle, plan)
    report = CoverageReport.model_validate_json(bundle.files[f"plans/{name}/plan.json"])
    problems = verify_plan(bundle.policy, bundle.policy.plan(name), plan_rows(bundle, name)) if verify else ()
    changes = None if against is None else _difference(against, bundle, name, search)
    costs = None if changes is None else estimate(bundle, name, load_config(config, path), changes.todo)
    if output is not None:
        output.write_bytes(bundle.files[f"plans/{name}/rows.jsonl"])
    if as_json:
        found = {"plan": name, "report": report.model_dump(mode="json"), "problems": [str(p) for p in problems]}
        if changes is not None and costs is not None:
            found["against"] = changes.model_dump(mode="json") | {"fates": changes.fates, "cost": estimate_json(costs)}
        click.echo(json.dumps(found, indent=2))
    else:
        for line in _lines(name, report):
            click.echo(line)
        if verify:
            click.echo("verified: every claim follows from the rows" if not problems else "claims that do not hold:")
        for problem in problems:
            click.echo(f"  {problem}")
        if changes is not None and costs is not None:
            for line in _changes(changes, costs):
                click.echo(line)
    if problems:
        raise SystemExit(DATA_HAS_ERRORS)


def _difference(against: Path, bundle: Bundle, plan: str, search: tuple[Path, ...]) -> PlanDifference:
    old = bundle_of(against / BUNDLE if is_run(against) else against, search)
    try:
        return difference(old, bundle, plan)
    except UnrelatedError as error:
        fail(f"{against} cannot be compared: {error}", "Give an earlier version of the same policy.")


def _changes(changes: PlanDifference, costs: Estimate) -> list[str]:
    """How many rows stay, why the others do not, and what renewing them costs."""
    fates = ", ".join(f"{count} {fate}" for fate, count in changes.fates.items() if count)
    lines = [f"against {changes.against}: {fates}"]
    reasons = Counter(reason for row in changes.rows for reason in row.reasons)
    lines += [f"  {counted(count, 'row')}: {reason}" for reason, count in reasons.most_common(12)]
    if len(reasons) > 12:
        lines.append(f"  and {counted(len(reasons) - 12, 'other reason')} (--json lists them)")
    return lines + (estimate_lines(costs) if costs.stages else [])


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
