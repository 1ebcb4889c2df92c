"""The diagnostics of one compilation, gathered as it goes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from ..source import Span
from .codes import CODES
from .diagnostic import Diagnostic, Related, Severity

MAX_KEPT = 1000
"""Nobody reads further: of a file that is no policy at all, what is wrong with the rest is only counted."""

MAX_SUGGESTIONS = 100
"""So many unknown names are no slips of the pen, and looking for the nearest known name takes time."""

_LONG_NAME = re.compile(r"`([^`\n]{59})[^`\n]{2,}`")


class Report:
    """Diagnostics in the order in which they were found; `sorted` gives them by place.

    At most MAX_KEPT are kept; `errors` and `warnings` count all, and `left_out` says how many were not kept.
    """

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._counts = dict.fromkeys(Severity, 0)

    def add(self, code: str, message: str, span: Span, help: str = "", related: Iterable[Related] = ()) -> None:  # noqa: A002
        """Say something. The code's severity stands in the catalogue. Saying the same thing twice says it once."""
        severity = CODES[code].severity
        if len(self._found) >= MAX_KEPT:
            self._counts[severity] += 1
            return
        short = _LONG_NAME.sub(r"`\1…`", message)
        diagnostic = Diagnostic(code, severity, short, span, help, tuple(related))
        if diagnostic not in self._found:
            self._counts[severity] += 1
            self._found[diagnostic] = None

    def nearest(self, word: str, known: Iterable[str]) -> str:
        """`did_you_mean`, while there are few enough mistakes for it to be of use."""
        return did_you_mean(word, known) if self.errors < MAX_SUGGESTIONS else ""

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> int:
        return self._counts[Severity.ERROR]

    @property
    def warnings(self) -> int:
        return self._counts[Severity.WARNING]

    @property
    def left_out(self) -> int:
        """How many diagnostics were counted, but not kept."""
        return self.errors + self.warnings - len(self)

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
