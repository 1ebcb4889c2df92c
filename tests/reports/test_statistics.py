"""Intervals and kappa against published values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.reports.statistics import chance_agreement, cohen_kappa, wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_is_the_published_one(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, trials)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_nothing_counted_says_nothing() -> None:
    assert (wilson_interval(0, 0).low, wilson_interval(0, 0).high) == (0.0, 1.0)


def test_counts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 3"):
        wilson_interval(5, 3)


@given(trials=st.integers(1, 5000), share=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_share_and_mirrors(trials: int, share: float) -> None:
    successes = round(trials * share)
    interval = wilson_interval(successes, trials)
    assert 0 <= interval.low <= successes / trials <= interval.high <= 1
    mirrored = wilson_interval(trials - successes, trials)
    assert mirrored.low == pytest.approx(1 - interval.high, abs=1e-12)


def test_kappa_of_cohens_own_example() -> None:
    # J. Cohen (1960), table 1: proportions of 200 cases in three classes; kappa = .492
    table = {
        ("a", "a"): 88, ("a", "b"): 14, ("a", "c"): 18,
        ("b", "a"): 10, ("b", "b"): 40, ("b", "c"): 10,
        ("c", "a"): 2, ("c", "b"): 6, ("c", "c"): 12,
    }  # fmt: skip
    assert chance_agreement(table) == pytest.approx(0.41)
    assert cohen_kappa(table) == pytest.approx(0.492, abs=0.0005)


def test_kappa_at_its_ends() -> None:
    assert cohen_kappa({("a", "a"): 5, ("b", "b"): 5}) == 1.0
    assert cohen_kappa({("a", "a"): 1, ("a", "b"): 1, ("b", "a"): 1, ("b", "b"): 1}) == 0.0
    assert cohen_kappa({("a", "b"): 3, ("b", "a"): 3}) == -1.0


def test_kappa_is_not_defined_where_everything_is_one_label() -> None:
    assert cohen_kappa({("a", "a"): 12}) is None
    assert cohen_kappa({}) is None
