"""The diagnostics of one compilation, gathered as it goes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from ..source import Span
from .codes import CODES
from .diagnostic import Diagnostic, Edit, Fix, Related, Severity

MAX_KEPT = 1000
"""Nobody reads further: of a file that is no policy at all, what is wrong with the rest is only counted."""

MAX_SUGGESTIONS = 100
"""So many unknown names are no slips of the pen, and looking for the nearest known name takes time."""

NEAR = 0.6
"""How alike two words are (`difflib`, 0 to 1) for one to be taken for a slip of the other."""

CLEARLY_NEARER = 0.2
"""By so much more the nearest word has to be alike for it to be the one that was meant."""

_LONG_NAME = re.compile(r"`([^`\n]{59})[^`\n]{2,}`")


class Report:
    """Diagnostics in the order in which they were found; `sorted` gives them by place.

    At most MAX_KEPT are kept; `errors` and `warnings` count all, and `left_out` says how many were not kept.
    """

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._counts = dict.fromkeys(Severity, 0)
        self.ignored: dict[Diagnostic, str] = {}

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        help: str = "",  # noqa: A002
        related: Iterable[Related] = (),
        fix: Fix | None = None,
    ) -> None:
        """Say something. The code's severity stands in the catalogue. Saying the same thing twice says it once."""
        severity = CODES[code].severity
        if len(self._found) >= MAX_KEPT:
            self._counts[severity] += 1
            return
        short = _LONG_NAME.sub(r"`\1…`", message)
        diagnostic = Diagnostic(code, severity, short, span, help, tuple(related), fix)
        if diagnostic not in self._found:
            self._counts[severity] += 1
            self._found[diagnostic] = None

    def ignore(self, diagnostic: Diagnostic, reason: str) -> None:
        """Take back what was said, because the author of the policy has seen it; `ignored` has it then."""
        del self._found[diagnostic]
        self._counts[diagnostic.severity] -= 1
        self.ignored[diagnostic] = reason

    def add_unknown(self, message: str, word: str, span: Span, known: Iterable[str], code: str = "POL0201") -> None:
        """Say that `word` means nothing, and what is near it, while there are few enough mistakes for that to help."""
        if self.errors >= MAX_SUGGESTIONS:
            self.add(code, message, span)
        else:
            words = list(known)
            self.add(code, message, span, did_you_mean(word, words), fix=rename(word, span, words))

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


def rename(word: str, span: Span, known: Iterable[str]) -> Fix | None:
    """The one known word that is near, in place of `word`; None when there is none, or others are about as near."""
    near = difflib.get_close_matches(word, dict.fromkeys(known), n=2, cutoff=NEAR)
    alike = [difflib.SequenceMatcher(None, other, word).ratio() for other in near]
    if not near or (len(near) > 1 and alike[0] - alike[1] < CLEARLY_NEARER):
        return None
    return Fix(f"Replace `{word}` by `{near[0]}`.", (Edit(span, near[0]),))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or lists what is known when nothing is near; may be empty."""
    words = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=NEAR)
    if near:
        return f"Did you mean `{near[0]}`?"
    if not words:
        return ""
    shown = ", ".join(f"`{word}`" for word in words[:8])
    return f"Known here: {shown}{', …' if len(words) > 8 else ''}."
