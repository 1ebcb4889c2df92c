"""Sampling plans."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from policylang.language.meaning.expr import And, Test
from policylang.language.meaning.policy import (
    Label,
    Minimum,
    Plan,
    PlanFactor,
    Policy,
    Quota,
    Share,
    Split,
    WayCoverage,
)

from .words import optional, prose, texts


@st.composite
def plans(draw: st.DrawFn, name: str, policy: Policy) -> Plan:
    """A plan over the factors of a policy. It is well formed, which does not mean that it is feasible."""
    factors = [
        PlanFactor(id=facet.id, shares=draw(_shares(facet.names)))
        for facet in policy.facets
        if facet.controlled and draw(st.booleans())
    ]
    dimensions = ["category", "label", *(factor.id for factor in factors)]
    covered = draw(st.lists(st.sampled_from(dimensions), max_size=3, unique=True))
    per = draw(st.none() | st.sampled_from(dimensions))
    return Plan(
        id=name,
        title=draw(optional(texts())),
        text=draw(optional(prose())),
        size=draw(st.integers(1, 40)),
        seed=draw(st.integers(0, 2**32)),
        attempts=draw(st.integers(1, 3)),
        factors=tuple(factors),
        exclude=draw(_exclusions(policy, factors)),
        coverage=(WayCoverage(strength=min(2, len(covered)), dimensions=tuple(covered)),) if covered else (),
        boundaries=draw(st.booleans()),
        quotas=draw(_quotas()),
        minimums=(Minimum(count=draw(st.integers(0, 3)), per=per),) if per else (),
        stages=draw(st.sampled_from((("request", "reason", "answer", "judge"), ("request", "judge")))),
        accept_by=tuple(rubric.id for rubric in policy.rubrics if draw(st.booleans())),
        split=draw(st.just(Split()) | _splits()),
    )


@st.composite
def _shares(draw: st.DrawFn, values: Sequence[str]) -> tuple[Share, ...]:
    """Shares of some of the values: percentages that add up to 100, or none at all."""
    chosen = draw(st.lists(st.sampled_from(tuple(values)), min_size=1, unique=True))
    if draw(st.booleans()):
        return tuple(Share(name=value) for value in chosen)
    cuts = sorted(draw(st.sets(st.integers(1, 199), min_size=len(chosen) - 1, max_size=len(chosen) - 1)))
    halves = [high - low for low, high in zip([0, *cuts], [*cuts, 200], strict=True)]
    return tuple(Share(name=value, percent=half / 2) for value, half in zip(chosen, halves, strict=True))


@st.composite
def _exclusions(draw: st.DrawFn, policy: Policy, factors: Sequence[PlanFactor]) -> tuple[And, ...]:
    """A pair of values of two factors that never goes together, if there are two."""
    if len(factors) < 2 or draw(st.booleans()):
        return ()
    tests = [
        Test(variable=factor.id, values=(draw(st.sampled_from([share.name for share in factor.shares])),))
        for factor in factors[:2]
    ]
    return (And(items=tuple(tests)),)


@st.composite
def _quotas(draw: st.DrawFn) -> tuple[Quota, ...]:
    if draw(st.booleans()):
        return ()
    return (Quota(dimension="label", shares=draw(_shares([label.value for label in Label]))),)


@st.composite
def _splits(draw: st.DrawFn) -> Split:
    group = draw(st.sampled_from(("pair", "clause", "category", "row")))
    return Split(shares=draw(_shares(("train", "validation", "test"))), group_by=group)
