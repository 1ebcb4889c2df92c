"""Models and rows that cannot be used: the error comes fast, and says what to do."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest

from policylang.compiler.covering import (
    CoveringError,
    CoveringModel,
    SubModel,
    cover,
    covering_model,
    excluded,
    exclusion,
    extend,
    implication,
    impossible_combinations,
    why_impossible,
)

OS = {"os": ["linux", "mac"], "browser": ["firefox", "safari", "edge"]}
ALL_OUT = [
    excluded("no linux", os="linux"),
    excluded("mac has no browser", os="mac", browser=["firefox", "safari", "edge"]),
    excluded("not the cause", browser="edge", os="linux"),
]
HUGE = {name: [f"{name}{at}" for at in range(1_000_000)] for name in ("a", "b")}

BAD: list[tuple[str, Callable[[], object], str]] = [
    ("no parameters", lambda: covering_model({}), "has no parameters; give at least one"),
    ("no values", lambda: covering_model({**OS, "empty": []}), "empty has no values; give it at least one"),
    ("value twice", lambda: covering_model({"a": ["x", "x"]}, 1), "a has the value 'x' twice"),
    ("text for values", lambda: CoveringModel({"a": "xyz"}, 1), "are one text"),  # type: ignore[dict-item]
    ("strength over", lambda: covering_model(OS, 3), "strength 3, but has 2 parameters; ask for 2 at most"),
    ("strength 0", lambda: covering_model(OS, 0), "strengths are 1 to 4"),
    ("strength 5", lambda: covering_model({c: ["x"] for c in "abcdef"}, 5), "strengths are 1 to 4"),
    ("sub-model", lambda: covering_model(OS, sub_models=[SubModel(("os", "cpu"), 2)]), "names 'cpu', which is no para"),
    ("sub-model twice", lambda: covering_model(OS, sub_models=[SubModel(("os", "os"), 2)]), "names a parameter twice"),
    (
        "sub-model size",
        lambda: covering_model(OS, sub_models=[SubModel(("os",), 2)]),
        "sub-model of os asks for strength",
    ),
    (
        "unknown parameter",
        lambda: covering_model(OS, exclusions=[excluded(cpu="arm")]),
        "names 'cpu', which is no param",
    ),
    (
        "unknown value",
        lambda: covering_model(OS, exclusions=[excluded(os="beos")]),
        "os has no value 'beos'; its values",
    ),
    ("empty exclusion", lambda: covering_model(OS, exclusions=[exclusion({})]), "names no parameter"),
    ("exclusion of nothing", lambda: covering_model(OS, exclusions=[exclusion({"os": []})]), "without values"),
    ("weight", lambda: covering_model(OS, weights={"os": {"mac": 0}}), "weight of os = mac is 0; give a whole number"),
    ("weight of what", lambda: covering_model(OS, weights={"os": {"bsd": 2}}), "os has no value 'bsd'"),
    ("implication", lambda: implication(OS, {"os": ["mac"]}, {"browser": ["opera"]}), "browser = opera"),
    (
        "contradiction",
        lambda: cover(covering_model(OS, exclusions=ALL_OUT)),
        "no row possible; remove or narrow one of:",
    ),
    ("too much", lambda: covering_model(HUGE), "1,000,000,000,000 combinations .* lower the strength"),
    (
        "seed row parameter",
        lambda: cover(covering_model(OS), seed_rows=[{"cpu": "arm"}]),
        "seed row 0 has the parameter",
    ),
    ("seed row value", lambda: cover(covering_model(OS), seed_rows=[{"os": "bsd"}]), "seed row 0 has os = 'bsd'"),
    ("seed row empty", lambda: cover(covering_model(OS), seed_rows=[{}]), "seed row 0 is empty"),
    ("steps", lambda: cover(covering_model(OS), steps=-1), "steps is -1; give 0"),
    ("seconds", lambda: cover(covering_model(OS), seconds=float("nan")), "seconds is nan; give"),
]


@pytest.mark.parametrize(("make", "message"), [pytest.param(m, t, id=name) for name, m, t in BAD])
def test_bad_input_is_refused_fast(make: Callable[[], object], message: str) -> None:
    started = time.process_time()
    with pytest.raises(CoveringError, match=message):
        make()
    assert time.process_time() - started < 2


def test_a_contradiction_names_only_its_causes() -> None:
    with pytest.raises(CoveringError) as caught:
        cover(covering_model(OS, exclusions=ALL_OUT))
    assert "no linux; mac has no browser" in str(caught.value)
    assert "not the cause" not in str(caught.value)


def test_a_seed_row_that_is_excluded_says_by_what() -> None:
    model = covering_model(OS, exclusions=[excluded("Safari is for Macs", os="linux", browser="safari")])
    with pytest.raises(CoveringError, match=r"seed row 1 \(os = linux, browser = safari\).*Safari is for Macs"):
        cover(model, seed_rows=[{"os": "mac"}, {"os": "linux", "browser": "safari"}])


def test_10_to_the_12_rows_are_no_problem_when_only_pairs_are_asked_for() -> None:
    model = covering_model({f"p{at}": [str(v) for v in range(10)] for at in range(12)})
    assert len(cover(model, steps=0).rows) < 200


def test_a_derived_impossible_pair_has_all_its_reasons() -> None:
    parameters = {"a": ["0", "1"], "b": ["0", "1"], "c": ["0", "1"]}
    exclusions = [
        *implication(parameters, {"a": ["1"]}, {"b": ["1"]}, "a needs b"),
        *implication(parameters, {"b": ["1"]}, {"c": ["1"]}, "b needs c"),
        excluded("never seen", a="0", c="0", b="1"),
    ]
    model = covering_model(parameters, exclusions=exclusions)
    found = {tuple(sorted(one.values.items())): one.because for one in impossible_combinations(model)}
    assert found[("a", "1"), ("c", "0")] == ("a needs b", "b needs c")
    assert found[("a", "1"), ("b", "0")] == ("a needs b",)
    assert why_impossible(model, {"a": "1", "c": "1"}) == ()


def test_rows_of_an_earlier_array_that_cannot_stand_say_why() -> None:
    model = covering_model(OS, exclusions=[excluded("Safari is for Macs", os="linux", browser="safari")])
    rows = [
        {"os": "linux", "browser": "safari"},
        {"os": "beos", "browser": "edge"},
        {"cpu": "arm"},
        {"os": "mac", "browser": "edge", "cpu": "arm"},
    ]
    array = extend(model, rows)
    assert [(one.row, one.because) for one in array.dropped] == [
        (0, "Safari is for Macs"),
        (1, "os has no value 'beos'"),
        (2, "it has no parameter of the model"),
    ]
    assert array.rows[0] == {"os": "mac", "browser": "edge"}
    assert array.given == 1
    assert len(array.rows) == 5


def test_exclusions_that_are_too_entangled_are_refused_in_seconds() -> None:
    """Nine parameters that all differ and have eight values: no row, but no short proof of that (pigeons and holes)."""
    parameters = {f"pigeon{at}": [str(hole) for hole in range(8)] for at in range(9)}
    pairs = itertools.combinations(parameters, 2)
    exclusions = [exclusion({a: hole, b: hole}) for a, b in pairs for hole in parameters[a]]
    started = time.process_time()
    with pytest.raises(CoveringError, match="too entangled; name fewer parameters in each"):
        cover(covering_model(parameters, exclusions=exclusions))
    assert time.process_time() - started < 10
