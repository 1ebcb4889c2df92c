"""The formatter: one file in, its text in the one layout out.

Only spaces, line breaks and indentation change: tokens and comments stay, each comment where it was among them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Report
from ..source import SourceFile
from ..syntax.build import unquote
from .document import Document, read_document
from .layout import Layout

WIDTH = 120


@dataclass(frozen=True)
class Style:
    """`width`: what does not fit is broken where it can be. `reflow`: fill the paragraphs of prose to that width."""

    width: int = WIDTH
    reflow: bool = False


def format_source(source: SourceFile, report: Report, style: Style | None = None) -> str | None:
    """The text of a file in the one layout; None, with a report, where its syntax has errors.

    What the file means stays the same. Without `reflow` that holds to the last character of its texts; with it, white
    space in prose may change, which no hash of the meaning sees. Formatting twice changes nothing more.
    """
    collecting = gc.isenabled()
    gc.disable()  # the document only grows: the collector would walk it over and over for nothing
    try:
        return _format(source, report, style or Style())
    finally:
        if collecting:
            gc.enable()


def _format(source: SourceFile, report: Report, style: Style) -> str | None:
    document = read_document(source, report)
    if document is None:
        return None
    text = Layout(style.width, reflow=style.reflow).write(document)
    if text != source.text:
        _check(document, SourceFile(source.name, text), reflow=style.reflow)
    return text


def _check(before: Document, written: SourceFile, *, reflow: bool) -> None:
    """Nobody's work may be lost by a fault of this program: what was written is read again and compared."""
    report = Report()
    after = read_document(written, report)
    if after is None or list(_content(before, reflow=reflow)) != list(_content(after, reflow=reflow)):
        raise AssertionError(f"formatting would have changed what {written.name} says; the file is as it was")


def _content(document: Document, *, reflow: bool) -> Iterator[str]:
    """Tokens and comments, each by itself and in order; of prose what must not change."""
    for leaf in document.leaves():
        yield from (comment.text for comment in leaf.comments)
        if leaf.kind != "PROSE":
            yield leaf.text
        else:
            text = unquote(leaf.text)
            yield " ".join(text.split()) if reflow else text
    yield from (comment.text for comment in document.end)
