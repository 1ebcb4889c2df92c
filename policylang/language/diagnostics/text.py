"""Diagnostics for people: the line, underlined, and what to do.

error[POL0201]: there is no level `hihg`
  --> policy.pol:12:12
   |
12 |     forbid hihg on request
   |            ^^^^ not a level
   = Did you mean `high`?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..source import SourceFile, Span
from .diagnostic import Diagnostic

MAX_WIDTH = 160
_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "dim": "\x1b[2m", "bold": "\x1b[1m", "off": "\x1b[0m"}
_PLAIN = dict.fromkeys(_STYLES, "")


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], *, colour: bool = False) -> str:
    """All diagnostics as text, an empty line between two; ends with a line break unless there is nothing to say."""
    style = _STYLES if colour else _PLAIN
    return "".join(f"{_one(diagnostic, sources, style)}\n" for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, sources: Mapping[str, SourceFile], style: Mapping[str, str]) -> str:
    head = f"{style[diagnostic.severity]}{diagnostic.severity}[{diagnostic.code}]{style['off']}"
    parts = [f"{head}: {style['bold']}{diagnostic.message}{style['off']}"]
    parts += _excerpt(diagnostic.span, "-->", "", sources, style)
    for related in diagnostic.related:
        parts += _excerpt(related.span, ":::", related.message, sources, style)
    if diagnostic.help:
        parts.append(f"   = {diagnostic.help}")
    return "\n".join([*parts, ""])


def _excerpt(
    span: Span, arrow: str, note: str, sources: Mapping[str, SourceFile], style: Mapping[str, str]
) -> list[str]:
    source = sources.get(span.file)
    if source is None or not source.text:
        return [f"  {arrow} {span.file}"]
    line, column = source.position(span.start)
    text = source.line(line)
    width = max(1, min(span.end, span.start + len(text) - column + 1) - span.start)
    text, offset = _window(text, column, width)
    shown = "".join(c if c.isprintable() else " " for c in text)
    gutter = " " * len(str(line))
    dim, off = style["dim"], style["off"]
    marks = "^" * min(width, max(1, len(shown) - offset)) if arrow == "-->" else "-" * width
    return [
        f"  {arrow} {span.file}:{line}:{column}",
        f"{dim}{gutter} |{off}",
        f"{dim}{line} |{off} {shown}",
        f"{dim}{gutter} |{off} {' ' * offset}{marks}{' ' + note if note else ''}",
    ]


def _window(text: str, column: int, width: int) -> tuple[str, int]:
    """A part of a long line with the marked place in view, and where in it the place begins."""
    if len(text) <= MAX_WIDTH:
        return text, column - 1
    start = max(0, column - 1 - MAX_WIDTH // 2)
    return text[start : start + MAX_WIDTH], column - 1 - start


def summary(errors: int, warnings: int, files: int) -> str:
    """One line: `2 errors and 1 warning in 3 files`."""

    def count(number: int, word: str) -> str:
        return f"{number} {word}{'' if number == 1 else 's'}"

    return f"{count(errors, 'error')} and {count(warnings, 'warning')} in {count(files, 'file')}"
