"""Whole numbers of a policy, each with its bounds: what no data set or scale can have is a slip of the pen."""

from __future__ import annotations

from ..syntax.tree import Word
from .scope import Scope

_MAX_DIGITS = 20


def whole(word: Word, what: str, scope: Scope, *, least: int = 0, most: int) -> int:
    """The number that a word is; out of bounds it is reported, and the nearest bound stands in for it."""
    number = int(word.text) if len(word.text) <= _MAX_DIGITS else most + 1
    if least <= number <= most:
        return number
    message = f"{what} is a number from {least:,} to {most:,}, not `{word}`"
    scope.report.add("POL0314", message, word.span, "Use a number between them.")
    return least if number < least else most
