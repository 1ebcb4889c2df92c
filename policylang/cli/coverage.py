"""policyc coverage: what of a policy its exemplars show, and which exemplars are missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from policylang.language.coverage import Brief, CoverageReport, Figure, Item, Kind, Places, measure_coverage
from policylang.language.diagnostics.report import did_you_mean
from policylang.language.logic.diagram import DiagramSizeError
from policylang.language.meaning.policy import Policy

from .loading import Json, fail, sound
from .options import as_json, search_path
from .output import columns, counted

BELOW_GATE = 3

category_option = click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="ID",
    help="Only this category and those in it; may be given several times.",
)


@click.command(
    epilog="""\b
Examples:
  policyc coverage policy.pol
  policyc coverage policy.pol --missing                   with the exemplars to write
  policyc coverage policy.pol --by exception --category fraud
  policyc coverage policy.pol --fail-under 80 --json      for CI"""
)
@click.argument("path", type=click.Path(path_type=Path))
@category_option
@click.option(
    "--by",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Count only this; may be given several times.",
)
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PCT", help="Exit with 3 below this total.")
@click.option("--missing", is_flag=True, help="Show the exemplars that would cover the rest, to be pasted and worded.")
@search_path
@as_json
def command(
    path: Path,
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    fail_under: float | None,
    missing: bool,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Measure what the exemplars of a policy show of its logic.

    Clauses: violated, complied with, borderline. Conditions: the independent effect of every test (MC/DC). Exceptions:
    every `unless` and override, both ways. Boundaries: both sides, one facet apart. Factors: values, surfaces, levels.
    What cannot be shown is not counted. Exit code 1 when the policy has errors, 3 below --fail-under.
    """
    loaded, policy = sound(path, search, as_json=as_json)
    chosen = within(policy, categories)
    try:
        report = measure_coverage(
            policy,
            Places(loaded.sources, loaded.spans),
            categories=chosen,
            kinds=tuple(Kind(kind) for kind in kinds) or tuple(Kind),
        )
    except DiagramSizeError as error:
        fail(f"the conditions of a category are too entangled: {error}", "Choose others with --category.")
    total = report.figure()
    passed = fail_under is None or total.percent >= fail_under
    if as_json:
        click.echo(json.dumps({"ok": passed, **_data(report)}, ensure_ascii=False, indent=2))
    else:
        for line in _lines(report, [Kind(kind) for kind in kinds] or list(Kind), missing=missing):
            click.echo(line)
        if not passed:
            click.echo(f"{total.percent:.1f} % is below {fail_under:g} %", err=True)
    if not passed:
        raise SystemExit(BELOW_GATE)


# ------------------------------------------------------------ what `mutate` needs too


def within(policy: Policy, wanted: Sequence[str]) -> tuple[str, ...] | None:
    """The categories that were asked for with those nested in them; None for all."""
    known = [category.id for category in policy.categories]
    for name in wanted:
        if name not in known:
            fail(f"the policy has no category {name}", did_you_mean(name, known).replace("`", ""))
    if not wanted:
        return None
    return tuple(one for one in known if any(one == name or one.startswith(f"{name}.") for name in wanted))


def brief_lines(brief: Brief, indent: str) -> Iterator[str]:
    """Where an exemplar belongs, and its text."""
    near = f", as {brief.neighbour} but for {brief.differs}" if brief.neighbour else ""
    yield f"{indent}under {brief.clause}, level {brief.level}{near}:"
    yield from (f"{indent}  {line}" for line in brief.skeleton.splitlines())


# ------------------------------------------------------------ the table and the list


def _lines(report: CoverageReport, kinds: Sequence[Kind], *, missing: bool) -> Iterator[str]:
    names = {kind: f"{kind.value[:-1]}ies" if kind.value.endswith("y") else f"{kind.value}s" for kind in kinds}
    rows = [["", *names.values(), "total", ""]]
    for category in [*report.categories, None]:
        total = report.figure(category)
        figures = [str(report.figure(category, kind)) for kind in kinds]
        rows.append([category or "total", *figures, str(total), f"{total.percent:.0f} %"])
    yield columns(rows, right=range(1, len(rows[0])))
    if Kind.CONDITION in kinds and report.both_seen.feasible:
        yield f"conditions with both values seen, both ways of their clause: {report.both_seen}"
    yield from _excluded(report)
    if report.missing:
        yield f"\nnot covered: {counted(len(report.missing), 'item')}"
        yield from _by_place(report.missing)
        if missing:
            yield from _to_write(report.missing)
        else:
            yield "\n--missing shows the exemplars that would cover them"


def _excluded(report: CoverageReport) -> Iterator[str]:
    reasons: dict[str, int] = {}
    for item in report.items:
        if item.status == "infeasible":
            reasons[item.reason] = reasons.get(item.reason, 0) + 1
    if reasons:
        yield f"not counted, since no exemplar can show them: {counted(sum(reasons.values()), 'item')}"
        yield from (f"  {count} × {reason}" for reason, count in reasons.items())


def _by_place(items: Iterable[Item]) -> Iterator[str]:
    """Every line that is not covered, with what is missing there."""
    files: dict[str, dict[tuple[int, str], list[Item]]] = {}
    for item in items:
        place = item.place
        line = (place.line, f"{place}  {place.text}") if place else (0, item.clause or item.category)
        files.setdefault(place.file if place else "", {}).setdefault(line, []).append(item)
    for lines in files.values():
        for line, here in sorted(lines.items(), key=lambda entry: entry[0]):
            yield f"\n{line[1]}"
            yield from (f"  {item.kind:<9}  {item.says}" for item in here)


def _to_write(items: Iterable[Item]) -> Iterator[str]:
    """The exemplars to write, each once, those that show most first."""
    shows: dict[tuple[tuple[str, str], ...], list[Item]] = {}
    for item in items:
        shows.setdefault(tuple((brief.clause, brief.skeleton) for brief in item.briefs), []).append(item)
    yield "\nexemplars to write, those that show most first"
    for here in sorted(shows.values(), key=lambda here: (-len(here), len(here[0].briefs))):  # stable
        yield ""
        yield from (f"  {item.kind:<9}  {item.says}" for item in here)
        for brief in here[0].briefs:
            yield from brief_lines(brief, "    ")


def _data(report: CoverageReport) -> Json:
    def figures(category: str | None) -> Json:
        return {kind.value: _figure(report.figure(category, kind)) for kind in Kind}

    return {
        "policy": report.policy,
        "version": report.version,
        "exemplars": report.exemplars,
        "total": _figure(report.figure()),
        "kinds": figures(None),
        "conditions_both_seen": _figure(report.both_seen),
        "categories": {name: {"total": _figure(report.figure(name)), **figures(name)} for name in report.categories},
        "items": [item.model_dump(mode="json") for item in report.items],
    }


def _figure(figure: Figure) -> Json:
    return {**figure.model_dump(), "percent": round(figure.percent, 2)}
