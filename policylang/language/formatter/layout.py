"""Statements to lines: indentation, empty lines, and blocks that stay on one line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .document import Comment, Document, Statement
from .line import STEP, Line, breaks
from .prose import indented, reflowed
from .values import RULES as VALUES
from .values import align, breaks_of_values, stay_together

VERBATIM = frozenset(("turn", "ideal", "rejected", "line_exemplar", "bare_exemplar"))
"""What people or a model have said: its lines are part of it, and are never filled anew."""


class Layout:
    """Writes the lines of a document. `reflow`: fill the paragraphs of prose to `width`."""

    def __init__(self, width: int, *, reflow: bool) -> None:
        self.width = width
        self.reflow = reflow
        self.lines: list[str] = []

    def write(self, document: Document) -> str:
        """The text of a file; ends with a line break unless there is nothing in it."""
        self._statements(document.statements, 0, verbatim=False)
        self._comments(document.end, 0, at_start=not document.statements)
        return "".join(f"{line}\n" for line in self.lines)

    def _statements(self, statements: Sequence[Statement], indent: int, *, verbatim: bool) -> None:
        above_is_block = False
        for number, statement in enumerate(statements):
            flat = _flat(statement) if statement.body is not None else None
            if flat is not None and indent + len(flat) > self.width:
                flat = None
            is_block = statement.body is not None and flat is None
            apart = indent == 0 and number > 0 and (above_is_block or is_block)
            self._before(statement, indent, at_start=number == 0, apart=apart)
            if flat is not None:
                self.lines.append(" " * indent + flat)
            else:
                self._head(statement, indent, verbatim=verbatim)
                self._body(statement, indent)
            above_is_block = is_block

    def _before(self, statement: Statement, indent: int, *, at_start: bool, apart: bool) -> None:
        """Comments and an empty line before a statement; with `apart` there must be an empty line."""
        first = statement.head[0]
        apart = apart and not first.blank_before and not any(comment.blank_before for comment in first.comments)
        written = self._comments(first.comments, indent, at_start=at_start, apart=apart)
        if (apart and not written) or (first.blank_before and not (at_start and not written)):
            self.lines.append("")

    def _comments(self, comments: Sequence[Comment], indent: int, *, at_start: bool, apart: bool = False) -> bool:
        """Write comments: did any get a line of its own? `at_start`: they are the first in their block."""
        written = False
        for comment in comments:
            if comment.trailing:
                self.lines[-1] += f"  {comment.text}"
                continue
            if (not written and apart) or (comment.blank_before and not (at_start and not written)):
                self.lines.append("")
            self.lines.append(" " * indent + comment.text)
            written = True
        return written

    def _head(self, statement: Statement, indent: int, *, verbatim: bool) -> None:
        leaves, margin = statement.head, " " * indent
        line = Line(leaves, [indented(leaf.text, margin) if leaf.kind == "PROSE" else leaf.text for leaf in leaves])
        if self.reflow and not verbatim and statement.rule not in VERBATIM:
            texts = [
                reflowed(leaf.text, margin, indent + start, self.width) if leaf.kind == "PROSE" else leaf.text
                for leaf, start in zip(leaves, line.starts, strict=True)
            ]
            line = Line(leaves, texts)
        is_values = statement.rule in VALUES
        if is_values:
            align(line)
        found = breaks_of_values(line, indent, self.width) if is_values else breaks(line, indent, self.width)
        first, *others = line.lines(found, indent + 2 * STEP, spaced=is_values)
        self.lines += [margin + first, *others]

    def _body(self, statement: Statement, indent: int) -> None:
        body = statement.body
        if body is None:
            return
        if body.opening.comments:
            self._comments(body.opening.comments, indent, at_start=False)
            self.lines.append(" " * indent + "{")
        else:
            self.lines[-1] += " {"
        inner = indent + STEP
        self._statements(body.statements, inner, verbatim=statement.rule == "template")
        self._comments(body.closing.comments, inner, at_start=not body.statements)
        self.lines.append(" " * indent + "}")


def _flat(statement: Statement) -> str | None:
    """A statement on one line, if its block was so written and holds at most one statement without a block."""
    leaves, body = statement.head, statement.body
    if any(leaf.comments for leaf in leaves[1:]) or any("\n" in leaf.text for leaf in leaves):
        return None
    line = Line(leaves, [leaf.text for leaf in leaves])
    if (statement.rule in VALUES and not stay_together(leaves)) or breaks(line, 0, sys.maxsize):
        return None
    head = next(line.lines({}, 0))
    if body is None:
        return head
    if body.opening.comments or body.closing.comments or len(body.statements) > 1:
        return None
    if not body.statements:
        return f"{head} {{}}"
    [only] = body.statements
    inside = _flat(only) if body.on_one_line and only.body is None else None
    return f"{head} {{ {inside} }}" if inside is not None else None
