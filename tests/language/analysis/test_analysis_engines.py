"""The engines: listing, searching and decision diagrams give the same answers, and those of plain evaluation."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from dense_policies import dense_policies, variants
from diagram_engine import DiagramEngine
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.analysis import Kind, Relation, analyse, compare
from policylang.language.analysis.engines import SMALL, Space, UndecidedError, engine_for
from policylang.language.analysis.search import Search
from policylang.language.analysis.truth_tables import TruthTables
from policylang.language.meaning.expr import FALSE, TRUE, And, AtLeast, Expr, Not, Or, Test, evaluate
from policylang.language.meaning.policy import Category, Clause, Effect, Facet, FacetValue, Policy, Surface
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


HOLES = [str(hole) for hole in range(8)]
PIGEONS = [(f"pigeon{number}", HOLES) for number in range(9)]
EACH_ALONE = Not(
    item=Or(
        items=tuple(
            And(items=(Test(variable=one, values=(hole,)), Test(variable=other, values=(hole,))))
            for (one, _), (other, _) in itertools.combinations(PIGEONS, 2)
            for hole in HOLES
        )
    )
)
"""Nine pigeons in eight holes, no two in one: short to say, and long to refute."""


def test_a_search_that_reaches_its_limit_says_so() -> None:
    with pytest.raises(UndecidedError):
        Search(PIGEONS, limit=1000).possible(EACH_ALONE)


def test_what_could_not_be_decided_is_a_finding_and_no_silence() -> None:
    facets = tuple(Facet(id=name, values=tuple(FacetValue(name=v) for v in values)) for name, values in PIGEONS)
    clause = Clause(
        id="harm.c",
        category="harm",
        name="c",
        effect=Effect.FORBID,
        level="high",
        surfaces=("request",),
        when=EACH_ALONE,
    )
    policy = Policy(
        name="pigeons",
        version="1.0.0",
        levels=("none", "high"),
        surfaces=(Surface(id="request"),),
        facets=facets,
        categories=(Category(id="harm", name="harm", clauses=(clause,)),),
    )

    def search(space: Space) -> Search:
        return Search(space, limit=1000)

    findings = analyse(policy, search).of([Kind.DEAD]).findings
    assert {finding.kind for finding in findings} == {Kind.UNDECIDED}
    assert findings[0].sentence == "the conditions of `harm` are too entangled: the search has reached its limit"
    other = policy.model_copy(update={"categories": (Category(id="harm", name="harm"),)})
    assert [one.relation for one in compare(policy, other, search).comparisons] == [Relation.UNDECIDED]


def test_small_policies_never_wait_for_z3() -> None:
    program = (
        "import sys; from policylang.language.load import load_policy\n"
        "from policylang.language.analysis import analyse\n"
        "analyse(load_policy('examples/quickstart').policy); sys.exit('z3' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
