"""policyc breaking: does a change break labels, rubrics or prompts, and does the version say so?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from policylang.compiler.difference import (
    AcceptanceError,
    Accepted,
    AcceptedBreak,
    Break,
    Bump,
    Grade,
    artefacts,
    breaks,
    bump,
    read_accepted,
    sort_out,
)
from policylang.language.difference import align, edits_of, meaning_of

from .comparing import heading, wrapped
from .loading import fail
from .options import as_json, search_path
from .output import counted
from .versions import versions

GATE_NOT_MET = 3
MAX_TOLD = 8
"""Breaks of one grade that are told; --json lists them all."""
MAX_REASONS = 4

_COLOURS = {Grade.LABEL: "red", Grade.RUBRIC: "magenta", Grade.PROMPT: "yellow", Grade.TEXT: "cyan"}


@click.command(
    epilog="""\b
Grades, the gravest first:
  label    cases get another verdict: another level or response
  rubric   questions or answers change: old judgements cannot be compared
  prompt   prompts, decision tables or plan rows change
  text     nothing of these changes

\b
A file of accepted breaks (TOML, or the same as JSON); an id may be a pattern:
  [[accept]]
  id = "label:violence/request:looser"
  grade = "label"
  reason = "News may quote threats, see the minutes of May."
  expires = 2026-12-31

\b
Examples:
  policyc breaking policies/acme --against git:main
  policyc breaking new/ --against old/ --grade prompt
  policyc breaking policies/acme --against git:main --accept breaks.toml
  policyc breaking policies/acme --against git:v1.2 --require-version --json"""
)
@click.argument("new")
@click.option(
    "--against", "old", required=True, metavar="OLD", help="The old version: as in `policyc diff`, such as git:main."
)
@click.option(
    "--grade",
    type=click.Choice([str(grade) for grade in Grade]),
    default=str(Grade.LABEL),
    show_default=True,
    help="Fail on breaks of this grade and graver ones.",
)
@click.option(
    "--accept", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Breaks that are accepted."
)
@click.option("--require-version", is_flag=True, help="Fail as well if the new version's number does not carry it.")
@search_path
@as_json
def command(
    new: str,
    old: str,
    grade: str,
    accept: Path | None,
    require_version: bool,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Judge a change of a policy by what it breaks, and suggest the version that it asks for.

    Exit code 3 if something of the grade of --grade or a graver one breaks and is not accepted; that includes what
    could not be decided. Accepted breaks that have expired accept nothing; they are named, and so are those that cover
    no break.
    """
    entries = _entries(accept)
    with versions(old, new, search) as both:
        alignment = align(both.old.policy, both.new.policy)
        edits = edits_of(alignment)
        stale = artefacts(both.old.bundle, both.new.bundle, edits)
        broken = breaks(edits, meaning_of(alignment), stale)
        asked = bump(both.old.policy.version, both.new.policy.version, broken)
        name = both.new.policy.name
    found = sort_out(broken, entries, datetime.now(UTC).date())
    failing = [one for one in found.open if one.grade.rank >= Grade(grade).rank]
    passed = not failing and (asked.carried or not require_version)
    if as_json:
        document = {
            "schema_version": "1",
            "ok": passed,
            "policy": name,
            "grade": grade,
            "failing": [one.id for one in failing],
            "version": asked.model_dump(mode="json"),
            "remarks": list(stale.remarks),
        }
        click.echo(json.dumps(document | found.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        for line in _lines(name, found, asked, stale.remarks):
            click.echo(line)
        if failing:
            click.echo(f"{counted(len(failing), 'break')} at or above the grade {grade} not accepted", err=True)
        elif not passed:
            click.echo(f"the version {asked.new} does not carry the change: at least {asked.suggested}", err=True)
    if not passed:
        raise SystemExit(GATE_NOT_MET)


def _entries(path: Path | None) -> tuple[AcceptedBreak, ...]:
    try:
        return () if path is None else read_accepted(path)
    except AcceptanceError as error:
        fail(error.message, error.advice)


def _lines(name: str, found: Accepted, asked: Bump, remarks: tuple[str, ...]) -> Iterator[str]:
    yield f"{name} {asked.old} → {asked.new}: {_counted_grades(found.open) or 'nothing breaks'}"
    for remark in remarks:
        yield from wrapped(f"not alike: {remark}", "  ")
    for grade in Grade:
        yield from _of_grade(grade, [one for one in found.open if one.grade is grade])
    if found.accepted:
        yield ""
        yield heading(f"accepted: {_counted_grades(found.accepted)}")
    for entry in found.expired:
        yield f"accepted break {entry.id} ({entry.grade}) has expired on {entry.expires}: it accepts nothing"
    for entry in found.unused:
        yield f"accepted break {entry.id} ({entry.grade}) covers no break: take it out"
    yield ""
    yield _version(asked)


def _of_grade(grade: Grade, broken: list[Break]) -> Iterator[str]:
    if not broken:
        return
    yield ""
    yield f"{click.style(str(grade), fg=_COLOURS[grade], bold=True)}: {counted(len(broken), 'break')}"
    for one in broken[:MAX_TOLD]:
        yield f"  {one.id}"
        sentences = (one.sentence, *one.reasons) if grade is Grade.LABEL else one.reasons or (one.sentence,)
        for sentence in sentences[:MAX_REASONS]:
            yield from wrapped(sentence, "      ", "        ")
    if len(broken) > MAX_TOLD:
        yield f"  and {len(broken) - MAX_TOLD} more (--json lists them)"


def _counted_grades(broken: tuple[Break, ...]) -> str:
    counts = {grade: sum(one.grade is grade for one in broken) for grade in Grade}
    return ", ".join(f"{count} {grade}" for grade, count in counts.items() if count)


def _version(asked: Bump) -> str:
    if asked.part == "none":
        return f"version: {asked.new}; the change asks for no new one"
    verdict = "carries it" if asked.carried else f"does not carry it: at least {asked.suggested}"
    return f"version: the change asks for a {asked.part} one; {asked.new} {verdict}"
