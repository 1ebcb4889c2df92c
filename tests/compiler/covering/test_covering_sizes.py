"""Sizes of arrays for models that the literature reports, with few steps: a change for the worse shows here."""

from __future__ import annotations

import pytest
from small_models import mixed, uniform

from policylang.compiler.covering import CoveringModel, SubModel, cover, covering_model, uncovered

# The bounds are a row or more above what the engine reaches today (benchmarks/README.md).
SIZES = [
    ("3^4", uniform(3, 4), 9),
    ("3^13", uniform(3, 13), 16),
    ("4^15 3^17 2^29", mixed([4] * 15 + [3] * 17 + [2] * 29), 32),
    ("4^1 3^39 2^35", mixed([4] + [3] * 39 + [2] * 35), 24),
    ("2^100", uniform(2, 100), 11),
    ("10^20", uniform(10, 20), 195),
    ("3^15, 3-way", uniform(3, 15, 3), 74),
]


@pytest.mark.parametrize(("model", "most"), [pytest.param(m, n, id=name) for name, m, n in SIZES])
def test_sizes_stay_small(model: CoveringModel, most: int) -> None:
    array = cover(model, steps=1_000)
    assert len(array.rows) <= most
    assert uncovered(model, array.rows) == []


def test_four_way() -> None:
    model = uniform(2, 8, 4)
    array = cover(model, steps=500)
    assert len(array.rows) <= 32
    assert uncovered(model, array.rows) == []


def test_a_sub_model_costs_only_what_it_asks_for() -> None:
    pairs = mixed([3] * 10)
    array = cover(CoveringModel(pairs.parameters, 2, sub_models=(SubModel(("p0", "p1", "p2"), 3),)), steps=1_000)
    assert len(array.rows) == 27  # all 27 triples of the three, with the pairs of the rest at no extra row
    assert (
        uncovered(CoveringModel(pairs.parameters, 2, sub_models=(SubModel(("p0", "p1", "p2"), 3),)), array.rows) == []
    )


def test_search_never_makes_it_worse_and_steps_are_all_that_counts() -> None:
    model = mixed([4, 3, 3, 3, 2, 2, 2])
    sizes = [len(cover(model, steps=steps).rows) for steps in (0, 100, 1_000)]
    assert sizes == sorted(sizes, reverse=True)


def test_seconds_bound_the_search_too() -> None:
    assert len(cover(uniform(3, 13), seconds=0.2).rows) <= 18


def test_weights_decide_what_coverage_leaves_open() -> None:
    parameters = {"a": list("xyz"), "b": list("pqr"), "carrier": ["text", "image"]}
    rows = cover(covering_model(parameters, weights={"carrier": {"text": 100}})).rows
    assert len(rows) == 9
    texts = sum(row["carrier"] == "text" for row in rows)
    assert texts == 6  # image needs three rows, to meet each value of the others
