"""The values of a facet: one a line with their texts in a column, or all on one line where they have no texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.cells import cell_len

from .document import Leaf
from .line import Line

MAX_COLUMN = 32
"""Texts stand in one column, but not further to the right than this: the text of a longer name follows it."""

RULES = frozenset(("plain_values", "ordered_values"))


def breaks_of_values(line: Line, indent: int, width: int) -> dict[int, int]:
    """Where values at column `indent` begin a line: each token with its column."""
    if stay_together(line.leaves) and indent + line.width(0, len(line.leaves)) <= width:
        return {}
    return dict.fromkeys(_starts(line.leaves)[1:], indent)


def stay_together(leaves: Sequence[Leaf]) -> bool:
    """Did the values stand on one line, none of them with a text?"""
    return not any(leaf.kind in ("STRING", "PROSE") for leaf in leaves) and not any(
        leaf.newline_before for leaf in leaves[1:]
    )


def align(line: Line) -> None:
    """Give the texts of the values one column; an empty line ends it and begins another one."""
    starts = _starts(line.leaves)
    run: list[tuple[int, int]] = []
    for first, end in pairwise([*starts, len(line.leaves)]):
        if line.leaves[first].blank_before or any(comment.blank_before for comment in line.leaves[first].comments):
            _pad(line, run)
            run = []
        text_at = next((at for at in range(first, end) if line.leaves[at].kind in ("STRING", "PROSE")), None)
        if text_at is not None and not any(leaf.comments for leaf in line.leaves[first + 1 : text_at + 1]):
            run.append((first, text_at))
    _pad(line, run)


def _pad(line: Line, run: Sequence[tuple[int, int]]) -> None:
    widths = [sum(_cells(line, first, text_at)) for first, text_at in run]
    column = max((width for width in widths if width < MAX_COLUMN), default=0) + 1
    for width, (_, text_at) in zip(widths, run, strict=True):
        line.gaps[text_at] = " " * max(1, column - width)


def _cells(line: Line, first: int, end: int) -> Iterator[int]:
    """Columns on a screen of each token and the space before it: some characters take two, marks none."""
    for at in range(first, end):
        yield cell_len(line.texts[at]) + (len(line.gaps[at]) if at > first else 0)


def _starts(leaves: Sequence[Leaf]) -> list[int]:
    """Where each value begins: at its `<`, or else at its name."""
    return [
        at
        for at, leaf in enumerate(leaves)
        if leaf.kind == "LESS" or (leaf.kind == "NAME" and (at == 0 or leaves[at - 1].kind != "LESS"))
    ]
