"""A file as the formatter sees it: statements and blocks down to the last token, with the comments between them.

The tokens and their nesting are the grammar's own, so that a keyword is told from a name just as the parser tells it,
and a construct that is new in the grammar is laid out like the others without a change here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from ..diagnostics import Report
from ..source import SourceFile
from ..syntax import parse
from ..syntax.parser import grammar_parser, keyword_as_name
from ..syntax.scan import Block, scan

_COMMENT_OR_LINE_END = re.compile(r"#[^\n]*|\n")
_INNER_SPACE = re.compile(r"[ \t]+")

Node = Tree[Token] | Token


@dataclass(slots=True)
class Comment:
    """`trailing`: it stands on the line of the token before it. `blank_before`: an empty line comes before it."""

    text: str
    trailing: bool
    blank_before: bool


@dataclass(slots=True)
class Leaf:
    """A token, with the comments between it and the one before. `kind` is the name of its terminal in the grammar."""

    kind: str
    text: str
    comments: list[Comment]
    blank_before: bool
    newline_before: bool


@dataclass(slots=True)
class Statement:
    """What has a line of its own. `rule` is the grammar's name for it."""

    rule: str
    head: list[Leaf]
    body: Body | None = None


@dataclass(slots=True)
class Body:
    """Statements in braces. `on_one_line`: the braces and what is in them stood on one line."""

    opening: Leaf
    statements: list[Statement]
    closing: Leaf
    on_one_line: bool


@dataclass(slots=True)
class Document:
    """A file. `end` are the comments after its last token."""

    statements: list[Statement] = field(default_factory=list)
    end: list[Comment] = field(default_factory=list)

    def leaves(self) -> Iterator[Leaf]:
        """All tokens, in order."""
        pending: list[Statement | Leaf] = list(reversed(self.statements))
        while pending:
            item = pending.pop()
            if isinstance(item, Leaf):
                yield item
                continue
            yield from item.head
            if item.body is not None:
                pending += [item.body.closing, *reversed(item.body.statements), item.body.opening]

    def comments(self) -> Iterator[Comment]:
        """All comments, in order."""
        for leaf in self.leaves():
            yield from leaf.comments
        yield from self.end


def read_document(source: SourceFile, report: Report) -> Document | None:
    """The document that a source file holds; None, with a report, where its syntax has errors."""
    scanned = Report()  # not the caller's, which may hold the same mistakes already, and says each but once
    blocks = scan(source, scanned)
    trees = None if scanned.errors else _trees(blocks)
    if trees is None:
        parse(source, report)  # says what is wrong
        return None
    reader = _Reader(source.text)
    document = Document()
    for block, tree in zip(blocks, trees, strict=True):
        reader.offset = block.start
        document.statements += [reader.statement(child) for child in tree.children]
    document.end = reader.gap(len(source.text))[0]
    return document


def _trees(blocks: Sequence[Block]) -> list[Tree[Token]] | None:
    """What the grammar makes of each block, with every token; None if there is an error in any."""
    try:
        return [_grammar().parse(block.text or "", on_error=keyword_as_name) for block in blocks]
    except UnexpectedInput:
        return None


@functools.cache
def _grammar() -> Lark:
    return grammar_parser(None)


class _Reader:
    """Makes statements of syntax trees. It must meet the tokens in the order of the file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.done = 0

    def statement(self, node: Node) -> Statement:
        opening = _opening(node)
        if isinstance(node, Token) or opening is None:
            return Statement("" if isinstance(node, Token) else str(node.data), self.leaves(node))
        head = [leaf for child in node.children[:opening] for leaf in self.leaves(child)]
        brace = self.leaf(node.children[opening])
        start = self.done
        statements = [self.statement(child) for child in node.children[opening + 1 : -1]]
        closing = self.leaf(node.children[-1])
        on_one_line = self.text.find("\n", start, self.done) < 0
        return Statement(str(node.data), head, Body(brace, statements, closing, on_one_line))

    def leaves(self, node: Node) -> list[Leaf]:
        found, pending = [], [node]
        while pending:  # no recursion: conditions may be nested without end
            node = pending.pop()
            if isinstance(node, Token):
                found.append(self.leaf(node))
            else:
                pending += reversed(node.children)
        return found

    def leaf(self, token: Any) -> Leaf:
        start, end = self.offset + token.start_pos, self.offset + token.end_pos
        comments, blank, newline = self.gap(start)
        self.done = end
        text = str(token)
        if token.type in ("AT_LEAST", "AT_MOST", "PERCENT"):
            text = _INNER_SPACE.sub("" if token.type == "PERCENT" else " ", text)
        return Leaf(token.type, text, comments, blank, newline)

    def gap(self, end: int) -> tuple[list[Comment], bool, bool]:
        """What stands before `end`: comments, whether an empty line follows them, whether there is a line break."""
        gap = self.text[self.done : end]
        comments: list[Comment] = []
        if not gap or gap == " ":
            return comments, False, False
        line_ends, fresh = 0, self.done == 0
        for match in _COMMENT_OR_LINE_END.finditer(gap):
            if match[0] == "\n":
                line_ends += 1
            else:
                trailing = not fresh and not comments and not line_ends
                comments.append(Comment(match[0].rstrip(), trailing, line_ends > 1))
                line_ends = 0
        return comments, line_ends > 1, "\n" in gap


@functools.cache
def _lists() -> frozenset[str]:
    """The rules whose braces hold a list: those with commas. The braces of all others hold statements."""
    rules = [(rule, {symbol.name for symbol in rule.expansion}) for rule in _grammar().rules]
    repeated = {rule.origin.name for rule, symbols in rules if rule.origin.name.startswith("__") and "COMMA" in symbols}
    return frozenset(
        rule.alias or rule.origin.name
        for rule, symbols in rules
        if "LBRACE" in symbols and symbols & {"COMMA", *repeated}
    )


def _opening(node: Node) -> int | None:
    """Which child of a node is the brace that its statements follow."""
    if isinstance(node, Token) or node.data in _lists():
        return None
    return next((at for at, child in enumerate(node.children) if isinstance(child, Token) and child == "{"), None)
