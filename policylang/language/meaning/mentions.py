"""Which facets and clauses a policy makes use of."""

from __future__ import annotations

from collections.abc import Iterator

from .expr import Expr, variables
from .policy import Policy


def mentioned(policy: Policy) -> Iterator[str]:
    """The variables that clauses, exemplars, ambiguity rules, rubrics and plans speak of; a name may come twice."""

    def of(expr: Expr | None) -> tuple[str, ...]:
        return variables(expr) if expr is not None else ()

    for clause in policy.clauses:
        yield from (*of(clause.when), *of(clause.unless))
    for _, exemplar in policy.exemplars:
        yield from exemplar.facets
    for rule in (*policy.ambiguity, *(rule for category in policy.categories for rule in category.ambiguity)):
        yield from of(rule.when)
    for rubric in policy.rubrics:
        for criterion in rubric.criteria:
            yield from of(criterion.when)
    for plan in policy.plans:
        yield from (factor.id for factor in plan.factors)
        for expr in plan.exclude:
            yield from variables(expr)
