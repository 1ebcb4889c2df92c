"""Signs that people bring along from other languages and from word processors, and what is written in their stead."""

from __future__ import annotations

import re

from ..diagnostics import Applicability, Edit, Fix
from ..source import SourceFile, Span

_OURS = {"==": "=", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "<>": "!="}
_FOREIGN = re.compile(r"(?P<quote>[“”„‟«»‘’‚])|==|&&?|\|\|?|<>|!(?!=)")

_CLOSING = {"“": "”", "”": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "‘": "’", "’": "’", "‚": "‘’"}
"""The quotes that end what a quote begins, in the languages that use it."""


def foreign_sign(source: SourceFile, span: Span) -> tuple[Span, str, Fix | None] | None:
    """Such a sign at this place, what to do about it in a sentence, and the fix where it leaves no doubt."""
    for match in _FOREIGN.finditer(source.text, max(0, span.start - 1), span.end + 1):
        if match.start() <= span.start < match.end():
            place = Span(source.name, *match.span())
            if match["quote"]:
                return place, 'Write straight quotes: `"`.', _straight_quotes(source, place)
            return place, f"Write `{_OURS[match[0]]}`.", _our_sign(source, place, _OURS[match[0]])
    return None


def _our_sign(source: SourceFile, place: Span, ours: str) -> Fix:
    """Words need a space around them where the sign had none."""
    text = ours
    if ours.isalpha():
        before, after = source.text[max(place.start - 1, 0) : place.start], source.text[place.end : place.end + 1]
        text = f"{'' if before.isspace() or before in '({' else ' '}{ours}{'' if after.isspace() else ' '}"
    title = f"Write `{ours}` for `{source.text[place.start : place.end]}`."
    return Fix(title, (Edit(place, text),), Applicability.SAFE)


def _straight_quotes(source: SourceFile, place: Span) -> Fix | None:
    """Both quotes of a text are changed, or none: where the text ends must be plain."""
    text = source.text
    end = text.find("\n", place.end)
    rest = text[place.end :] if end < 0 else text[place.end : end]
    length = next((i for i, character in enumerate(rest) if character in _CLOSING[text[place.start]]), None)
    if length is None:
        return None
    inside, behind = rest[:length], rest[length + 1 : length + 2]
    if '"' in inside or "\\" in inside or behind.isalnum():
        return None
    close = Span(source.name, place.end + length, place.end + length + 1)
    return Fix("Write straight quotes.", (Edit(place, '"'), Edit(close, '"')), Applicability.SAFE)
