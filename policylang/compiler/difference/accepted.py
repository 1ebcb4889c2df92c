"""Breaks that were accepted: a TOML or JSON file of entries, each with a reason and a day on which it expires.

[[accept]]
id = "label:violence/request:stricter"     # or a pattern: "prompt:judge/*"
grade = "label"
reason = "Agreed with the raters."
expires = 2026-12-31
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field, ValidationError

from policylang.language.meaning.expr import Node

from .breaks import Break, Grade

_FORM = 'An entry is [[accept]] with id = "...", grade = "label", reason = "..." and expires = 2026-12-31.'


class AcceptanceError(Exception):
    """The file is no list of accepted breaks. `advice` says how one looks."""

    def __init__(self, message: str, advice: str = _FORM) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class AcceptedBreak(Node):
    """`id` may be a pattern with `*` and `?`. On `expires` itself the break is still accepted."""

    id: str = Field(min_length=1)
    grade: Grade
    reason: str = Field(min_length=1)
    expires: date

    def covers(self, one: Break) -> bool:
        return one.grade is self.grade and fnmatchcase(one.id, self.id)


class _File(Node):
    accept: tuple[AcceptedBreak, ...] = ()


class Accepted(Node):
    """Breaks sorted by a file of accepted ones; `expired` and `unused` are entries that do nothing."""

    accepted: tuple[Break, ...]
    open: tuple[Break, ...]
    expired: tuple[AcceptedBreak, ...]
    unused: tuple[AcceptedBreak, ...]


def read_accepted(path: Path) -> tuple[AcceptedBreak, ...]:
    """Read a file of accepted breaks: JSON where it is called so, else TOML. Raises AcceptanceError and OSError."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        # TOML has dates of its own, so that both forms are checked as JSON is.
        return _File.model_validate_json(json.dumps(found, default=str)).accept
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise AcceptanceError(f"{path}: {where}: {problem['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise AcceptanceError(f"{path} cannot be read: {error}") from None


def sort_out(breaks: Sequence[Break], entries: Sequence[AcceptedBreak], today: date) -> Accepted:
    """Which breaks are accepted on that day. An entry is unused if it covers no break, expired or not."""
    valid = [entry for entry in entries if entry.expires >= today]
    accepted = tuple(one for one in breaks if any(entry.covers(one) for entry in valid))
    return Accepted(
        accepted=accepted,
        open=tuple(one for one in breaks if one not in accepted),
        expired=tuple(entry for entry in entries if entry.expires < today),
        unused=tuple(entry for entry in entries if not any(entry.covers(one) for one in breaks)),
    )
