"""The law of covering arrays, over random small models: all that is possible is covered, and nothing else stands."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_models import models, possible_combinations, possible_rows

from policylang.compiler.covering import (
    CoveringError,
    CoveringModel,
    cover,
    exclusion,
    extend,
    impossible_combinations,
    uncovered,
    why_impossible,
    wrong_rows,
)
from policylang.compiler.covering.checker import combinations, impossible

STEPS = 60


def items(values: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(values.items())


def covered(model: CoveringModel, seed: int = 0) -> None:
    array = cover(model, seed=seed, steps=STEPS)
    assert wrong_rows(model, array.rows) == []
    assert uncovered(model, array.rows) == []
    assert len(array.rows) >= array.least


@given(models(), st.integers(0, 3))
def test_all_that_is_possible_is_covered_by_rows_that_satisfy_everything(model: CoveringModel, seed: int) -> None:
    if any(True for _ in possible_rows(model)):
        covered(model, seed)
    else:
        with pytest.raises(CoveringError, match="no row possible"):
            cover(model)


@given(models())
def test_what_is_impossible_is_what_brute_force_says(model: CoveringModel) -> None:
    assume(any(True for _ in possible_rows(model)))
    possible = possible_combinations(model)
    expected = {items(combination) for combination in combinations(model) if items(combination) not in possible}
    assert {items(combination) for combination in impossible(model)} == expected

    # The engine leaves out what lies inside a larger combination that it asks for anyway.
    found = {items(one.values) for one in impossible_combinations(model)}
    assert found <= expected
    assert all(any(one <= larger for larger in found) for one in expected)


@given(models())
def test_reasons_are_enough_and_none_can_be_left_out(model: CoveringModel) -> None:
    assume(any(True for _ in possible_rows(model)))
    numbered = [exclusion(e.values, str(at)) for at, e in enumerate(model.exclusions)]
    model = CoveringModel(model.parameters, model.strength, tuple(numbered), model.sub_models)
    for one in impossible_combinations(model):
        reasons = [model.exclusions[int(at)] for at in one.because]
        assert reasons
        for left_out in [None, *reasons]:
            fewer = tuple(e for e in reasons if e is not left_out)
            can = not why_impossible(CoveringModel(model.parameters, 1, fewer), one.values)
            assert can is (left_out is not None)


@given(models(), st.data())
def test_seed_rows_come_first_as_they_are(model: CoveringModel, data: st.DataObject) -> None:
    rows = list(possible_rows(model))
    assume(rows)
    seeds = []
    for row in data.draw(st.lists(st.sampled_from(rows), max_size=4)):
        names = data.draw(st.lists(st.sampled_from(list(row)), min_size=1, unique=True))
        seeds.append({name: row[name] for name in row if name in names})
    array = cover(model, seed_rows=seeds, steps=STEPS)
    assert array.given == len(seeds)
    assert all(seed.items() <= row.items() for seed, row in zip(seeds, array.rows, strict=False))
    assert wrong_rows(model, array.rows) == []
    assert uncovered(model, array.rows) == []


@given(models(most_exclusions=2), models(most_exclusions=2))
def test_extension_keeps_every_row_that_can_still_stand(before: CoveringModel, after: CoveringModel) -> None:
    assume(any(True for _ in possible_rows(before)))
    now = list(possible_rows(after))
    assume(now)
    old = cover(before, steps=STEPS).rows
    array = extend(after, old, steps=STEPS)

    def stands(row: dict[str, str]) -> bool:
        shared = {name: value for name, value in row.items() if name in after.parameters}
        return bool(shared) and any(shared.items() <= possible.items() for possible in now)

    assert list(array.kept) == [at for at, row in enumerate(old) if stands(row)]
    assert [one.row for one in array.dropped] == [at for at, row in enumerate(old) if not stands(row)]
    assert all(one.because for one in array.dropped)
    for at, row in zip(array.kept, array.rows, strict=False):
        assert all(row[name] == value for name, value in old[at].items() if name in row)
    assert wrong_rows(after, array.rows) == []
    assert uncovered(after, array.rows) == []


@given(models())
def test_extending_with_what_covers_adds_nothing(model: CoveringModel) -> None:
    assume(any(True for _ in possible_rows(model)))
    rows = cover(model, steps=STEPS).rows
    assert extend(model, rows).rows == rows


@given(models(), st.integers(0, 1 << 70))
def test_same_seed_same_rows(model: CoveringModel, seed: int) -> None:
    assume(any(True for _ in possible_rows(model)))
    assert cover(model, seed=seed, steps=STEPS).rows == cover(model, seed=seed, steps=STEPS).rows


@given(models(weighted=True))
def test_weights_change_no_coverage(model: CoveringModel) -> None:
    assume(any(True for _ in possible_rows(model)))
    covered(model)
