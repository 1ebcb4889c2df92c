"""One statement without its block: the spaces between its tokens, and where it is broken when it is too long."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ..syntax.marks import TOP_LEVEL
from .document import Leaf

STEP = 2
"""Columns that what stands in braces is indented by; what goes on from a line above is indented by twice as many."""

_OPENERS = frozenset("{(")
_CLOSERS = frozenset("})")
_TIGHT_BEFORE = frozenset((",", ".", "..", ")"))
_TIGHT_AFTER = frozenset((".", "..", "("))


class Line:
    """The tokens of a statement, as `texts`, with what is around each: `depth` counts the brackets that hold it."""

    def __init__(self, leaves: Sequence[Leaf], texts: Sequence[str]) -> None:
        self.leaves = leaves
        self.texts = texts
        self.depth: list[int] = []
        self.gaps: list[str] = []
        self.starts: list[int] = []
        """The column of each token where all stand on one line and the first one in column 0."""
        self._measure()

    def _measure(self) -> None:
        tight: list[bool] = []
        column = 0
        before: Leaf | None = None
        for leaf, text in zip(self.leaves, self.texts, strict=True):
            is_first = before is not None and before.text in _OPENERS
            is_tight = is_first and tight[-1]
            if leaf.text in _CLOSERS:
                is_tight = tight.pop() or is_first
            gap = "" if before is None or is_tight or _touch(before, leaf) else " "
            self.depth.append(len(tight))
            self.gaps.append(gap)
            self.starts.append(column + len(gap))
            column += len(gap) + len(text.split("\n", 1)[0])
            if leaf.text in _OPENERS:  # {a, b} after `in`, { a, b } elsewhere
                tight.append(leaf.text == "(" or (before is not None and before.kind == "IN"))
            before = leaf

    def width(self, first: int, end: int) -> int:
        """Columns that the tokens `first` up to `end` take on one line; of prose its first line counts."""
        return self.starts[end - 1] + len(self.texts[end - 1].split("\n", 1)[0]) - self.starts[first]

    def lines(self, breaks: Mapping[int, int], otherwise: int, *, spaced: bool = False) -> Iterator[str]:
        """The lines of the statement, the first one without its indentation.

        `breaks` has the tokens that begin a line, each with its column; comments break lines too, at `otherwise`.
        `spaced`: empty lines stay.
        """
        current = ""
        for at, leaf in enumerate(self.leaves):
            column = breaks.get(at, otherwise)
            inside = STEP if leaf.text in _CLOSERS and at in breaks else 0  # comments belong to what is in brackets
            for comment in leaf.comments if at else ():
                if comment.trailing:
                    current += f"  {comment.text}"
                    continue
                yield current
                if spaced and comment.blank_before:
                    yield ""
                current = " " * (column + inside) + comment.text
            if at in breaks or (at and leaf.comments):
                yield current
                if spaced and leaf.blank_before:
                    yield ""
                current = " " * column + self.texts[at]
            else:
                current += self.gaps[at] + self.texts[at]
        yield current


def _touch(before: Leaf, after: Leaf) -> bool:
    return after.text in _TIGHT_BEFORE or before.text in _TIGHT_AFTER or before.kind == "CARET"


def breaks(line: Line, indent: int, width: int) -> dict[int, int]:
    """Where to break a statement that stands at column `indent`: its tokens that begin a line, each with its column.

    A list in brackets at the end that ends in a comma has lines of its own, as in the code formatters that people
    know: so its author says that it should. Any other statement is broken only where it does not fit.
    """
    end = len(line.leaves)
    brackets = _last_list(line)
    commented = kept = False
    if brackets is not None:
        opening, closing = brackets
        commented = any(leaf.comments for leaf in line.leaves[opening + 1 : closing + 1])
        kept = line.leaves[closing - 1].text == ","
    if indent + line.width(0, end) <= width and not commented and not kept:
        return {}
    if brackets is not None and (commented or kept):
        return _exploded(line, *brackets, indent, width, commented=commented)
    points = _anywhere(line, indent)
    inner = indent + 2 * STEP
    for keyword in ("OR", "AND"):
        parts = [at for at in range(1, end) if line.leaves[at].kind == keyword and not line.depth[at]]
        if parts:
            found = dict.fromkeys(parts, inner)
            for first, last in pairwise([0, *parts, end]):
                found |= _filled(line, first, last, inner if first else indent, inner + STEP, width, points)
            return found
    if brackets is not None:
        return _exploded(line, *brackets, indent, width, commented=False)
    return _filled(line, 0, end, indent, inner, width, points)


def _exploded(line: Line, opening: int, end: int, indent: int, width: int, *, commented: bool) -> dict[int, int]:
    """Break after the bracket `opening` and before its partner `end`; with comments in between, also after each item.

    Lines that the author has made of a list that ends in a comma stay: they group what belongs together.
    """
    column = indent + STEP
    depth = line.depth[opening] + 1
    points = [at for at in range(opening + 2, end) if line.leaves[at - 1].text == "," and line.depth[at] == depth]
    grouped = line.leaves[end - 1].text == ","
    starts = [opening + 1, *(at for at in points if commented or (grouped and line.leaves[at].newline_before))]
    found = dict.fromkeys(starts, column) | {end: indent}
    for first, last in pairwise([*starts, end]):
        found |= _filled(line, first, last, column, column, width, points)
    return found


def _filled(
    line: Line, first: int, end: int, column: int, inner: int, width: int, points: Sequence[int]
) -> dict[int, int]:
    """Break tokens `first` up to `end` at some of `points`, so that each line ends before `width` where it can."""
    found: dict[int, int] = {}
    start, last = first, None
    for at in [*points[bisect_right(points, first) : bisect_left(points, end)], end]:
        if last is not None and column + line.width(start, at) > width:
            found[last] = inner
            start, column = last, inner
        last = at
    return found


def _anywhere(line: Line, indent: int) -> list[int]:
    """Tokens that may begin a line when nothing better helps: after commas, before `and`, `or` and levels."""
    points = []
    for at in range(1, len(line.leaves)):
        leaf = line.leaves[at]
        is_level = leaf.kind == "LESS" and line.leaves[0].kind == "LEVELS"
        if is_level or leaf.kind in ("AND", "OR") or line.leaves[at - 1].text == ",":
            # In the first block of a file a line that begins with such a word begins another block.
            hazard = not indent and not line.depth[at] and leaf.text in TOP_LEVEL
            points += [] if hazard else [at]
    return points


def _last_list(line: Line) -> tuple[int, int] | None:
    """The brackets of the list that a statement ends with, or that names what is imported; None if there is none."""
    leaves = line.leaves
    is_import = leaves[0].kind == "IMPORT"
    closing = next((at for at in reversed(range(len(leaves))) if leaves[at].text in _CLOSERS), None)
    if closing is None or not (is_import or closing == len(leaves) - 1):
        return None
    depth = line.depth[closing]
    opening = max(at for at in range(closing) if leaves[at].text in _OPENERS and line.depth[at] == depth)
    has_items = opening + 1 < closing or bool(leaves[closing].comments)
    return (opening, closing) if has_items and (is_import or leaves[opening].text == "{") else None
