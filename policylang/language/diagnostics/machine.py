"""Diagnostics for programs: plain dictionaries, one a diagnostic, for `--json`. The models are the published schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from ..source import SourceFile, Span
from .codes import CODES
from .diagnostic import Applicability, Diagnostic, Fix, Severity

Json = dict[str, object]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Entry):
    """Line and column count from 1; `offset` counts the characters before, each line break as one."""

    line: int
    column: int
    offset: int


class Place(_Entry):
    """From `start` up to, and without, `end`."""

    file: str
    start: Point
    end: Point


class RelatedPlace(Place):
    message: str


class Replacement(Place):
    """`text` instead of what stands there."""

    text: str


class PossibleFix(_Entry):
    """Edits that belong together. A safe one leaves no doubt about what was meant."""

    title: str
    applicability: Applicability
    edits: tuple[Replacement, ...]


class Finding(Place):
    """One diagnostic. `code` and `name` are stable; `policyc explain` tells the story of either."""

    code: str
    name: str
    severity: Severity
    message: str
    help: str
    related: tuple[RelatedPlace, ...]
    fix: PossibleFix | None


class CheckedPolicy(_Entry):
    policy: str
    version: str
    clauses: int


class CheckDocument(_Entry):
    """What `policyc check --json` prints. `ok`: there are no errors. `changed`: files that --fix has changed."""

    ok: bool
    policies: tuple[CheckedPolicy, ...]
    diagnostics: tuple[Finding, ...]
    fixed: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()


def to_json(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> Json:
    """Keys: code, name, severity, message, help, file, start and end (line, column, offset), related, fix."""
    return finding(diagnostic, sources).model_dump(mode="json")


def finding(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> Finding:
    return Finding(
        code=diagnostic.code,
        name=CODES[diagnostic.code].name,
        severity=diagnostic.severity,
        message=diagnostic.message,
        help=diagnostic.help,
        **_place(diagnostic.span, sources),
        related=tuple(
            RelatedPlace(message=related.message, **_place(related.span, sources)) for related in diagnostic.related
        ),
        fix=_fix(diagnostic.fix, sources) if diagnostic.fix else None,
    )


def findings(diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile]) -> tuple[Finding, ...]:
    return tuple(finding(diagnostic, sources) for diagnostic in diagnostics)


def _fix(fix: Fix, sources: Mapping[str, SourceFile]) -> PossibleFix:
    edits = tuple(Replacement(text=edit.text, **_place(edit.span, sources)) for edit in fix.edits)
    return PossibleFix(title=fix.title, applicability=fix.applicability, edits=edits)


def _place(span: Span, sources: Mapping[str, SourceFile]) -> dict[str, object]:
    source = sources.get(span.file)

    def point(offset: int) -> Point:
        line, column = source.position(offset) if source else (1, 1)
        return Point(line=line, column=column, offset=offset)

    return {"file": span.file, "start": point(span.start), "end": point(span.end)}
