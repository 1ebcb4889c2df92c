"""The tokens of a file as a light scan sees them: strings, comments, braces and words, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..diagnostics import Edit, Fix, Report
from ..source import SourceFile, Span


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOP_LEVEL = _words("policy import levels surface term facet factor category ambiguity rubric plan template")
STATEMENTS = TOP_LEVEL | _words(
    """ask default maps clause forbid permit require locked on when unless respond overrides violates complies
    borderline system user assistant tool image facets because ideal rejected use lower raise escalate scale criterion
    accept size seed attempts exclude cover quota at stages split export inputs"""
)

_TOKEN = re.compile(
    r"""
      (?P<prose>\"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+\"\"\")
    | (?P<open_prose>\"\"\")
    | (?P<string>"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+")
    | (?P<open_string>"[^\n]*)
    | (?P<comment>\#[^\n]*)
    | (?P<open>[{(])
    | (?P<close>[})])
    | (?P<word>[^\W\d]\w*+(?:[\u0300-\u1fff\u20d0-\u20ff\u302a-\u309f\ua660-\uabff\ufe20-\ufe2f]++\w*+)*+)
    | (?P<space>[ \t\f\n]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

Kind = Literal["prose", "open_prose", "string", "open_string", "open", "close", "word", "other"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A token. `depth` counts the blocks and parentheses around it; `open_...` are strings and prose without an end."""

    kind: Kind
    start: int
    end: int
    depth: int
    first_on_line: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """The tokens of a file; `braces_match` is false where a brace has no partner."""

    items: tuple[Mark, ...]
    braces_match: bool


def find_marks(source: SourceFile, text: str, report: Report) -> Marks:
    """The tokens of `text`, which is that of `source` or as long. Reports strings and prose that never end."""
    depth, lowest, first, at = 0, 0, True, 0
    marks: list[Mark] = []
    while (match := _TOKEN.match(text, at)) is not None:
        start, at = match.span()
        kind = match.lastgroup
        if kind in ("comment", "space", None):
            first = first or "\n" in match[0]
            continue
        if kind == "open_string":  # brackets at the end of its line stand behind it rather than in it
            at = start + len(match[0].rstrip(" \t{})"))
            report.add(
                "POL0105",
                "this string has no closing quote on its line",
                Span(source.name, start, at),
                'Close it with `"`, or write text of several lines in `"""three quotes"""`.',
                fix=Fix("Close the string where its line ends.", (Edit(Span(source.name, at, at), '"'),)),
            )
        elif kind == "open_prose":
            report.add(
                "POL0105",
                'this prose has no closing `"""`',
                Span(source.name, start, at),
                'Add `"""` on the line after its last.',
            )
            at = len(text)
        elif kind == "close":
            depth -= 1
            lowest = min(lowest, depth)
        marks.append(Mark(kind, start, at, max(depth, 0), first))  # type: ignore[arg-type]  # the groups are the kinds
        if kind == "open":
            depth += 1
        first = False
    return Marks(tuple(marks), depth == 0 and lowest == 0)
