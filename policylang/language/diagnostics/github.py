"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

::error file=policy.pol,line=12,endLine=12,col=12,endColumn=16,title=POL0201 (unknown-name)::there is no level `hihg`

The format: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..source import SourceFile
from .codes import CODES
from .diagnostic import Diagnostic


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    """One line a diagnostic; empty when there is nothing to say."""
    return "".join(f"{_one(diagnostic, sources)}\n" for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> str:
    span, source = diagnostic.span, sources.get(diagnostic.span.file)
    properties: dict[str, object] = {"file": span.file}
    if source is not None:
        (line, column), (end_line, end_column) = source.position(span.start), source.position(span.end)
        properties |= {"line": line, "endLine": end_line}
        if line == end_line:  # GitHub takes columns only of a place on one line; its last column is within the place
            properties |= {"col": column, "endColumn": max(column, end_column - 1)}
    properties["title"] = f"{diagnostic.code} ({CODES[diagnostic.code].name})"
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    text = "\n".join(part for part in (diagnostic.message, diagnostic.help) if part)
    return f"::{diagnostic.severity} {written}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
