"""The diagnostics of one compilation, gathered as it goes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from ..source import Span
from .codes import CODES
from .diagnostic import Diagnostic, Related, Severity


class Report:
    """Diagnostics in the order in which they were found; `sorted` gives them by place."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def add(self, code: str, message: str, span: Span, help: str = "", related: Iterable[Related] = ()) -> None:  # noqa: A002
        """Say something. The code's severity stands in the catalogue. Saying the same thing twice says it once."""
        severity = CODES[code].severity
        self._found[Diagnostic(code, severity, message, span, help, tuple(related))] = None

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> int:
        return sum(diagnostic.severity is Severity.ERROR for diagnostic in self)

    @property
    def warnings(self) -> int:
        return sum(diagnostic.severity is Severity.WARNING for diagnostic in self)

    def sorted(self) -> list[Diagnostic]:
        return sorted(self, key=lambda diagnostic: (diagnostic.span, diagnostic.code, diagnostic.message))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or lists what is known when nothing is near; may be empty."""
    words = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    if not words:
        return ""
    shown = ", ".join(f"`{word}`" for word in words[:8])
    return f"Known here: {shown}{', …' if len(words) > 8 else ''}."
