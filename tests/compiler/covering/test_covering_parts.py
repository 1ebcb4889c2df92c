"""Parts of the engine that the law of covering arrays reaches only by chance."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from small_models import uniform

from policylang.compiler.covering import cover, covering_model, excluded, uncovered
from policylang.compiler.covering.encoding import Encoding
from policylang.compiler.covering.interactions import Interactions
from policylang.compiler.covering.moves import Table
from policylang.compiler.covering.solver import Solver
from policylang.compiler.covering.starters import algebraic, binary, binary_rows


@pytest.mark.parametrize("columns", [2, 3, 4, 10, 11, 35, 36])
def test_binary_arrays_cover_all_pairs(columns: int) -> None:
    model = uniform(2, columns)
    rows = [Encoding(model).named(row) for row in binary(columns).tolist()]
    assert len(rows) == binary_rows(columns)
    assert uncovered(model, rows) == []


@pytest.mark.parametrize(("levels", "columns", "most"), [(5, 10, 37), (7, 12, 74), (10, 20, 168)])
def test_starters_unfold_into_arrays_that_cover_all_pairs(levels: int, columns: int, most: int) -> None:
    model = uniform(levels, columns)
    rows = algebraic([levels] * columns, 10_000, seed=0)
    assert rows is not None
    assert len(rows) <= most
    assert uncovered(model, [Encoding(model).named(row) for row in rows.tolist()]) == []


def test_counts_kept_up_to_date_are_those_counted_anew() -> None:
    model = covering_model(
        {"a": "012", "b": "0123", "c": "01", "d": "012"}, 2, exclusions=[excluded(a="0", b="0")], sub_models=()
    )
    encoding = Encoding(model)
    interactions, solver = Interactions(encoding), Solver(encoding)
    rows = np.array([[encoding.value[c][row[n]] for c, n in enumerate(encoding.names)] for row in cover(model).rows])
    table = Table(interactions, solver, rows.astype(np.int32), np.zeros(rows.shape, np.bool_))
    table.remove(0)
    random = np.random.RandomState(0)
    for _ in range(200):
        column = int(random.randint(4))
        row, value = int(random.randint(table.size)), int(random.randint(encoding.levels[column]))
        if value != table.values[column, row] and table.allowed(column, row, value):
            table.change(column, row, value)
    anew = Table(interactions, solver, table.rows(), table.frozen.T)
    assert (table.count == anew.count).all()
    assert (table.loss[:-1] == anew.loss[:-1]).all()
    assert table.holding == anew.holding
    assert sorted(table.uncovered) == np.flatnonzero(table.feasible & (table.count == 0)).tolist()


def test_the_rows_are_the_same_on_every_machine() -> None:
    """Whoever changes what the engine does writes the new digest here; nothing else may change it."""
    parameters = {f"p{at}": [str(value) for value in range(size)] for at, size in enumerate((5, 4, 3, 3, 2, 2))}
    model = covering_model(
        parameters, 2, exclusions=[excluded(p0=["0", "1"], p1="0"), excluded(p1="1", p2="2", p3="0")]
    )
    digest = hashlib.sha256(json.dumps(cover(model, seed=7, steps=300).rows).encode()).hexdigest()
    assert digest[:16] == "a3e320e2bcb173a6"
