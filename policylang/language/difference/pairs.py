"""Which thing of one version is which of the other: by id, else by content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Renamed(NamedTuple):
    """Two ids of one thing."""

    old: str
    new: str


def renames(
    old: Iterable[T], new: Iterable[T], identity: Callable[[T], str], content: Callable[[T], Hashable | None]
) -> list[Renamed]:
    """Things that only one version has under their id, paired where their content is the same.

    Several of the same content are paired in order, so that the answer is the same in both directions. What has no
    content of its own (None) is never taken for something else.
    """
    before, after = list(old), list(new)
    known = {identity(one) for one in before}, {identity(one) for one in after}
    gone = [one for one in before if identity(one) not in known[1]]
    waiting: dict[Hashable, list[str]] = {}
    for one in (one for one in after if identity(one) not in known[0]):
        key = content(one)
        if key is not None:
            waiting.setdefault(key, []).append(identity(one))
    found = []
    for one in gone:
        key = content(one)
        if key is not None and waiting.get(key):
            found.append(Renamed(identity(one), waiting[key].pop(0)))
    return found


def paired(old: Sequence[T], new: Sequence[T], identity: Callable[[T], str]) -> list[tuple[T | None, T | None]]:
    """Things of both versions by id: those of the new one in its order, then those that are gone."""
    before = {identity(one): one for one in old}
    after = {identity(one) for one in new}
    pairs: list[tuple[T | None, T | None]] = [(before.get(identity(one)), one) for one in new]
    return pairs + [(one, None) for one in old if identity(one) not in after]
