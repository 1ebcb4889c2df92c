"""What is wrong with the brackets and quotes of a block, and the block as it was probably meant.

Each of these mistakes is reported where it is found and then mended in the text that the grammar sees, so that one
mistake is told once and what follows it can still be read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..diagnostics import Edit, Fix, Report
from ..source import SourceFile, Span
from .marks import STATEMENTS, Mark

MAX_DEPTH = 64
MAX_MENDED = 100

_CLOSERS = {"{": "}", "(": ")"}
_BLANK = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Mended:
    """The text of a block with brackets that match, and its tokens, each with the depth that it has then."""

    text: str
    marks: tuple[Mark, ...]


def mend_strings(text: str, marks: Iterable[Mark]) -> str:
    """The text with a closing quote in place of the last character of every string that has none."""
    pieces, done = [], 0
    for mark in marks:
        if mark.kind == "open_string":
            inside = text[mark.start + 1 : mark.end].replace("\\", " ").replace('"', " ")
            pieces += [text[done : mark.start], f'"{inside[:-1]}"' if inside else " "]
            done = mark.end
    return "".join([*pieces, text[done:]])


def mend_brackets(source: SourceFile, marks: Sequence[Mark], text: str, report: Report) -> Mended | None:
    """The block with stray closing brackets blanked and missing ones added, each reported.

    `marks` are its tokens; the text begins at the first of them. None where that is hopeless: brackets are nested
    beyond all reason, or there is no room for one that is missing.
    """
    mender = _Mender(source, marks, report)
    if not mender.walk():
        return None
    mender.blame_one_that_is_open()
    characters = list(text)
    for at, character in mender.changed.items():
        characters[at - marks[0].start] = character
    end = marks[-1].end - marks[0].start
    characters[end:end] = [_closer(source, mark) for mark in reversed(mender.stack)]
    return Mended("".join(characters), tuple(mender.with_depths()))


class _Mender:
    """`changed` has a bracket, or a blank in the place of one, by where it goes; `stack` what is open at the end."""

    def __init__(self, source: SourceFile, marks: Sequence[Mark], report: Report) -> None:
        self.source = source
        self.marks = marks
        self.report = report
        self.stack: list[Mark] = []
        self.changed: dict[int, str] = {}

    def walk(self) -> bool:
        for mark in self.marks:
            bracket = self.source.text[mark.start]
            if mark.kind == "open":
                self.stack.append(mark)
                if len(self.stack) > MAX_DEPTH:
                    message = f"blocks and parentheses are nested more than {MAX_DEPTH} deep"
                    self.report.add("POL0103", message, self._span(mark), "Take some of the inner ones out.")
                    return False
            elif mark.kind == "close" and bracket in map(self._closer, self.stack):
                while self._closer(self.stack[-1]) != bracket:  # what is open inside has lost its own
                    if not self._close(self.stack.pop(), mark):
                        return False
                self.stack.pop()
            elif mark.kind == "close":
                advice = "Remove it, or look for one too many above."
                fix = Fix(f"Remove the `{bracket}`.", (Edit(self._span(mark), ""),))
                self.report.add("POL0107", f"this `{bracket}` closes nothing", self._span(mark), advice, fix=fix)
                self.changed[mark.start] = " "
        return True

    def blame_one_that_is_open(self) -> None:
        """Report one bracket that is open at the end; the others may well be its fault."""
        if self.stack:
            opener, gap = self._by_layout() or (self.stack[-1], None)
            self._report_open(opener)
            if gap is not None:
                self.changed[gap] = self._closer(opener)
                self.stack.pop()

    def with_depths(self) -> Iterator[Mark]:
        depth = 0
        added = sorted(at for at, character in self.changed.items() if character != " ")
        for mark in self.marks:
            while added and added[0] < mark.start:
                added.pop(0)
                depth -= 1
            if mark.kind == "close" and mark.start not in self.changed:
                depth = max(depth - 1, 0)
            yield mark if mark.depth == depth else replace(mark, depth=depth)
            if mark.kind == "open":
                depth += 1

    def _close(self, opener: Mark, limit: Mark) -> bool:
        """Close a bracket before the next statement, or else before `limit`; False where there is no room for it."""
        self._report_open(opener)
        if len(self.changed) >= MAX_MENDED:
            return False
        for before, mark in itertools.pairwise(self.marks):
            if before.start >= opener.start and (mark is limit or self._begins_statement(mark)):
                gap = self._gap(before, mark)
                if gap is not None:
                    self.changed[gap] = self._closer(opener)
                return gap is not None
        return False

    def _by_layout(self) -> tuple[Mark, int] | None:
        """The bracket that lacks its partner, and a blank character in the place of that, where layout shows them.

        Counting can only blame an outer bracket. But a statement on a line of its own that begins no further right
        than the line of the bracket that it stands in was meant to stand outside.
        """
        inside: list[Mark] = []
        for before, mark in itertools.pairwise(self.marks):
            if before.kind == "open":
                inside.append(before)
            elif before.kind == "close" and inside:
                inside.pop()
            if inside and self._begins_statement(mark) and self._indent(mark) <= self._indent(inside[-1]):
                gap = self._gap(before, mark)
                return (inside[-1], gap) if gap is not None else None
        return None

    def _begins_statement(self, mark: Mark) -> bool:
        word = self.source.text[mark.start : mark.end]
        return mark.kind == "word" and mark.first_on_line and word in STATEMENTS

    def _gap(self, before: Mark, mark: Mark) -> int | None:
        """A blank character between two tokens: the last one, unless it ends a comment, which would swallow it."""
        gap = mark.start - 1
        if self.source.text[gap] == "\n":
            gap = before.end
        free = self.source.text[gap].isspace() and gap not in self.changed
        return gap if free and gap >= before.end else None

    def _report_open(self, opener: Mark) -> None:
        message = f"this `{self.source.text[opener.start]}` is never closed"
        self.report.add("POL0106", message, self._span(opener), f"Add `{self._closer(opener)}` where it ends.")

    def _closer(self, opener: Mark) -> str:
        return _closer(self.source, opener)

    def _indent(self, mark: Mark) -> int:
        return indent(self.source.text, mark)

    def _span(self, mark: Mark) -> Span:
        return Span(self.source.name, mark.start, mark.end)


def _closer(source: SourceFile, opener: Mark) -> str:
    return _CLOSERS[source.text[opener.start]]


def indent(text: str, mark: Mark) -> int:
    """How far the line that a token stands on is indented, in characters."""
    line = text.rfind("\n", 0, mark.start) + 1
    blank = _BLANK.match(text, line)
    return blank.end() - line if blank else 0
