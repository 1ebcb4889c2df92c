"""One thing that the compiler has to say about one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Applicability(StrEnum):
    """SAFE: what was meant is beyond doubt. UNSAFE: it is the likeliest reading, and a person should look at it."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with it ("first declared here")."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of what stands at `span`; an empty span is an insertion, an empty text a removal."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What a program can do about a diagnostic. All edits belong together; `title` says in a sentence what they do."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.UNSAFE

    @property
    def safe(self) -> bool:
        return self.applicability is Applicability.SAFE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`message` says what is wrong, `help` what to do about it. `code` is stable and stands in `codes.py`."""

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
