"""What is wrong with the brackets and quotes of a block, and the block as it was probably meant.

Each of these mistakes is reported where it is found and then mended in the text that the grammar sees, so that one
mistake is told once and what follows it can still be read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from ..diagnostics import Report
from ..source import SourceFile, Span
from .marks import STATEMENTS, Mark

MAX_DEPTH = 64

_CLOSERS = {"{": "}", "(": ")"}
_INDENT = re.compile(r"[ \t]*")


def mend_strings(text: str, marks: Iterable[Mark]) -> str:
    """The text with a closing quote in place of the last character of every string that has none."""
    pieces, done = [], 0
    for mark in marks:
        if mark.kind == "open_string":
            inside = text[mark.start + 1 : mark.end].replace("\\", " ").replace('"', " ")
            pieces += [text[done : mark.start], f'"{inside[:-1]}"' if inside else " "]
            done = mark.end
    return "".join([*pieces, text[done:]])


def mend_brackets(source: SourceFile, marks: Sequence[Mark], text: str, report: Report) -> str | None:
    """The text of a block with stray closing brackets blanked and missing ones added, each reported.

    `marks` are its tokens; the text begins at the first of them. None where brackets are nested beyond all reason.
    """
    begin = marks[0].start
    stack: list[Mark] = []
    changed: dict[int, str] = {}
    for mark in marks:
        bracket = source.text[mark.start]
        if mark.kind == "open":
            stack.append(mark)
            if len(stack) > MAX_DEPTH:
                report.add(
                    "POL0103",
                    f"blocks and parentheses are nested more than {MAX_DEPTH} deep",
                    Span(source.name, mark.start, mark.end),
                    "Take some of the inner ones out.",
                )
                return None
        elif mark.kind == "close" and stack and _closer(source, stack[-1]) == bracket:
            stack.pop()
        elif mark.kind == "close":
            report.add(
                "POL0107",
                f"this `{bracket}` closes nothing",
                Span(source.name, mark.start, mark.end),
                "Remove it, or look for one too many above.",
            )
            changed[mark.start - begin] = " "
    if stack:
        opener, gap = _unclosed(source, marks) or (stack[-1], None)
        report.add(
            "POL0106",
            f"this `{source.text[opener.start]}` is never closed",
            Span(source.name, opener.start, opener.end),
            f"Add `{_closer(source, opener)}` where it ends.",
        )
        if gap is not None:
            changed[gap - begin] = _closer(source, opener)
            stack.pop()
    if not stack and not changed:
        return text
    characters = list(text)
    for at, character in changed.items():
        characters[at] = character
    end = marks[-1].end - begin
    characters[end:end] = [_closer(source, mark) for mark in reversed(stack)]
    return "".join(characters)


def _closer(source: SourceFile, opener: Mark) -> str:
    return _CLOSERS[source.text[opener.start]]


def _unclosed(source: SourceFile, marks: Sequence[Mark]) -> tuple[Mark, int] | None:
    """The bracket that lacks its partner, and a blank character in the place of that, where layout shows them.

    Counting can only blame an outer bracket. But a statement on a line of its own that begins no further right than
    the line of the bracket that it stands in was meant to stand outside.
    """
    inside: list[Mark] = []
    for before, mark in itertools.pairwise(marks):
        if before.kind == "open":
            inside.append(before)
        elif before.kind == "close" and inside:
            inside.pop()
        if not inside or mark.kind != "word" or not mark.first_on_line:
            continue
        if source.text[mark.start : mark.end] in STATEMENTS and _indent(source, mark) <= _indent(source, inside[-1]):
            gap = mark.start - 1
            if source.text[gap] == "\n":  # it may end a comment, which would swallow the bracket
                gap = before.end
            return (inside[-1], gap) if source.text[gap].isspace() else None
    return None


def _indent(source: SourceFile, mark: Mark) -> int:
    line = source.text.rfind("\n", 0, mark.start) + 1
    indent = _INDENT.match(source.text, line)
    return indent.end() - line if indent else 0
