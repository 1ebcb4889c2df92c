"""Small random models, and what brute force says about them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import strategies as st

from policylang.compiler.covering import CoveringModel, Exclusion, SubModel, covering_model, exclusion


@st.composite
def models(draw: st.DrawFn, *, most_exclusions: int = 6, weighted: bool = False) -> CoveringModel:
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    parameters = {f"p{at}": [f"v{value}" for value in range(size)] for at, size in enumerate(sizes)}
    names = list(parameters)
    strength = draw(st.integers(1, min(4, len(names))))
    sub_models = []
    if draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))
        sub_models.append(SubModel(tuple(some), draw(st.integers(1, min(4, len(some))))))
    weights = {}
    if weighted:
        name = draw(st.sampled_from(names))
        weights = {name: {value: draw(st.integers(1, 9)) for value in parameters[name]}}
    exclusions = draw(st.lists(_exclusions(parameters), max_size=most_exclusions))
    return covering_model(parameters, strength, exclusions=exclusions, sub_models=sub_models, weights=weights)


@st.composite
def _exclusions(draw: st.DrawFn, parameters: dict[str, list[str]]) -> Exclusion:
    names = draw(st.lists(st.sampled_from(list(parameters)), min_size=1, max_size=3, unique=True))
    values = {
        name: draw(st.lists(st.sampled_from(parameters[name]), min_size=1, max_size=2, unique=True)) for name in names
    }
    return exclusion(values)


def possible_rows(model: CoveringModel) -> Iterator[dict[str, str]]:
    """Every row that satisfies the exclusions, by trying all."""
    for values in itertools.product(*model.parameters.values()):
        row = dict(zip(model.parameters, values, strict=True))
        if not any(all(row[n] in some for n, some in e.values.items()) for e in model.exclusions):
            yield row


def possible_combinations(model: CoveringModel) -> set[frozenset[tuple[str, str]]]:
    """Everything the model asks for that some row has."""
    return {frozenset((n, row[n]) for n in scope) for row in possible_rows(model) for scope in model.scopes()}


def uniform(levels: int, parameters: int, strength: int = 2) -> CoveringModel:
    return mixed([levels] * parameters, strength)


def mixed(sizes: list[int], strength: int = 2) -> CoveringModel:
    return covering_model({f"p{at}": [str(v) for v in range(size)] for at, size in enumerate(sizes)}, strength)
