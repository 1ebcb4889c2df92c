"""A light scan of a file, before the grammar sees it: its top-level blocks, each mended where brackets or quotes fail.

With it the parser can hand the grammar one block at a time, and after a mistake knows where the statement with the
mistake begins and ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..diagnostics import Edit, Fix, Report
from ..source import SourceFile, Span
from .marks import STATEMENTS, TOP_LEVEL, Mark, find_marks
from .mend import indent, mend_brackets, mend_strings

_HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level stretch of the file, from `start`. `text` is what to parse, as long as the stretch or longer.

    It is None where mending is hopeless: prose without an end, or nesting without end. `reshaped`: brackets were
    mended, so that a statement may have come to stand in a block that is not its own.
    """

    start: int
    text: str | None
    marks: tuple[Mark, ...]
    reshaped: bool = False


def scan(source: SourceFile, report: Report) -> list[Block]:
    """The blocks of a file, in order. Reports open strings, unmatched brackets, deep nesting, hidden characters."""
    for match in _HIDDEN.finditer(source.text):
        place = Span(source.name, match.start(), match.end())
        report.add(
            "POL0109",
            f"a hidden control character (U+{ord(match[0][0]):04X}) stands here",
            place,
            "Remove it: it can make the text look other than what it says.",
            fix=Fix("Remove the hidden character.", (Edit(place, ""),)),
        )
    text = _HIDDEN.sub(lambda match: " " * len(match[0]), source.text)
    marks = find_marks(source, text, report)
    text = mend_strings(text, marks.items)
    starts = [i for i, mark in enumerate(marks.items) if _begins_block(text, mark, strict=marks.braces_match)]
    if marks.items and (not starts or starts[0] != 0):
        starts.insert(0, 0)
    return [
        _block(source, marks.items[first:last], text, report)
        for first, last in zip(starts, [*starts[1:], None], strict=False)
    ]


def _begins_block(text: str, mark: Mark, *, strict: bool) -> bool:
    """Where brackets do not match, a top-level word in the first column begins a block whatever the depth."""
    if mark.kind != "word" or not mark.first_on_line or text[mark.start : mark.end] not in TOP_LEVEL:
        return False
    if strict:
        return mark.depth == 0
    return mark.start == 0 or text[mark.start - 1] == "\n"


def _block(source: SourceFile, marks: tuple[Mark, ...], text: str, report: Report) -> Block:
    start, end = marks[0].start, marks[-1].end
    if marks[-1].kind == "open_prose":
        return Block(start, None, marks)
    mended = mend_brackets(source, marks, text[start:end], report)
    if mended is None:
        return Block(start, None, marks)
    return Block(start, mended.text, mended.marks, reshaped=mended.text != text[start:end])


def _at_top_level(marks: tuple[Mark, ...], at: int) -> tuple[int, int]:
    """What is no item goes to the end, an item without a block as a whole, a word too many before a block alone."""
    if marks[at].depth == 0 and (marks[at].first_on_line or all(mark.kind != "open" for mark in marks)):
        return marks[at if marks[at].first_on_line else 0].start, marks[-1].end
    return marks[at].start, marks[at].end


def _unknown_statement(text: str, marks: tuple[Mark, ...], at: int) -> tuple[int, int]:
    """A line that begins with a word that is no keyword, with its block and the lines that are indented further."""
    last = at
    while last + 1 < len(marks) and marks[last + 1].depth >= marks[at].depth:
        following = marks[last + 1]
        is_inside = following.depth > marks[at].depth or following.kind in ("open", "close")
        if not is_inside and following.first_on_line and indent(text, following) <= indent(text, marks[at]):
            break
        last += 1
    return marks[at].start, marks[last].end


def statement_around(text: str, block: Block, offset: int) -> tuple[int, int]:
    """The innermost statement of `block` that holds `offset`: from its keyword up to the next one at its depth.

    What encloses it stays, so that what comes after a mistake can still be read.
    """
    marks = block.marks
    at = next((i for i, mark in enumerate(marks) if mark.end > offset), len(marks) - 1)
    word = text[marks[at].start : marks[at].end]
    if marks[at].kind == "word" and marks[at].first_on_line and marks[at].depth > 0 and word not in STATEMENTS:
        return _unknown_statement(text, marks, at)
    first = at
    while first > 0 and not (
        marks[first].kind == "word"
        and text[marks[first].start : marks[first].end] in STATEMENTS
        and marks[first].depth <= marks[at].depth
    ):
        first -= 1
    if first == 0 and (at > 0 or word not in STATEMENTS):
        return _at_top_level(marks, at)
    depth = marks[first].depth
    last = max(at, first) + 1
    while last < len(marks):
        mark = marks[last]
        if mark.depth < depth:
            break
        if mark.depth == depth and mark.kind == "word" and text[mark.start : mark.end] in STATEMENTS:
            break
        last += 1
    return marks[first].start, marks[last - 1].end
