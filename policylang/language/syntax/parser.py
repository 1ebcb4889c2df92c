"""The parser: one file in, one syntax tree out, whatever the file holds.

The file is cut into top-level blocks (`scan.py`), and lark parses them one by one. After a syntax error the statement
with the error is blanked out and its block is parsed again, so that every mistake of a file is found in one go; each
round takes at least one token away, so this ends.
"""

from __future__ import annotations

import functools
import gc
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lark import PostLex

from ..diagnostics import Applicability, Edit, Fix, Report
from ..diagnostics.report import did_you_mean, rename
from ..source import SourceFile, Span
from .build import Builder
from .foreign import foreign_sign
from .marks import STATEMENTS
from .scan import Block, scan, statement_around
from .tree import File, Item

MAX_ERRORS = 20
"""Syntax errors that are reported in one block; past them the rest of it is left alone."""

MAX_ERRORS_IN_FILE = 100
"""Past as many the rest of a file is left alone: it is no policy, or one change will mend most of them."""

_SPOKEN = {
    "NAME": "a name",
    "STRING": 'a text in "quotes"',
    "PROSE": 'prose in """three quotes"""',
    "INT": "a number",
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "VERSION": "a version such as `1.0.0`",
    "WAY": "`2-way`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "DOT": "`.`",
    "LESS": "`<`",
    "EQUAL": "`=`",
    "COMPARE": "a comparison",
    "CARET": "`^`",
    "YES_NO": "`yes/no`",
    "AT_LEAST": "`at least`",
    "AT_MOST": "`at most`",
    "__ANON_0": "`..`",
    "$END": "the end of the file",
}


def grammar_path() -> Path:
    """Where the grammar lies: in the package, or at the root of a source checkout."""
    packaged = Path(str(files("policylang.language.syntax"))) / "policy.lark"
    return packaged if packaged.exists() else Path(__file__).resolve().parents[3] / "grammar" / "policy.lark"


class _WholeWords(PostLex):
    """Lets the lexer see a name everywhere, lest it read `forbids` as `forbid` and `s` where no name can stand."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


def grammar_parser(transformer: Transformer[Token, Item] | None) -> Lark:
    return Lark(
        grammar_path().read_text("utf-8"),
        start="block",
        parser="lalr",
        lexer="contextual",
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=transformer,
        postlex=_WholeWords(),
    )


class _Parser:
    """One lark parser for the life of the process: making it costs as much as parsing a thousand clauses."""

    def __init__(self) -> None:
        self.builder = Builder("")
        self.lark = grammar_parser(self.builder)
        self.keywords = {
            terminal.name: str(terminal.pattern.value)
            for terminal in self.lark.terminals
            if terminal.pattern.type == "str" and str(terminal.pattern.value).isalpha()
        }

    def parse(self, file: str, text: str, offset: int) -> list[Item]:
        self.builder.file, self.builder.offset = file, offset
        return cast("list[Item]", self.lark.parse(text, on_error=keyword_as_name).children)


def keyword_as_name(error: UnexpectedInput) -> bool:
    """Take a keyword for a name where only a name can stand, so that facet values may be called `user` or `unless`."""
    if not isinstance(error, UnexpectedToken) or "NAME" not in error.accepts:
        return False
    token = error.token
    if token.type == "NAME" or not str(token).isidentifier():
        return False
    error.interactive_parser.feed_token(Token.new_borrow_pos("NAME", str(token), token))
    return True


@functools.cache
def _parser() -> _Parser:
    return _Parser()


def parse(source: SourceFile, report: Report) -> File:
    """The syntax tree of a file. Every syntax error is reported with its place; the tree has all that is sound."""
    before = report.errors
    items: list[Item] = []
    collecting = gc.isenabled()
    gc.disable()  # the tree only grows: the collector would walk it over and over for nothing
    try:
        for block in scan(source, report):
            if block.text is not None and report.errors - before < MAX_ERRORS_IN_FILE:
                items += _parse_block(source, block, block.text, report)
    finally:
        if collecting:
            gc.enable()
    return File(source.name, tuple(items), broken=report.errors > before)


def _parse_block(source: SourceFile, block: Block, text: str, report: Report) -> list[Item]:
    error = _try(source, block, text)
    for _ in range(MAX_ERRORS):
        if not isinstance(error, UnexpectedInput):
            return error
        span = _where(error, source, block)
        attempts = [_without(source, block, text, repair) for repair in _repairs(source, block, span)]
        best = attempts[-1] if attempts[-1].progress > span.start else attempts[0]
        if best.repair.incomplete is not None:
            place = best.repair.incomplete
            report.add(
                "POL0104", "the statement is not complete", place, f"Something must follow {_quoted(source, place)}."
            )
        elif not _told_already(source, block, span):
            _report_unexpected(error, span, source, report)
        text, error = best.text, best.result
    return []


@dataclass(frozen=True)
class _Repair:
    """Characters of the file to blank out. `incomplete` is the last word of a statement that ends too early."""

    start: int
    end: int
    incomplete: Span | None = None


@dataclass(frozen=True)
class _Attempt:
    repair: _Repair
    text: str
    result: list[Item] | UnexpectedInput
    progress: float


def _try(source: SourceFile, block: Block, text: str) -> list[Item] | UnexpectedInput:
    if not text.strip():
        return []
    try:
        return _parser().parse(source.name, text, block.start)
    except UnexpectedInput as error:
        return error


def _repairs(source: SourceFile, block: Block, span: Span) -> Iterator[_Repair]:
    """Blank the statement with the offending word; or the one before it, if that one may have lacked its end.

    That it lacked it shows in that the offending word can stand once the statement before it is gone.
    """
    start, end = statement_around(source.text, block, span.start)
    yield _Repair(start, max(end, span.end))
    line_start = source.text.rfind("\n", 0, span.start) + 1
    before = [mark for mark in block.marks if mark.end <= line_start]
    on_line = [mark for mark in block.marks if line_start <= mark.start <= span.start]
    if len(on_line) > 2 or not before:
        return
    last = before[-1]
    start, end = statement_around(source.text, block, last.start)
    if last.kind in ("word", "other") and end <= span.start:
        yield _Repair(start, end, Span(source.name, last.start, last.end))


def _without(source: SourceFile, block: Block, text: str, repair: _Repair) -> _Attempt:
    start, end = repair.start - block.start, repair.end - block.start
    if not text[start:end].strip():  # it has gone before: let the rest of the block go too
        end = len(text)
    shorter = _blank(text, start, end)
    result = _try(source, block, shorter)
    progress = _where(result, source, block).start if isinstance(result, UnexpectedInput) else math.inf
    return _Attempt(repair, shorter, result, progress)


def _blank(text: str, start: int, end: int) -> str:
    gone = "".join(c if c == "\n" else " " for c in text[start:end])
    return text[:start] + gone + text[end:]


def _where(error: UnexpectedInput, source: SourceFile, block: Block) -> Span:
    """The offending token; at the end of a block its last token."""
    last = block.marks[-1]
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        start = block.start + (error.token.start_pos or 0)
        if start >= last.end:
            return Span(source.name, last.start, last.end)
        return Span(source.name, start, start + max(1, len(error.token)))
    if isinstance(error, UnexpectedCharacters):
        start = block.start + (error.pos_in_stream or 0)
        return Span(source.name, start, start + 1)
    return Span(source.name, last.start, last.end)


def _told_already(source: SourceFile, block: Block, span: Span) -> bool:
    """Does the error follow from a mistake that the scan has reported: a string without an end, or a bracket?"""
    at = next((i for i, mark in enumerate(block.marks) if mark.end > span.start), len(block.marks) - 1)
    if any(mark.kind == "open_string" for mark in block.marks[max(at - 1, 0) : at + 1]):
        return True
    return block.reshaped and source.text[span.start : span.end] in STATEMENTS | {"{", "}", "(", ")"}


def _report_unexpected(error: UnexpectedInput, span: Span, source: SourceFile, report: Report) -> None:
    foreign = foreign_sign(source, span)
    if foreign is not None:
        place, advice, fix = foreign
        report.add("POL0104", f"{_quoted(source, place)} cannot stand here", place, advice, fix=fix)
        return
    keywords = _parser().keywords
    expected: set[str] = set(error.interactive_parser.accepts())  # type: ignore[no-untyped-call]
    if isinstance(error, UnexpectedToken):
        found = "the end of the block" if error.token.type == "$END" else f"`{_short(str(error.token))}`"
    else:
        found = f"`{source.text[span.start : span.end]}`"
    words = sorted(keywords[name] for name in expected if name in keywords)
    word = str(getattr(error, "token", ""))
    near = did_you_mean(word, words) if word.isidentifier() and words else ""
    meant = near.startswith("Did")
    fix = rename(word, span, words) if meant else _whole_version(error, expected, span)
    report.add("POL0104", f"{found} cannot stand here", span, near if meant else _expected(expected, words), fix=fix)


def _whole_version(error: UnexpectedInput, expected: set[str], span: Span) -> Fix | None:
    """A version of three parts where one of fewer stands, or none."""
    if "VERSION" not in expected or not isinstance(error, UnexpectedToken):
        return None
    if error.token.type in ("INT", "NUMBER"):
        version = ".".join([*str(error.token).split("."), "0", "0"][:3])
        return Fix(f"Write the version in three parts: `{version}`.", (Edit(span, version),), Applicability.SAFE)
    if error.token.type == "STRING":
        place = Span(span.file, span.start, span.start)
        return Fix("Begin with version `1.0.0`.", (Edit(place, "1.0.0 "),))
    return None


def _expected(terminals: set[str], words: list[str]) -> str:
    """What could stand in the place of a mistake; that a name could go on with a dot is no news."""
    signs = sorted({_SPOKEN[name] for name in terminals if name in _SPOKEN})
    choices = signs + [f"`{word}`" for word in words]
    choices = [choice for choice in choices if choice != _SPOKEN["DOT"]] or choices
    if not choices:
        return ""
    return f"Expected {', '.join(choices[:-1])}{' or ' if len(choices) > 1 else ''}{choices[-1]}."


def _quoted(source: SourceFile, span: Span) -> str:
    return f"`{_short(source.text[span.start : span.end])}`"


def _short(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 40 else first[:39] + "…"
