"""Placing rows: counts that meet every demand, near the aims, the same with and without the exact solver's help."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.compiler.plans.aims import GRAIN, Aim
from policylang.compiler.plans.highs import Highs
from policylang.compiler.plans.programme import Counts, Demand, PairGroup, Programme
from policylang.compiler.plans.spread import nearer, spread

placing = settings(max_examples=60, deadline=None)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Small programmes: some can be met and some cannot."""
    cells = draw(st.integers(1, 6))
    some = st.lists(st.integers(0, cells - 1), unique=True, max_size=cells).map(tuple)
    demands = []
    for number in range(draw(st.integers(0, 5))):
        low = draw(st.integers(0, 4))
        high = draw(st.none() | st.integers(low, 6))
        demands.append(Demand(f"item {number}", f"subject={number}", draw(some), low, high))
    placements = st.lists(st.tuples(st.integers(0, cells - 1), st.integers(0, cells - 1)), min_size=1, max_size=3)
    pairs = [
        PairGroup("cover boundaries", draw(st.integers(1, 2)), tuple(draw(placements)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Programme(cells, draw(st.integers(1, 8)), tuple(demands), tuple(pairs))


def met(programme: Programme, counts: Counts) -> bool:
    """Do the counts meet every demand, with room for every pair?"""
    standing = [0] * programme.cells
    for group, chosen in zip(programme.pairs, counts.pairs, strict=True):
        if sum(chosen) != group.count:
            return False
        for placement, count in zip(group.placements, chosen, strict=True):
            for cell in placement:
                standing[cell] += count
    room = all(rows >= needed for rows, needed in zip(counts.cells, standing, strict=True))
    within = all(
        demand.low <= sum(counts.cells[cell] for cell in demand.cells) <= (demand.high or programme.size)
        for demand in programme.demands
        if demand.high != 0
    )
    none = all(not sum(counts.cells[cell] for cell in demand.cells) for demand in programme.demands if demand.high == 0)
    return sum(counts.cells) == programme.size and room and within and none


@placing
@given(programmes())
def test_what_is_found_meets_every_demand(programme: Programme) -> None:
    found = spread(programme, ())
    if found is not None:
        assert met(programme, found)


@placing
@given(programmes())
def test_the_solver_finds_counts_wherever_rows_could_be_placed(programme: Programme) -> None:
    exact = Highs().solve(programme)
    if exact is None:
        assert spread(programme, ()) is None
    else:
        assert met(programme, exact)
        assert met(programme, nearer(programme, (), exact))
        assert not Highs().impossible(programme)


def even(cells: int, size: int) -> tuple[Aim, ...]:
    return (Aim(np.arange(cells), np.full(cells, size * GRAIN // cells, dtype=np.int64), 1),)


@pytest.mark.parametrize("size", [6, 60, 6_000])
def test_rows_come_near_what_is_aimed_at(size: int) -> None:
    demands = (Demand("quota label", "label=violates", (0, 1, 2), size // 2, size // 2),)
    found = spread(Programme(6, size, demands), even(6, size))
    assert found is not None and found.cells == (size // 6,) * 6


def test_counts_of_the_solver_are_moved_towards_the_aims() -> None:
    programme = Programme(4, 8, (Demand("quota label", "label=violates", (0, 1), 4, 4),))
    better = nearer(programme, even(4, 8), Counts(cells=(4, 0, 0, 4), pairs=()))
    assert better.cells == (2, 2, 2, 2)


def test_a_pair_keeps_its_rows() -> None:
    programme = Programme(3, 4, (), (PairGroup("cover boundaries", 2, ((0, 1),)),))
    found = spread(programme, even(3, 4))
    assert found is not None and found.cells == (2, 2, 0) and found.pairs == ((2,),)


def test_what_is_missed_is_counted() -> None:
    demands = (Demand("a", "a=1", (0,), 3, 3), Demand("b", "b=1", (1,), 3, 3))
    missing: Sequence[int] | None = Highs().shortfalls(Programme(2, 4, demands))
    assert missing is not None and sum(missing) == 2
