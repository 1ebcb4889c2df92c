"""What belongs together stays together, and the parts have their shares."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.meaning.policy import Share, Split
from policylang.learning.splits import Member, assign_splits, largest_remainder, share_counts
from policylang.runtime.near_copies import THRESHOLD, shingles

PARTS = ("train", "validation", "test")
percents = st.lists(st.integers(0, 1000), min_size=1, max_size=3).filter(any)


@st.composite
def splits(draw):
    """Percentages in tenths that add up to 100, or equal shares."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), max_size=2)))
    tenths = [high - low for low, high in zip([0, *cuts], [*cuts, 1000], strict=True)]
    equal = draw(st.booleans())
    return Split(
        shares=tuple(
            Share(name=name, percent=None if equal else tenth / 10) for name, tenth in zip(PARTS, tenths, strict=False)
        )
    )


def members(groups, requests):
    return st.lists(st.tuples(st.sampled_from(groups), requests), max_size=25).map(
        lambda pairs: [Member(f"row{n:02}", group, request) for n, (group, request) in enumerate(pairs)]
    )


unique = st.uuids().map(str)
close = st.builds(
    lambda base, last: " ".join([*(f"{base}{n}" for n in range(9)), last]),
    st.sampled_from("abcde"),
    st.sampled_from("xyz"),
)
"""Texts of ten words, five kinds of them; those of a kind differ in the last word at most."""
grouped = members(["g1", "g2", "g3", "g4"], unique)
copied = members([f"g{n}" for n in range(40)], close)
both = members([f"g{n}" for n in range(6)], close)


@given(grouped | both, splits(), st.integers(0, 99))
def test_groups_never_straddle(rows, split, seed):
    parts = assign_splits(rows, split, seed)
    assert parts.keys() == {row.id for row in rows}
    places = {}
    for row in rows:
        places.setdefault(row.group, set()).add(parts[row.id])
    assert all(len(found) == 1 for found in places.values())


def similar(one, other):
    left, right = shingles(one), shingles(other)
    return bool(left | right) and len(left & right) / len(left | right) >= THRESHOLD


@given(copied | both, splits(), st.integers(0, 99))
def test_no_near_copy_of_a_test_row_is_in_train(rows, split, seed):
    """The law of no leak, and more: no part has a near copy of what is in another."""
    parts = assign_splits(rows, split, seed)
    for one in rows:
        for other in rows:
            assert parts[one.id] == parts[other.id] or not similar(one.request, other.request)


def test_near_copies_are_kept_together():
    """The law above, where it must bite: three near copies, and a plan that would like to have them apart."""
    split = Split(shares=(Share(name="train", percent=50), Share(name="test", percent=50)))
    texts = [f"why do the springs in a lock push the pins {way}" for way in ("down", "up", "back")]
    rows = [Member(f"row{n}", f"row{n}", text) for n, text in enumerate([*texts, "what is a key", "who made it"])]
    for seed in range(10):
        parts = assign_splits(rows, split, seed)
        assert parts["row0"] == parts["row1"] == parts["row2"]


@given(st.integers(0, 60), splits(), st.integers(0, 99))
def test_samples_that_stand_alone_are_split_to_the_row(count, split, seed):
    rows = [Member(f"row{n}", f"row{n}", f"request {n} {n} {n} {n}") for n in range(count)]
    found = share_counts(assign_splits(rows, split, seed), split)
    shares = [Fraction(100, len(split.shares)) if s.percent is None else Fraction(str(s.percent)) for s in split.shares]
    assert list(found) == [share.name for share in split.shares]
    assert sum(found.values()) == count
    for share, number in zip(shares, found.values(), strict=True):
        assert abs(number - share * count / 100) < 1, "largest remainder never leaves the quota"


@given(grouped | both, splits(), st.integers(0, 99))
def test_no_part_has_more_than_a_group_too_many(rows, split, seed):
    parts = assign_splits(rows, split, seed)
    sizes = largest_remainder(
        [100 / len(split.shares) if share.percent is None else share.percent for share in split.shares], len(rows)
    )
    largest = max(clusters(rows), default=1)
    for name, size in zip(share_counts(parts, split), sizes, strict=True):
        assert list(parts.values()).count(name) <= size + largest - 1


def clusters(rows):
    """Sizes of what has to stay together, found by spreading from row to row."""
    left, sizes = list(rows), []
    while left:
        cluster, size = [left.pop()], 0
        while cluster:
            row = cluster.pop()
            size += 1
            tied = [other for other in left if other.group == row.group or similar(other.request, row.request)]
            left = [other for other in left if other not in tied]
            cluster += tied
        sizes.append(size)
    return sizes


@given(both | members([f"g{n}" for n in range(12)], unique), splits(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_count(rows, split, random):
    mixed = random.sample(rows, len(rows))
    assert assign_splits(rows, split, 7) == assign_splits(mixed, split, 7) == assign_splits(rows[::-1], split, 7)


def test_pairs_go_to_the_same_part_whatever_their_order():
    split = Split(shares=(Share(name="train", percent=50), Share(name="test", percent=50)))
    rows = [Member(f"row{n:02}", f"pair{n // 2}", f"{n} {n + 100} {n + 200} {n + 300}") for n in range(24)]
    assert assign_splits(rows, split, 7) == assign_splits(rows[::-1], split, 7)


def test_the_seed_counts():
    split = Split(shares=(Share(name="train", percent=50), Share(name="test", percent=50)))
    rows = [Member(f"row{n}", f"row{n}", f"{n} {n + 1} {n + 2} {n + 3}") for n in range(0, 400, 10)]
    one, other = assign_splits(rows, split, 1), assign_splits(rows, split, 2)
    assert one != other
    assert Counter(one.values()) == Counter(other.values()) == {"train": 20, "test": 20}


@given(percents, st.integers(0, 500))
def test_largest_remainder(shares, total):
    """Whole, complete, and within the quota: each count is its exact share rounded down or up (Hare's method)."""
    counts = largest_remainder([float(share) for share in shares], total)
    exact = [Fraction(share * total, sum(shares)) for share in shares]
    assert sum(counts) == total
    assert all(abs(count - value) < 1 for count, value in zip(counts, exact, strict=True))
    up = [value - count for count, value in zip(counts, exact, strict=True) if count > value]
    down = [value - count for count, value in zip(counts, exact, strict=True) if count <= value]
    if up and down:
        assert min(value % 1 for value, count in zip(exact, counts, strict=True) if count > value) >= max(down)


@pytest.mark.parametrize(
    ("shares", "total", "counts"),
    [([90.0, 5.0, 5.0], 19, [17, 1, 1]), ([75.0, 25.0], 14, [11, 3]), ([1.0, 1.0, 1.0], 4, [2, 1, 1]), ([5.0], 0, [0])],
)
def test_ties_go_to_the_first(shares, total, counts):
    assert largest_remainder(shares, total) == counts
