'''Prose in """three quotes""": moved with its block, and, on request, filled to a width.

Whatever is done here is held against what the parser reads from it: where that would change, the prose stays as it is.
'''

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..syntax.build import unquote

_FENCE = "```"
_QUOTES = '"""'
_PROSE = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL)
_SPACES = re.compile(r"[ \t\n]+")
_KEPT = re.compile(r"\\(?:\\\\)*\s|[^\S \t\n](?=\s|\Z)|(?:\A|(?<=\s))[^\S \t\n]")
"""Escaped spaces, and spaces of other kinds beside one: nobody knows whether a line may end there."""

_MARKER = re.compile(r"(?:[-*+•>|#–—]|\d+[.)]|\(?\w[.)]|[=~_-]{2,})\Z")
"""A word that begins an item of a list, a heading, a quotation or a row of a table."""


def indented(literal: str, indent: str) -> str:
    """Prose with its lines indented by `indent`; what stands further in stays so. Says exactly what it said."""
    if "\n" not in literal or not literal[3:-3].strip():
        return literal
    first, *rest = literal[3:-3].split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    lines = [first.rstrip(), *(f"{indent}{line[margin:]}".rstrip() for line in rest)]
    if not rest[-1].strip():
        lines = [*_without_blank_end(lines), indent]
    if not lines[0]:
        lines = ["", *_without_blank_end(lines[::-1])[::-1]]
    moved = f"{_QUOTES}{chr(10).join(lines)}{_QUOTES}"
    return moved if _PROSE.fullmatch(moved) and unquote(moved) == unquote(literal) else literal


def _without_blank_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]


def reflowed(literal: str, indent: str, column: int, width: int) -> str:
    """Prose with its paragraphs filled to `width`; `column` is where it begins.

    Prose of one line that fits stays there. Lists, indented lines, tables and headings keep their lines.
    """
    if "\n" not in literal and column + len(literal) <= width:
        return literal
    moved = indented(literal, "")
    lines = list(_filled(moved[3:-3].strip().split("\n"), max(width - len(indent), 1)))
    inside = "\n".join(f"{indent}{line}".rstrip() for line in lines)
    filled = f"{_QUOTES}\n{inside}\n{indent}{_QUOTES}"
    same = _PROSE.fullmatch(filled) and unquote(filled).split() == unquote(literal).split()
    return filled if same else indented(literal, indent)


def _filled(lines: Sequence[str], width: int) -> Iterator[str]:
    """The lines with each run of plain ones filled to `width`; all others stay as they are."""
    fenced = False
    paragraph: list[str] = []
    for line in lines:
        fence = line.lstrip().startswith(_FENCE)
        if not fence and not fenced and _is_plain(line):
            paragraph.append(line)
            continue
        yield from _fill(paragraph, width)
        paragraph = []
        yield line
        fenced ^= fence
    yield from _fill(paragraph, width)


def _is_plain(line: str) -> bool:
    words = _SPACES.split(line, 1)
    return bool(line.strip()) and not line[0].isspace() and not _MARKER.match(words[0]) and "|" not in line


def _fill(lines: Sequence[str], width: int) -> Iterator[str]:
    text = "\n".join(lines)
    if _KEPT.search(text) or (len(lines) == 1 and len(text) <= width):
        yield from lines
        return
    current = ""
    for word in _SPACES.split(text.strip(" \t\n")):
        # A word that would make its line look like an item of a list stays with the one before it.
        is_marker = _MARKER.match(word) or word.startswith(_FENCE)
        if current and len(current) + 1 + len(word) > width and not is_marker:
            yield current
            current = word
        else:
            current = f"{current} {word}" if current else word
    if current:
        yield current
