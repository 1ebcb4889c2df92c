"""The plan law: whatever a plan asks for, its rows give it, or the compiler says why they cannot.

The rows of random plans are read back by brute force: every case of a small case space is listed, and every claim is
checked against the semantics of the language, with nothing of the planner's own.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from policylang.compiler.plans import CompiledPlan, PlanError, PlanRow, compile_plan, verify_plan
from policylang.language.logic.space import case_space
from policylang.language.logic.verdict import verdict
from policylang.language.meaning.expr import And, Expr, Test, evaluate
from policylang.language.meaning.policy import Clause, Effect, Label, Plan, Policy, Share
from policylang.testing import policies

plan_law = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def planned(draw: st.DrawFn) -> tuple[Policy, Plan, CompiledPlan]:
    """A policy with a plan that can be met, and its rows."""
    policy = draw(policies(exemplars=False, templates=False))
    assume(policy.plans)
    plan = policy.plans[0]
    try:
        return policy, plan, compile_plan(policy, plan)
    except PlanError as error:
        assert error.problems and all(problem.message for problem in error.problems)
        assume(False)
        raise


# ---------------------------------------------------------------- brute force


def cells_by_brute_force(policy: Policy, plan: Plan) -> set[tuple[str, str, tuple[str, ...]]]:
    """Every (clause, label, factor values) that some case of the policy can have, by listing all cases."""
    found = set()
    choices = [[share.name for share in factor.shares if share.percent != 0] for factor in plan.factors]
    labels = {share.name for quota in plan.quotas for share in quota.shares if share.percent != 0}
    for clause in policy.clauses:
        space = case_space(policy, clause.category)
        for case in space.cases():
            for label in Label:
                if plan.quotas and label.value not in labels:
                    continue
                if not deserves(policy, clause, case, label):
                    continue
                for values in itertools.product(*choices):
                    factors = dict(zip((factor.id for factor in plan.factors), values, strict=True))
                    agrees = all(case.get(name, value) == value for name, value in factors.items())
                    if agrees and not any(excluded(expr, factors) for expr in plan.exclude):
                        found.add((clause.id, label.value, values))
    return found


def excluded(expr: Expr, factors: dict[str, str]) -> bool:
    """The strategy excludes pairs of factor values only."""
    assert isinstance(expr, And)
    return all(isinstance(item, Test) and factors[item.variable] in item.values for item in expr.items)


def in_force(policy: Policy, clause: Clause, case: dict[str, str]) -> bool:
    surface = clause.surfaces[0]
    holds = evaluate(clause.scope if clause.effect is Effect.PERMIT else clause.breach, case)
    removed = [other for other in policy.overriders(clause.id) if surface in other.surfaces]
    return holds and not any(evaluate(other.scope, case) for other in removed)


def neighbours(policy: Policy, clause: Clause, case: dict[str, str]) -> Iterator[dict[str, str]]:
    for variable in case_space(policy, clause.category).variables:
        for value in variable.values:
            if value != case[variable.id]:
                yield {**case, variable.id: value}


def deserves(policy: Policy, clause: Clause, case: dict[str, str], label: Label) -> bool:
    """Can a row of the clause with this case have the label?"""
    forces = in_force(policy, clause, case)
    complies = verdict(policy, clause.category, case, clause.surfaces[0]).label is Label.COMPLIES
    match label:
        case Label.VIOLATES:
            return clause.effect is not Effect.PERMIT and forces
        case Label.COMPLIES if clause.effect is Effect.PERMIT:
            return forces and complies
        case Label.COMPLIES:
            return complies
        case Label.BORDERLINE:
            return any(in_force(policy, clause, other) != forces for other in neighbours(policy, clause, case))


def has_boundary(policy: Policy, clause: Clause, variable: str) -> bool:
    """Is there a case that the clause decides, and one a step along `variable` away where it is not in force and the
    outcome is another?"""
    for case in case_space(policy, clause.category).cases():
        here = verdict(policy, clause.category, case, clause.surfaces[0])
        permits = clause.effect is Effect.PERMIT
        if not in_force(policy, clause, case) or (here.label is Label.COMPLIES) is not permits:
            continue
        if not permits and here.level != clause.level:
            continue
        for other in neighbours(policy, clause, case):
            there = verdict(policy, clause.category, other, clause.surfaces[0])
            moved = other[variable] != case[variable]
            if moved and there.level != here.level and not in_force(policy, clause, other):
                return True
    return False


def exact_counts(size: int, shares: tuple[Share, ...]) -> dict[str, tuple[int, int]]:
    """Each share rounded down and up."""
    open_names = [share for share in shares if share.percent is None]
    given = sum((Fraction(str(share.percent)) for share in shares if share.percent is not None), Fraction(0))
    found = {}
    for share in shares:
        percent = Fraction(str(share.percent)) if share.percent is not None else (100 - given) / len(open_names)
        exact = percent * size / 100
        found[share.name] = (int(exact), int(exact) + (exact.denominator != 1))
    return found


def value(row: PlanRow, dimension: str) -> str:
    own = {"clause": row.clause, "category": row.category, "label": row.label.value}
    return own[dimension] if dimension in own else row.factors[dimension]


# ---------------------------------------------------------------- the law


@plan_law
@given(planned())
def test_every_row_is_what_it_says(made: tuple[Policy, Plan, CompiledPlan]) -> None:
    policy, plan, compiled = made
    assert len(compiled.rows) == plan.size
    assert len({row.id for row in compiled.rows}) == plan.size
    for row in compiled.rows:
        clause = policy.clause(row.clause)
        assert deserves(policy, clause, row.case, row.label)
        said = verdict(policy, row.category, row.case, row.surface)
        assert (row.verdict.level, row.verdict.deciding) == (said.level, said.deciding)
        assert row.verdict.response == said.response.action
        assert all(row.case.get(name, picked) == picked for name, picked in row.factors.items())
        assert not any(excluded(expr, row.factors) for expr in plan.exclude)
        assert row.purposes, "every row names what it is there for"


@plan_law
@given(planned())
def test_shares_are_met_to_the_row(made: tuple[Policy, Plan, CompiledPlan]) -> None:
    _, plan, compiled = made
    for dimension, shares in [
        *((f.id, f.shares) for f in plan.factors),
        *((q.dimension, q.shares) for q in plan.quotas),
    ]:
        actual = Counter(value(row, dimension) for row in compiled.rows)
        assert set(actual) <= {share.name for share in shares}
        for name, (low, high) in exact_counts(plan.size, shares).items():
            assert low <= actual[name] <= high


@plan_law
@given(planned())
def test_every_feasible_combination_and_minimum_has_its_rows(made: tuple[Policy, Plan, CompiledPlan]) -> None:
    policy, plan, compiled = made
    category = {clause.id: clause.category for clause in policy.clauses}
    ids = [factor.id for factor in plan.factors]
    feasible = [
        {"clause": clause, "category": category[clause], "label": label, **dict(zip(ids, values, strict=True))}
        for clause, label, values in cells_by_brute_force(policy, plan)
    ]
    for way in plan.coverage:
        for chosen in itertools.combinations(way.dimensions, way.strength):
            asked = {tuple(cell[dimension] for dimension in chosen) for cell in feasible}
            given = {tuple(value(row, dimension) for dimension in chosen) for row in compiled.rows}
            assert asked == given
    for minimum in plan.minimums:
        counts = Counter(value(row, minimum.per) for row in compiled.rows)
        assert all(counts[cell[minimum.per]] >= minimum.count for cell in feasible)


@plan_law
@given(planned())
def test_every_feasible_boundary_has_its_pair(made: tuple[Policy, Plan, CompiledPlan]) -> None:
    policy, plan, compiled = made
    pairs: dict[str, list[PlanRow]] = {}
    for row in compiled.rows:
        if row.pair is not None:
            pairs.setdefault(row.pair, []).append(row)
    for partners in pairs.values():
        one, other = partners
        steps = [name for name in one.case if one.case[name] != other.case[name]]
        assert len(steps) == 1
        assert one.verdict.level != other.verdict.level
        assert {n for n in one.factors if one.factors[n] != other.factors[n]} <= set(steps)
    shown = {boundary.pair for boundary in compiled.report.boundaries if boundary.pair}
    assert shown == set(pairs)
    assert not plan.boundaries or all(boundary.pair or boundary.reason for boundary in compiled.report.boundaries)
    if not plan.factors and not plan.quotas:
        for boundary in compiled.report.boundaries:
            assert bool(boundary.pair) == has_boundary(policy, policy.clause(boundary.clause), boundary.variable)


@plan_law
@given(planned())
def test_the_same_plan_has_the_same_rows_and_they_verify(made: tuple[Policy, Plan, CompiledPlan]) -> None:
    policy, plan, compiled = made
    assert compile_plan(policy, plan) == compiled
    assert verify_plan(policy, plan, compiled.rows) == ()


@plan_law
@given(planned(), st.data())
def test_damaged_rows_do_not_verify(made: tuple[Policy, Plan, CompiledPlan], data: st.DataObject) -> None:
    policy, plan, compiled = made
    rows = list(compiled.rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    row = rows[at]
    damages = {
        "lost": lambda: rows[:at] + rows[at + 1 :],
        "level": lambda: _with(rows, at, verdict=row.verdict.model_copy(update={"deciding": ("nobody",)})),
        "twice": lambda: _with(rows, at, id=rows[at - 1].id if len(rows) > 1 else row.id, index=-1),
        "case": lambda: _with(rows, at, case={}) if row.case else _with(rows, at, clause="nobody"),
    }
    damaged = damages[data.draw(st.sampled_from(sorted(damages)))]()
    assert verify_plan(policy, plan, damaged)


def _with(rows: list[PlanRow], at: int, **changes: object) -> list[PlanRow]:
    return [*rows[:at], rows[at].model_copy(update=changes), *rows[at + 1 :]]
