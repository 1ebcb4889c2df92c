"""A light scan of a file, before the grammar sees it: blocks, nesting, and strings that never end.

It knows strings, comments and braces and nothing else. With it the parser can hand the grammar one top-level block at
a time, and after a mistake knows where the statement with the mistake begins and ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..diagnostics import Report
from ..source import SourceFile, Span

MAX_DEPTH = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOP_LEVEL = _words("policy import levels surface term facet factor category ambiguity rubric plan template")
STATEMENTS = TOP_LEVEL | _words(
    """ask default maps clause forbid permit require locked on when unless respond overrides violates complies
    borderline system user assistant tool image facets because ideal rejected use lower raise escalate scale criterion accept size
    seed attempts exclude cover quota at stages split export inputs"""
)

_TOKEN = re.compile(
    r'''
      (?P<prose>"""(?:[^"\\]|\\.|"(?!""))*""")
    | (?P<open_prose>""")
    | (?P<string>"(?:[^"\\\n]|\\[^\n])*")
    | (?P<open_string>"[^\n]*)
    | (?P<comment>\#[^\n]*)
    | (?P<open>[{(])
    | (?P<close>[})])
    | (?P<word>[^\W\d]\w*)
    | (?P<space>[ \t\f\n]+)
    | (?P<other>.)
    ''',
    re.VERBOSE | re.DOTALL,
)
_CLOSERS = {"{": "}", "(": ")"}
_HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

Kind = Literal["prose", "open_prose", "string", "open", "close", "word", "other"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A token as the scan sees it. `depth` counts the blocks and parentheses around it."""

    kind: Kind
    start: int
    end: int
    depth: int
    first_on_line: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level stretch of the file, from `start`. `text` is what to parse, as long as the stretch or longer.

    In it braces that do not match, strings that do not end and hidden characters are mended, so that each of these
    mistakes is told once. It is None where mending is hopeless: prose without an end, or nesting without end.
    """

    start: int
    text: str | None
    marks: tuple[Mark, ...]


def scan(source: SourceFile, report: Report) -> list[Block]:
    """The blocks of a file, in order. Reports open strings, unmatched braces, deep nesting, hidden characters."""
    text = _HIDDEN.sub(lambda match: " " * len(match[0]), source.text)
    for match in _HIDDEN.finditer(source.text):
        report.add(
            "POL0109",
            f"a hidden control character (U+{ord(match[0][0]):04X}) stands here",
            Span(source.name, match.start(), match.end()),
            "Remove it: it can make the text look other than what it says.",
        )
    marks, open_strings, depths_match = _marks(source, text, report)
    text = _mend_strings(text, open_strings)
    starts = [i for i, mark in enumerate(marks) if _begins_block(text, mark, strict=depths_match)]
    if marks and (not starts or starts[0] != 0):
        starts.insert(0, 0)
    blocks = []
    for number, first in enumerate(starts):
        last = starts[number + 1] if number + 1 < len(starts) else len(marks)
        part = tuple(marks[first:last])
        end = marks[last].start if last < len(marks) else len(text)
        mended = None
        if part[-1].kind != "open_prose":
            mended = _mend_braces(source, part, text[part[0].start : end], report)
        blocks.append(Block(part[0].start, mended, part))
    return blocks


def _marks(source: SourceFile, text: str, report: Report) -> tuple[list[Mark], list[Mark], bool]:
    """The tokens, those of them that are strings without an end, and whether all braces match."""
    depth, lowest, first, at = 0, 0, True, 0
    marks: list[Mark] = []
    open_strings: list[Mark] = []
    while (match := _TOKEN.match(text, at)) is not None:
        start, at = match.span()
        kind = match.lastgroup
        if kind in ("comment", "space", None):
            first = first or "\n" in match[0]
            continue
        if kind == "open_string":
            at = start + len(match[0].rstrip(" \t})"))
            report.add(
                "POL0105",
                "this string has no closing quote on its line",
                Span(source.name, start, at),
                'Close it with `"`, or write text of several lines in `"""three quotes"""`.',
            )
            open_strings.append(Mark("string", start, at, depth, first))
            kind = "string"
        elif kind == "open_prose":
            report.add(
                "POL0105",
                'this prose has no closing `"""`',
                Span(source.name, start, start + 3),
                'Add `"""` on the line after its last.',
            )
        elif kind == "close":
            depth -= 1
            lowest = min(lowest, depth)
        end = len(text) if kind == "open_prose" else at
        marks.append(Mark(kind, start, end, max(depth, 0), first))  # type: ignore[arg-type]  # the groups are the kinds
        if kind == "open_prose":
            break
        if kind == "open":
            depth += 1
        first = False
    return marks, open_strings, depth == 0 and lowest == 0


def _mend_strings(text: str, open_strings: list[Mark]) -> str:
    """The text with a closing quote in place of the last character of every string that has none."""
    pieces, done = [], 0
    for mark in open_strings:
        inside = text[mark.start + 1 : mark.end].replace("\\", " ").replace('"', " ")
        pieces += [text[done : mark.start], f'"{inside[:-1]}"' if inside else " "]
        done = mark.end
    return "".join([*pieces, text[done:]])


def _begins_block(text: str, mark: Mark, *, strict: bool) -> bool:
    """Where braces do not match, a top-level word in the first column begins a block whatever the depth."""
    if mark.kind != "word" or not mark.first_on_line or text[mark.start : mark.end] not in TOP_LEVEL:
        return False
    if strict:
        return mark.depth == 0
    return mark.start == 0 or text[mark.start - 1] == "\n"


def _mend_braces(source: SourceFile, marks: tuple[Mark, ...], text: str, report: Report) -> str | None:
    """The text with stray closing braces blanked and missing ones added at its end, each reported."""
    stack: list[Mark] = []
    strays: list[int] = []
    for mark in marks:
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
        elif mark.kind == "close":
            brace = source.text[mark.start]
            if stack and _CLOSERS[source.text[stack[-1].start]] == brace:
                stack.pop()
                continue
            report.add(
                "POL0107",
                f"this `{brace}` closes nothing",
                Span(source.name, mark.start, mark.end),
                "Remove it, or look for one too many above.",
            )
            strays.append(mark.start - marks[0].start)
    if strays:
        characters = list(text)
        for at in strays:
            characters[at] = " "
        text = "".join(characters)
    if not stack:
        return text
    opener = source.text[stack[-1].start]
    report.add(
        "POL0106",
        f"this `{opener}` is never closed",
        Span(source.name, stack[-1].start, stack[-1].end),
        f"Add `{_CLOSERS[opener]}` where the block ends.",
    )
    last = marks[-1].end - marks[0].start
    return text[:last] + "".join(_CLOSERS[source.text[mark.start]] for mark in reversed(stack)) + text[last:]


def _junk_at_top_level(text: str, marks: tuple[Mark, ...], at: int) -> tuple[int, int]:
    """A line that begins no item goes as a whole, with the block after it; a word too many in a head goes alone."""
    if not marks[at].first_on_line or marks[at].depth > 0:
        return marks[at].start, marks[at].end
    last = at
    while last + 1 < len(marks):
        following = marks[last + 1]
        if following.depth == 0 and following.kind == "word" and text[following.start : following.end] in TOP_LEVEL:
            break
        last += 1
    return marks[at].start, marks[last].end


def statement_around(text: str, block: Block, offset: int) -> tuple[int, int]:
    """The innermost statement of `block` that holds `offset`: from its keyword up to the next one at its depth.

    What encloses it stays, so that what comes after a mistake can still be read.
    """
    marks = block.marks
    at = next((i for i, mark in enumerate(marks) if mark.end > offset), len(marks) - 1)
    first = at
    while first > 0 and not (
        marks[first].kind == "word"
        and text[marks[first].start : marks[first].end] in STATEMENTS
        and marks[first].depth <= marks[at].depth
    ):
        first -= 1
    if first == 0 and at > 0:
        return _junk_at_top_level(text, marks, at)
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
