"""An independent proof of what rows cover: every combination is looked up, one by one, in the rows alone.

This shares nothing with the engine but the model, and is written to be seen to be right, not to be fast.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import CoveringModel, Exclusion, Row


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row, counted from 0."""

    row: int
    message: str


def uncovered(model: CoveringModel, rows: Sequence[Row]) -> list[dict[str, str]]:
    """Every combination that the model asks for, that some row could have, and that none of `rows` has."""
    seen: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for scope in model.scopes():
        seen[scope] = {tuple(row[name] for name in scope) for row in rows if all(name in row for name in scope)}
    return [
        combination
        for combination in combinations(model)
        if tuple(combination.values()) not in seen[tuple(combination)] and can_stand(model, combination)
    ]


def impossible(model: CoveringModel) -> list[dict[str, str]]:
    """Every combination that the model asks for and that no row can have."""
    return [combination for combination in combinations(model) if not can_stand(model, combination)]


def wrong_rows(model: CoveringModel, rows: Sequence[Row]) -> list[Finding]:
    """Rows that lack a parameter, have one or a value that the model lacks, or have what is excluded."""
    found = []
    for at, row in enumerate(rows):
        if set(row) != set(model.parameters):
            found.append(Finding(at, f"its parameters are {', '.join(row)}"))
        found += [
            Finding(at, f"{name} has no value {value!r}")
            for name, value in row.items()
            if value not in model.parameters.get(name, ())
        ]
        found += [Finding(at, exclusion.because) for exclusion in model.exclusions if exclusion.forbids(row)]
    return found


def combinations(model: CoveringModel) -> Iterator[dict[str, str]]:
    """Every combination of values that the model asks for, possible or not."""
    for scope in model.scopes():
        for values in itertools.product(*(model.parameters[name] for name in scope)):
            yield dict(zip(scope, values, strict=True))


def can_stand(model: CoveringModel, partial: Row) -> bool:
    """Whether a row with these values satisfies all exclusions, found by trying values for what is still open."""
    for exclusion in model.exclusions:
        if exclusion.forbids(partial):
            return False
    undecided = next((open_ for e in model.exclusions if (open_ := _open_parameter(e, partial)) is not None), None)
    if undecided is None:
        return True
    return any(can_stand(model, {**partial, undecided: value}) for value in model.parameters[undecided])


def _open_parameter(exclusion: Exclusion, partial: Row) -> str | None:
    """A parameter that `partial` leaves open and on which it depends whether the exclusion forbids the row."""
    if any(name in partial and partial[name] not in values for name, values in exclusion.values.items()):
        return None
    return next(name for name in exclusion.values if name not in partial)
