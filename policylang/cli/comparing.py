"""How edits, meaning and artefacts of two versions are shown to people."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from policylang.compiler.difference import ArtefactChange, ArtefactDifference
from policylang.language.analysis.finding import Relation
from policylang.language.difference import (
    CategoryChange,
    Edit,
    EditKind,
    Flip,
    MeaningDifference,
    WitnessKind,
)

from .output import counted

FULL_WIDTH = 100
MAX_ARTEFACTS = 6
"""Artefacts of one reason that are named; --json names all."""

_SIGNS = {EditKind.ADDED: "+", EditKind.REMOVED: "-", EditKind.RENAMED: ">", EditKind.CHANGED: "~"}
_COLOURS = {EditKind.ADDED: "green", EditKind.REMOVED: "red", EditKind.RENAMED: "cyan", EditKind.CHANGED: "yellow"}
_RELATIONS = {
    Relation.STRICTER: "yellow",
    Relation.LOOSER: "red",
    Relation.INCOMPARABLE: "red",
    Relation.UNDECIDED: "yellow",
}
_WITNESSES = {
    WitnessKind.STRICTER: "stricter",
    WitnessKind.LOOSER: "looser",
    WitnessKind.UNRANKED: "in no order",
    WitnessKind.RESPONSE: "other response",
}


def heading(text: str) -> str:
    return click.style(text, bold=True)


def edit_lines(edits: Sequence[Edit]) -> Iterator[str]:
    yield heading(f"Edits: {edit_counts(edits)}")
    for edit in edits:
        title = f" {edit.title!r}" if edit.title and edit.kind in (EditKind.ADDED, EditKind.REMOVED) else ""
        was = f" (was {edit.was})" if edit.was else ""
        sign = click.style(_SIGNS[edit.kind], fg=_COLOURS[edit.kind], bold=True)
        yield f"  {sign} {edit.thing} {edit.id}{was}{title}"
        for field in edit.fields:
            if len(field.before) + len(field.after) + len(field.field) < FULL_WIDTH - 14:
                yield f"      {field.field}: {field.before} → {field.after}"
            else:
                yield f"      {field.field}:"
                yield f"        - {field.before}"
                yield f"        + {field.after}"


def edit_counts(edits: Iterable[Edit]) -> str:
    counts = Counter(edit.kind for edit in edits)
    return ", ".join(f"{counts[kind]} {kind}" for kind in EditKind if counts[kind]) or "none"


def meaning_lines(found: MeaningDifference) -> Iterator[str]:
    yield heading(f"Meaning: {meaning_counts(found)}")
    for remark in found.remarks:
        yield from wrapped(f"not alike: {remark}", "  ", "      ")
    for change in found.categories:
        if change.differs:
            yield from _category_lines(change)
    for flip in found.flips:
        yield from wrapped(f"exemplar {flip.exemplar} on {flip.surface}{_side(flip)}: {flip.sentence}", "  ", "      ")


def _side(flip: Flip) -> str:
    if flip.was_label is None:
        return f" (new, {flip.label})"
    return f" (gone, was {flip.was_label})" if flip.label is None else f" ({flip.label})"


def _category_lines(change: CategoryChange) -> Iterator[str]:
    head = f"{change.category} on {', '.join(change.surfaces)}: "
    only_response = change.relation is Relation.EQUIVALENT
    word = "other response" if only_response else str(change.relation)
    styled = click.style(word, fg="yellow" if only_response else _RELATIONS[change.relation], bold=True)
    first, *rest = wrapped(f"{head}{word}: {change.sentence}", "  ", "      ")
    yield first.replace(f"{head}{word}", f"{head}{styled}", 1)
    yield from rest
    for shown in change.shown_by:
        yield from wrapped(f"{_WITNESSES[shown.kind]}: {shown.witness.sentence}", "      ", "        ")


def meaning_counts(found: MeaningDifference) -> str:
    differing = [change for change in found.categories if change.differs]
    if not differing:
        return "every case gets the same verdict" + (
            f"; {counted(len(found.flips), 'exemplar')} relabelled" if found.flips else ""
        )
    counts = Counter(change.relation for change in differing)
    told = [f"{counts[relation]} {relation}" for relation in Relation if counts[relation]]
    # Where levels are the same, what differs is the response.
    told = [part.replace(Relation.EQUIVALENT, "other response") for part in told]
    categories = counted(len({change.category for change in differing}), "category")
    return f"{categories} differ{'s' if categories.startswith('1 ') else ''} ({', '.join(told)}), {_flips(found.flips)}"


def _flips(found: Sequence[Flip]) -> str:
    return f"{counted(len(found), 'exemplar')} flip{'s' if len(found) == 1 else ''}"


def artefact_lines(found: ArtefactDifference) -> Iterator[str]:
    yield heading(f"Artefacts: {artefact_counts(found)}")
    for remark in found.remarks:
        yield from wrapped(f"not alike: {remark}", "  ", "      ")
    for kind, changes in (("prompt", found.prompts), ("rubric", found.rubrics)):
        yield from _grouped(kind, changes)
    for plan in found.plans:
        rows = ", ".join(f"{count} {fate}" for fate, count in plan.rows.items() if count)
        yield f"  plan {plan.id}: {rows or plan.fate}"
        for reason in plan.reasons[:MAX_ARTEFACTS]:
            yield from wrapped(reason, "      ", "        ")
        if len(plan.reasons) > MAX_ARTEFACTS:
            yield f"      and {counted(len(plan.reasons) - MAX_ARTEFACTS, 'other reason')} (--json lists them)"


def _grouped(kind: str, changes: Sequence[ArtefactChange]) -> Iterator[str]:
    """Artefacts together that changed for the same reasons."""
    groups: dict[tuple[str, bool, tuple[str, ...]], list[ArtefactChange]] = {}
    for change in changes:
        groups.setdefault((change.fate, change.comparable, change.reasons), []).append(change)
    for (fate, comparable, reasons), group in groups.items():
        names = [change.id for change in group]
        shown = ", ".join(names[:MAX_ARTEFACTS]) + (
            f" and {len(names) - MAX_ARTEFACTS} more" if len(names) > MAX_ARTEFACTS else ""
        )
        note = "" if comparable else "; old judgements cannot be compared"
        yield from wrapped(
            f"{kind}s {fate}{note}: {shown}" if len(names) > 1 else f"{kind} {fate}{note}: {shown}", "  "
        )
        for reason in reasons:
            yield from wrapped(f"because {reason}", "      ", "        ")


def artefact_counts(found: ArtefactDifference) -> str:
    told = [
        counted(len(changes), noun)
        for changes, noun in ((found.prompts, "prompt"), (found.rubrics, "rubric"), (found.plans, "plan"))
        if changes
    ]
    rows = Counter[str]()
    for plan in found.plans:
        rows.update(plan.rows)
    stale = [f"{rows[fate]} rows {word}" for fate, word in _FATES.items() if rows[fate]]
    return ", ".join(told + stale) or "none"


_FATES = {
    "judge again": "to judge again",
    "regenerate": "to make again",
    "new": "new",
    "drop": "dropped",
}


def wrapped(text: str, indent: str, then: str | None = None) -> list[str]:
    width = max(min(shutil.get_terminal_size((FULL_WIDTH, 24)).columns, FULL_WIDTH), 40)
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if then is None else then,
        break_long_words=False,
        break_on_hyphens=False,
    )
