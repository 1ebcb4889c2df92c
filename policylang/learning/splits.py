"""Splits: which part of the data set a sample goes to, so that nothing in one part gives another away.

Samples that belong together (the two sides of a boundary, or whatever the plan groups by) and near copies stay in one
part. The groups are dealt out whole, the largest first, each to the part that lacks most: a part has at most a group
more than its share, and where all groups are single samples it has its share exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policylang.language.meaning.policy import Split
from policylang.runtime.near_copies import CopyIndex


@dataclass(frozen=True)
class Member:
    """What splitting needs to know of a sample."""

    id: str
    group: str
    request: str


def assign_splits(members: Iterable[Member], split: Split, seed: int) -> dict[str, str]:
    """The part of each sample, by its id. Deterministic for a seed, whatever the order of the members."""
    ordered = sorted(members, key=lambda member: member.id)
    groups = _groups(ordered)
    sizes = dict(zip(_names(split), largest_remainder(_shares(split), len(ordered)), strict=True))
    parts: dict[str, str] = {}
    filled = dict.fromkeys(sizes, 0)
    for group in sorted(groups, key=lambda group: (-len(group), _shuffled(group[0], seed))):
        name = max(sizes, key=lambda part: (sizes[part] - filled[part], -list(sizes).index(part)))
        filled[name] += len(group)
        parts.update(dict.fromkeys(group, name))
    return parts


def _names(split: Split) -> list[str]:
    return [share.name for share in split.shares]


def _shares(split: Split) -> list[float]:
    return [100 / len(split.shares) if share.percent is None else share.percent for share in split.shares]


def largest_remainder(shares: list[float], total: int) -> list[int]:
    """Whole numbers that add up to `total` and follow the shares (Hare quota; ties go to the first)."""
    exact = [share * total / sum(shares) for share in shares]
    counts = [int(value) for value in exact]
    rest = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in rest[: total - sum(counts)]:
        counts[i] += 1
    return counts


def _shuffled(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def _groups(members: list[Member]) -> list[list[str]]:
    """The ids that have to stay together: one group, or near copies, or both in turn (union-find)."""
    parent = {member.id: member.id for member in members}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    index: CopyIndex[str] = CopyIndex()
    first_of: dict[str, str] = {}
    for member in members:
        together = [first_of.setdefault(member.group, member.id)]
        together += [name for name, _ in index.near(member.request)]
        for other in together:
            low, high = sorted((root(member.id), root(other)))
            parent[high] = low
        index.add(member.id, member.request)
    groups: dict[str, list[str]] = {}
    for member in members:
        groups.setdefault(root(member.id), []).append(member.id)
    return list(groups.values())


def share_counts(parts: Mapping[str, str], split: Split) -> dict[str, int]:
    """How many samples each part has; parts without any are there with 0."""
    counts = dict.fromkeys(_names(split), 0)
    for part in parts.values():
        counts[part] += 1
    return counts
