"""One thing that the compiler has to say about one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with it ("first declared here")."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`message` says what is wrong, `help` what to do about it. `code` is stable and stands in `codes.py`."""

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""
    related: tuple[Related, ...] = ()
