"""The samples that a report shows: a dozen or so that between them show everything, picked as the attempts go by."""

from __future__ import annotations

import math
from collections.abc import Iterator

from policylang.runtime.sample import Sample

from .rationales import SYMBOLIC
from .reasons import kind_of
from .run_folder import Try

ACCEPTED = 12
"""Accepted samples that are shown; more where there are more categories, so that each has one."""

REJECTED = 8
Look = tuple[str, bool, bool]


class AcceptedShelf:
    """Accepted samples of every category, as different as can be: in label, with and without a picture, in teacher.

    Keeps at most a share of the dozen for each category and look, so its size does not grow with the run.
    """

    def __init__(self, categories: int) -> None:
        self._room = math.ceil(ACCEPTED / max(1, categories))
        self._kept: dict[str, dict[Look, list[Sample]]] = {}

    def add(self, sample: Sample) -> None:
        looks = self._kept.setdefault(sample.row.category, {})
        same = looks.setdefault(_look(sample), [])
        if len(same) < self._room:
            same.append(sample)

    def result(self) -> tuple[Sample, ...]:
        """The samples in the order of the plan: one of each category, then one more of each, until there are enough."""
        turns = [_in_turn(list(looks.values())) for looks in self._kept.values()]
        wanted = max(ACCEPTED, len(turns))
        chosen = [sample for sample, _ in zip(_in_turn([list(turn) for turn in turns]), range(wanted), strict=False)]
        return tuple(sorted(chosen, key=lambda sample: sample.row.index))


def _look(sample: Sample) -> Look:
    symbolic = sample.reasoning is not None and sample.reasoning.teacher == SYMBOLIC
    return sample.row.label.value, sample.picture is not None, symbolic


def _in_turn(piles: list[list[Sample]]) -> Iterator[Sample]:
    """The first of each pile, then the second of each, and so on."""
    for depth in range(max(map(len, piles), default=0)):
        for pile in piles:
            if depth < len(pile):
                yield pile[depth]


class RejectedShelf:
    """Rejected and failed samples, each for another reason."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Try, Sample]] = {}

    def add(self, one: Try, sample: Sample) -> None:
        kind = kind_of(sample.problems[0] if sample.problems else one.attempt.reason)
        if kind not in self._kept and len(self._kept) < REJECTED:
            self._kept[kind] = one, sample

    def result(self) -> tuple[tuple[Try, Sample], ...]:
        return tuple(self._kept.values())
