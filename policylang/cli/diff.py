"""policyc diff: what was edited between two versions of a policy, what that means, and what goes stale."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.compiler.difference import ArtefactDifference, artefacts
from policylang.language.difference import Edit, MeaningDifference, align, edits_of, meaning_of

from .comparing import (
    artefact_counts,
    artefact_lines,
    edit_counts,
    edit_lines,
    meaning_counts,
    meaning_lines,
)
from .options import as_json, search_path
from .versions import versions

DIFFERENT = 1
PARTS = ("edits", "meaning", "artefacts")


@click.command(
    epilog="""\b
Examples:
  policyc diff old/ new/
  policyc diff git:main policies/acme            since the branch began
  policyc diff git:HEAD~1 policy.pol --only meaning
  policyc diff git:v1.2:policies/acme git:v1.3:policies/acme --stat
  policyc diff runs/acme/full policies/acme --json"""
)
@click.argument("old")
@click.argument("new")
@click.option(
    "--only", type=click.Choice(PARTS), multiple=True, help="Show this part alone; may be given several times."
)
@click.option("--stat", is_flag=True, help="Show counts alone.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is any difference.")
@search_path
@as_json
def command(
    old: str,
    new: str,
    only: tuple[str, ...],
    stat: bool,
    exit_code: bool,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Compare two versions of a policy: its edits, its meaning and its artefacts.

    OLD and NEW are .pol files, folders, bundles, runs or git revisions: git:REV is that revision of the other path,
    git:REV:PATH of a path from the top of the repository. Meaning is compared case by case, each difference with a
    case that shows it; nothing is run and no model is asked.
    """
    parts = only or PARTS
    with versions(old, new, search) as both:
        alignment = align(both.old.policy, both.new.policy)
        found = edits_of(alignment)
        meaning = meaning_of(alignment) if "meaning" in parts else None
        stale = artefacts(both.old.bundle, both.new.bundle, found) if "artefacts" in parts else None
        names = [f"{one.policy.name} {one.policy.version}" for one in both]
    edits = found if "edits" in parts else None
    if as_json:
        document = {"schema_version": "1", "old": names[0], "new": names[1], "different": False}
        document |= _data(edits, meaning, stale)
        document["different"] = _differ(edits, meaning, stale)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{names[0]} ({old}) → {names[1]} ({new})")
        for line in _counts(edits, meaning, stale) if stat else _lines(edits, meaning, stale):
            click.echo(line)
    if exit_code and _differ(edits, meaning, stale):
        raise SystemExit(DIFFERENT)


def _differ(
    edits: tuple[Edit, ...] | None, meaning: MeaningDifference | None, stale: ArtefactDifference | None
) -> bool:
    return bool(edits) or bool(meaning and (meaning.differs or meaning.flips)) or bool(stale and stale.all)


def _data(
    edits: tuple[Edit, ...] | None, meaning: MeaningDifference | None, stale: ArtefactDifference | None
) -> dict[str, object]:
    found: dict[str, object] = {}
    if edits is not None:
        found["edits"] = [edit.model_dump(mode="json") for edit in edits]
    if meaning is not None:
        found["meaning"] = meaning.model_dump(mode="json")
    if stale is not None:
        found["artefacts"] = stale.model_dump(mode="json")
    return found


def _counts(
    edits: tuple[Edit, ...] | None, meaning: MeaningDifference | None, stale: ArtefactDifference | None
) -> list[str]:
    lines = [] if edits is None else [f"edits      {edit_counts(edits)}"]
    lines += [] if meaning is None else [f"meaning    {meaning_counts(meaning)}"]
    return lines + ([] if stale is None else [f"artefacts  {artefact_counts(stale)}"])


def _lines(
    edits: tuple[Edit, ...] | None, meaning: MeaningDifference | None, stale: ArtefactDifference | None
) -> list[str]:
    lines: list[str] = []
    lines += [] if edits is None else ["", *edit_lines(edits)]
    lines += [] if meaning is None else ["", *meaning_lines(meaning)]
    return lines + ([] if stale is None else ["", *artefact_lines(stale)])
