"""Decision diagrams against listing: the same sets of cases, counted, combined, ordered and taken apart."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from section_three import Domains, all_cases, completions, denoted

from policylang.language.logic.diagram import ALL, NONE, Diagram, Diagrams, DiagramSizeError
from policylang.language.logic.ordering import near_each_other
from policylang.language.logic.table import evaluate_partly
from policylang.language.meaning.expr import And, Expr, Or, Test, evaluate, variables
from policylang.testing import conditions

DOMAINS: Domains = {"a": ("no", "yes"), "b": ("x", "y", "z"), "c": ("no", "yes"), "d": ("1", "2", "3", "4")}
CASES = all_cases(DOMAINS)
EVERY = frozenset(range(len(CASES)))
exprs = conditions(DOMAINS, max_depth=3)


def new() -> Diagrams:
    return Diagrams(list(DOMAINS.items()))


def members(diagrams: Diagrams, diagram: Diagram) -> frozenset[int]:
    return frozenset(number for number, case in enumerate(CASES) if diagrams.contains(diagram, case))


partial_cases = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()})


@given(exprs)
def test_a_diagram_is_the_set_that_its_condition_denotes(expr: Expr) -> None:
    diagrams = new()
    diagram = diagrams.build(expr)
    wanted = denoted(expr, CASES)
    listed = [CASES[number] for number in sorted(wanted)]
    assert members(diagrams, diagram) == wanted
    assert wanted == {number for number in EVERY if evaluate(expr, CASES[number])}
    assert diagrams.count(diagram) == len(wanted)
    assert list(diagrams.iterate(diagram)) == listed
    assert diagrams.first(diagram) == (listed[0] if listed else None)
    assert [diagrams.nth(diagram, number) for number in range(len(listed))] == listed
    with pytest.raises(IndexError):
        diagrams.nth(diagram, len(listed))


@given(exprs, exprs)
def test_equal_sets_are_equal_numbers(one: Expr, other: Expr) -> None:
    diagrams = new()
    assert (diagrams.build(one) == diagrams.build(other)) == (denoted(one, CASES) == denoted(other, CASES))
    assert diagrams.build(And(items=(one, other))) == diagrams.build(And(items=(other, one)))


@given(st.lists(exprs, max_size=4), st.integers(-1, 5))
def test_combinations(parts: list[Expr], count: int) -> None:
    diagrams = new()
    built = [diagrams.build(part) for part in parts]
    sets = [denoted(part, CASES) for part in parts]
    assert members(diagrams, diagrams.all_of(*built)) == EVERY.intersection(*sets)
    assert members(diagrams, diagrams.any_of(*built)) == frozenset[int]().union(*sets)
    enough = frozenset(number for number in EVERY if sum(number in some for some in sets) >= count)
    assert members(diagrams, diagrams.at_least(count, *built)) == enough
    for one, its in zip(built, sets, strict=True):
        assert members(diagrams, diagrams.negate(one)) == EVERY - its
        assert members(diagrams, diagrams.minus(one, built[0])) == its - sets[0]


@given(exprs, partial_cases)
def test_restriction(expr: Expr, fixed: dict[str, str]) -> None:
    diagrams = new()
    diagram = diagrams.build(expr)
    wanted = denoted(expr, CASES)
    changed = {number for number, case in enumerate(CASES) if CASES.index({**case, **fixed}) in wanted}
    assert members(diagrams, diagrams.restrict(diagram, fixed)) == changed
    agreeing = {CASES.index(case) for case in completions(fixed, DOMAINS)}
    assert members(diagrams, diagrams.cube(fixed)) == agreeing


@given(exprs, st.sampled_from(list(DOMAINS)))
def test_freeing_a_variable(expr: Expr, name: str) -> None:
    diagrams = new()
    wanted = denoted(expr, CASES)
    freed = {
        number
        for number, case in enumerate(CASES)
        if any(CASES.index({**case, name: value}) in wanted for value in DOMAINS[name])
    }
    assert members(diagrams, diagrams.free(diagrams.build(expr), name)) == freed


@given(exprs)
def test_a_variable_is_mentioned_where_it_makes_a_difference(expr: Expr) -> None:
    diagrams = new()
    wanted = denoted(expr, CASES)
    different = tuple(
        name
        for name, values in DOMAINS.items()
        if any(len({CASES.index({**case, name: value}) in wanted for value in values}) > 1 for case in CASES)
    )
    assert diagrams.mentions(diagrams.build(expr)) == different


@given(exprs, st.integers(0, 2**32))
def test_a_sample_is_a_member(expr: Expr, seed: int) -> None:
    diagrams = new()
    diagram = diagrams.build(expr)
    if diagram == NONE:
        with pytest.raises(IndexError):
            diagrams.sample(diagram, random.Random(seed))
    else:
        assert diagrams.contains(diagram, diagrams.sample(diagram, random.Random(seed)))


def test_samples_are_uniform() -> None:
    diagrams = new()
    diagram = diagrams.build(Or(items=(Test(variable="a", values=("yes",)), Test(variable="b", values=("x",)))))
    rng = random.Random(1)
    found = [CASES.index(diagrams.sample(diagram, rng)) for _ in range(8000)]
    assert set(found) == set(members(diagrams, diagram))
    expected = len(found) / diagrams.count(diagram)
    assert all(abs(found.count(number) - expected) < 6 * expected**0.5 for number in set(found))


@given(exprs, partial_cases)
def test_three_valued_truth_is_never_wrong(expr: Expr, known: dict[str, str]) -> None:
    truths = {evaluate(expr, case) for case in completions(known, DOMAINS)}
    truth = evaluate_partly(expr, known)
    assert truth is None or truths == {truth}
    if set(variables(expr)) <= set(known):
        assert truth is not None


def test_what_is_no_case() -> None:
    diagrams = new()
    for bad in ({"a": "maybe"}, {"e": "no"}):
        with pytest.raises(KeyError):
            diagrams.cube(bad)
        with pytest.raises(KeyError):
            diagrams.restrict(ALL, bad)
    with pytest.raises(KeyError):
        diagrams.build(Test(variable="e", values=("no",)))


def test_entangled_conditions_are_given_up() -> None:
    """The pairs (x1, y1), (x2, y2), ... need a diagram of exponential size when all x come before all y."""
    names = [f"{letter}{number}" for letter in "xy" for number in range(16)]
    pairs = [
        And(items=tuple(Test(variable=f"{letter}{number}", values=("yes",)) for letter in "xy")) for number in range(16)
    ]
    bad = Diagrams([(name, ("no", "yes")) for name in names], limit=20_000)
    with pytest.raises(DiagramSizeError):
        bad.build(Or(items=tuple(pairs)))
    order = near_each_other(names, [variables(pair) for pair in pairs])
    good = Diagrams([(name, ("no", "yes")) for name in order], limit=20_000)
    assert good.count(good.build(Or(items=tuple(pairs)))) == 4**16 - 3**16


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=2), unique=True), st.data())
def test_an_order_has_every_name_once(names: list[str], data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.lists(st.sampled_from(names), max_size=4), max_size=4)) if names else []
    order = near_each_other(names, groups)
    assert sorted(order) == sorted(names)
    assert order == near_each_other(names, [list(group) for group in groups])
