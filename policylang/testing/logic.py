"""Conditions, cases and partial cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from policylang.language.logic.space import case_space
from policylang.language.meaning.expr import And, AtLeast, Expr, Not, Or, Test
from policylang.language.meaning.policy import Policy

_KINDS = ("test", "test", "and", "or", "not", "at least")


def conditions(domains: Mapping[str, Sequence[str]], *, max_depth: int = 2) -> st.SearchStrategy[Expr]:
    """Conditions over variables, given with their values. Raises ValueError where there is no variable."""
    if not domains:
        raise ValueError("a condition needs a variable to speak about")
    return _conditions({name: tuple(values) for name, values in domains.items()}, max_depth)


@st.composite
def _conditions(draw: st.DrawFn, domains: Mapping[str, tuple[str, ...]], depth: int) -> Expr:
    kind = draw(st.sampled_from(_KINDS)) if depth else "test"
    if kind == "test":
        variable = draw(st.sampled_from(tuple(domains)))
        wanted = draw(st.sets(st.sampled_from(domains[variable])))
        return Test(variable=variable, values=tuple(value for value in domains[variable] if value in wanted))
    part = _conditions(domains, depth - 1)
    if kind == "not":
        return Not(item=draw(part))
    items = tuple(draw(st.lists(part, min_size=2, max_size=3)))
    if kind == "and":
        return And(items=items)
    return Or(items=items) if kind == "or" else AtLeast(count=draw(st.integers(1, len(items))), items=items)


def cases(policy: Policy, category: str) -> st.SearchStrategy[dict[str, str]]:
    """Complete cases of a category: a value for every variable of its case space."""
    return st.fixed_dictionaries(_values(policy, category))


def answers(policy: Policy, category: str) -> st.SearchStrategy[dict[str, str]]:
    """Partial cases of a category, as a judge gives them: some variables have no value."""
    return st.fixed_dictionaries({}, optional=_values(policy, category))


def _values(policy: Policy, category: str) -> dict[str, st.SearchStrategy[str]]:
    space = case_space(policy, category)
    return {variable.id: st.sampled_from(variable.values) for variable in space.variables}
