"""Edits to a file as it lies on disk: its line ends, its byte order mark and every other byte stay as they are."""

from __future__ import annotations

import bisect
import codecs
import re
from collections.abc import Iterable, Iterator, Sequence

from .diagnostic import Diagnostic, Edit


def without_overlaps(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those whose fixes do not touch the fix of an earlier one. Diagnostics without a fix are left out."""
    chosen: list[Diagnostic] = []
    taken: dict[str, list[Edit]] = {}
    for diagnostic in diagnostics:
        edits = diagnostic.fix.edits if diagnostic.fix else ()
        if edits and not any(_touch(edit, other) for edit in edits for other in taken.get(edit.span.file, ())):
            chosen.append(diagnostic)
            for edit in edits:
                taken.setdefault(edit.span.file, []).append(edit)
    return chosen


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    return a.start == b.start or (a.start < b.end and b.start < a.end)


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a UTF-8 file after edits that do not overlap. Their offsets are those of its `SourceFile`."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    wide = [match.start() - i for i, match in enumerate(re.finditer("\r\n", text))]
    line_end = "\r\n" if wide else "\n"
    return mark + "".join(_pieces(text, edits, wide, line_end)).encode("utf-8")


def _pieces(text: str, edits: Sequence[Edit], wide: list[int], line_end: str) -> Iterator[str]:
    """`wide` are the offsets, as a `SourceFile` counts them, of line ends that take two characters in `text`."""
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        start, end = (at + bisect.bisect_left(wide, at) for at in (edit.span.start, edit.span.end))
        yield text[done:start]
        yield edit.text.replace("\n", line_end)
        done = end
    yield text[done:]
