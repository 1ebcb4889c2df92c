"""The engines: listing, searching and decision diagrams give the same answers, and those of plain evaluation."""

from __future__ import annotations

import itertools

import pytest
from dense_policies import dense_policies, variants
from diagram_engine import DiagramEngine
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.analysis import analyse, compare
from policylang.language.analysis.engines import SMALL, UndecidedError, engine_for
from policylang.language.analysis.search import Search
from policylang.language.analysis.truth_tables import TruthTables
from policylang.language.meaning.expr import FALSE, TRUE, And, AtLeast, Expr, Not, Or, Test, evaluate
from policylang.language.meaning.policy import Policy
from policylang.testing import conditions, policies

ENGINES = (TruthTables, Search, DiagramEngine)
DOMAINS = {"a": ("x", "y", "z"), "b": ("no", "yes"), "c": ("one",), "d": ("p", "q", "r", "s")}
CASES = [dict(zip(DOMAINS, values, strict=True)) for values in itertools.product(*DOMAINS.values())]


@given(conditions(DOMAINS, max_depth=3))
def test_every_engine_finds_the_first_case(expr: Expr) -> None:
    first = next((case for case in CASES if evaluate(expr, case)), None)
    for engine in ENGINES:
        asked = engine(list(DOMAINS.items()))
        assert (asked.first(expr), asked.possible(expr)) == (first, first is not None), engine


@given(st.lists(conditions(DOMAINS, max_depth=3), max_size=3), st.sampled_from(list(DOMAINS)))
def test_every_engine_knows_what_a_variable_changes(exprs: list[Expr], variable: str) -> None:
    changes = any(
        evaluate(expr, case) != evaluate(expr, case | {variable: value})
        for expr in exprs
        for case in CASES
        for value in DOMAINS[variable]
    )
    for engine in ENGINES:
        assert engine(list(DOMAINS.items())).depends(exprs, variable) == changes, engine


@pytest.mark.parametrize("engine", ENGINES)
def test_a_space_without_variables_has_one_case(engine: type[TruthTables | Search | DiagramEngine]) -> None:
    asked = engine([])
    assert asked.first(TRUE) == {}
    assert asked.first(FALSE) is None
    assert asked.first(AtLeast(count=0, items=())) == {}


@given(dense_policies() | policies(max_clauses=4, exemplars=False, plans=False, templates=False))
def test_engines_find_the_same_in_a_policy_witnesses_included(policy: Policy) -> None:
    listed = analyse(policy, TruthTables)
    assert analyse(policy, Search) == listed
    assert analyse(policy, DiagramEngine) == listed


@given(st.data())
def test_engines_compare_alike(data: st.DataObject) -> None:
    policy = data.draw(dense_policies() | policies(exemplars=False, plans=False, templates=False))
    other = data.draw(variants(policy) if policy.name == "dense" else policies(exemplars=False, plans=False))
    listed = compare(policy, other, TruthTables)
    assert compare(policy, other, Search) == listed
    assert compare(policy, other, DiagramEngine) == listed


def test_a_small_space_is_listed_and_a_large_one_searched() -> None:
    largest = [(f"v{number}", ("no", "yes")) for number in range(SMALL.bit_length() - 1)]
    assert isinstance(engine_for(largest), TruthTables)
    assert isinstance(engine_for([*largest, ("one_more", ("no", "yes"))]), Search)


def test_a_search_that_reaches_its_limit_says_so() -> None:
    # Pigeons: nine in eight holes, no two in one. Short to say, and long to refute.
    holes = [str(hole) for hole in range(8)]
    space = [(f"pigeon{number}", holes) for number in range(9)]
    together = [
        And(items=(Test(variable=one, values=(hole,)), Test(variable=other, values=(hole,))))
        for (one, _), (other, _) in itertools.combinations(space, 2)
        for hole in holes
    ]
    with pytest.raises(UndecidedError):
        Search(space, limit=1000).possible(Not(item=Or(items=tuple(together))))
