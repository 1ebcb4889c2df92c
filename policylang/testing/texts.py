"""The text of policies: as printed, laid out in other ways, damaged, and random words of the grammar."""

from __future__ import annotations

from hypothesis import strategies as st

from policylang.language.diagnostics import Report
from policylang.language.printer import to_source
from policylang.language.source import SourceFile
from policylang.language.syntax.marks import find_marks

from .policies import policies
from .words import RESERVED

_GAPS = (
    " ",
    "\n",
    "\n\n",
    "\t ",
    "\n      ",
    " # a comment\n",
    '\n# "quotes", {braces} and """prose""" in a comment\n',
)
_SIGNS = """{ } ( ) , . = != < <= > >= .. ^ ~ % " \""" # \\ - yes/no 2-way 1.0.0 30% 7 2.5 x "a" \"""b\""" é \u202e"""
_JUNK = (*sorted(RESERVED), *_SIGNS.split(" "), "\n")


def sources() -> st.SearchStrategy[str]:
    """The text of .pol files that load without an error."""
    return policies().flatmap(lambda policy: layouts(to_source(policy)))


@st.composite
def layouts(draw: st.DrawFn, source: str) -> str:
    """The same tokens with other spaces, line breaks and comments between them: what the file says stays the same."""
    marks = find_marks(SourceFile("", source), source, Report()).items
    pieces = [draw(st.sampled_from(("", "\n", "# first line\n")))]
    for number, mark in enumerate(marks):
        word = source[mark.start : mark.end]
        gap = source[mark.end : marks[number + 1].start if number + 1 < len(marks) else len(source)]
        pieces += [word, draw(st.sampled_from((gap, *_GAPS))) if gap and word != "at" else gap]
    return "".join(pieces)


@st.composite
def damaged_sources(draw: st.DrawFn) -> str:
    """The text of a policy after one to four accidents: pieces lost, doubled, moved or typed in."""
    text = to_source(draw(policies(max_categories=2, max_clauses=2)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        to = draw(st.integers(0, len(text)))
        accident = draw(st.sampled_from(("lose", "double", "move", "type", "cut")))
        if accident == "lose":
            text = text[:start] + text[end:]
        elif accident == "double":
            text = text[:to] + text[start:end] + text[to:]
        elif accident == "move":
            piece, rest = text[start:end], text[:start] + text[end:]
            text = rest[:to] + piece + rest[to:]
        elif accident == "type":
            text = text[:start] + draw(st.sampled_from(_JUNK)) + text[start:]
        else:
            text = text[:start]
    return text


def token_soup() -> st.SearchStrategy[str]:
    """Words and signs of the grammar in no order at all, often after a sound beginning."""
    beginning = st.sampled_from(("", 'policy a 1.0.0 "A"\nlevels none < low\n'))
    soup = st.lists(st.sampled_from(_JUNK), max_size=60).map(" ".join)
    return st.tuples(beginning, soup).map("".join)
