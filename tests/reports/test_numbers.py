"""Numbers that do not claim more than is known."""

from __future__ import annotations

import pytest

from policylang.reports.data import RoleUsage
from policylang.reports.numbers import cost, percent, tokens


def usage(calls: int, cost_usd: float | None, unpriced: int) -> RoleUsage:
    return RoleUsage(
        role="judge",
        models=(),
        calls=calls,
        prompt_tokens=0,
        completion_tokens=0,
        cached_tokens=0,
        cost_usd=cost_usd,
        unpriced=unpriced,
    )


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.999, "> 99 %"), (1.0, "100 %")]
)
def test_only_all_is_100_percent_and_only_nothing_is_0(value: float, words: str) -> None:
    assert percent(value) == words


def test_an_unknown_price_is_not_free() -> None:
    assert cost(usage(10, None, 10)) == "unknown"
    assert cost(usage(10, 1.5, 4)) == "at least $1.50"
    assert cost(usage(10, 1.5, 0)) == "$1.50"
    assert cost(usage(10, 0.0, 0)) == "$0.00"
    assert cost(usage(10, 0.0004, 0)) == "$0.0004"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (950, "950"), (1_000, "1 k"), (12_350, "12.3 k"), (999_600, "1 M"), (3_100_000, "3.1 M")],
)
def test_tokens_in_three_digits(value: int, words: str) -> None:
    assert tokens(value) == words
