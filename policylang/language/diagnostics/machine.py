"""Diagnostics for programs: plain dictionaries, one a diagnostic, for `--json`."""

from __future__ import annotations

from collections.abc import Mapping

from ..source import SourceFile, Span
from .codes import CODES
from .diagnostic import Diagnostic

Json = dict[str, object]


def to_json(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> Json:
    """Keys: code, name, severity, message, help, file, start and end (line, column, offset), related."""
    return {
        "code": diagnostic.code,
        "name": CODES[diagnostic.code].name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "help": diagnostic.help,
        **_place(diagnostic.span, sources),
        "related": [{"message": related.message, **_place(related.span, sources)} for related in diagnostic.related],
    }


def _place(span: Span, sources: Mapping[str, SourceFile]) -> Json:
    source = sources.get(span.file)

    def point(offset: int) -> Json:
        line, column = source.position(offset) if source else (1, 1)
        return {"line": line, "column": column, "offset": offset}

    return {"file": span.file, "start": point(span.start), "end": point(span.end)}
