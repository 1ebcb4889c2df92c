"""A policy with other ids for its facets, categories and clauses, wherever they are mentioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test
from ..meaning.policy import AmbiguityRule, Category, Clause, Exemplar, Plan, Policy, Rubric, Share

Names = Mapping[str, str]


def with_names(policy: Policy, facets: Names, categories: Names, clauses: Names) -> Policy:
    """The policy with these ids in place of the old ones; what is not named stays as it is."""
    if not (facets or categories or clauses):
        return policy
    new = _Renaming(facets, categories, clauses)
    return policy.model_copy(
        update={
            "facets": tuple(one.model_copy(update={"id": new.facet(one.id)}) for one in policy.facets),
            "categories": tuple(map(new.of_category, policy.categories)),
            "ambiguity": tuple(map(new.of_rule, policy.ambiguity)),
            "rubrics": tuple(map(new.of_rubric, policy.rubrics)),
            "plans": tuple(map(new.of_plan, policy.plans)),
        }
    )


@dataclass(frozen=True)
class _Renaming:
    facets: Names
    categories: Names
    clauses: Names

    def facet(self, name: str) -> str:
        return self.facets.get(name, name)

    def category(self, name: str) -> str:
        return self.categories.get(name, name)

    def clause(self, name: str) -> str:
        return self.clauses.get(name, name)

    def variable(self, name: str) -> str:
        return self.facets.get(name) or self.clauses.get(name, name)

    def value(self, dimension: str, name: str) -> str:
        """The value of a dimension of a plan."""
        names = {"clause": self.clauses, "category": self.categories}.get(dimension, {})
        return names.get(name, name)

    def expr(self, expr: Expr | None) -> Expr | None:
        return None if expr is None else self._expr(expr)

    def _expr(self, expr: Expr) -> Expr:
        match expr:
            case Test(variable=variable, values=values):
                return Test(variable=self.variable(variable), values=tuple(self.value(variable, v) for v in values))
            case Not(item=item):
                return Not(item=self._expr(item))
            case And(items=items) | Or(items=items) | AtLeast(items=items):
                return expr.model_copy(update={"items": tuple(map(self._expr, items))})

    def of_category(self, category: Category) -> Category:
        return category.model_copy(
            update={
                "id": self.category(category.id),
                "parent": None if category.parent is None else self.category(category.parent),
                "clauses": tuple(map(self.of_clause, category.clauses)),
                "ambiguity": tuple(map(self.of_rule, category.ambiguity)),
            }
        )

    def of_clause(self, clause: Clause) -> Clause:
        return clause.model_copy(
            update={
                "id": self.clause(clause.id),
                "category": self.category(clause.category),
                "when": self.expr(clause.when),
                "unless": self.expr(clause.unless),
                "overrides": tuple(map(self.clause, clause.overrides)),
                "exemplars": tuple(self.of_exemplar(clause.id, one) for one in clause.exemplars),
            }
        )

    def of_exemplar(self, clause: str, exemplar: Exemplar) -> Exemplar:
        return exemplar.model_copy(
            update={
                "id": self.clause(clause) + exemplar.id.removeprefix(clause),
                "facets": {self.variable(name): value for name, value in exemplar.facets.items()},
            }
        )

    def of_rule(self, rule: AmbiguityRule) -> AmbiguityRule:
        return rule.model_copy(update={"when": self.expr(rule.when)})

    def of_rubric(self, rubric: Rubric) -> Rubric:
        criteria = (one.model_copy(update={"when": self.expr(one.when)}) for one in rubric.criteria)
        return rubric.model_copy(update={"criteria": tuple(criteria)})

    def of_plan(self, plan: Plan) -> Plan:
        return plan.model_copy(
            update={
                "factors": tuple(one.model_copy(update={"id": self.facet(one.id)}) for one in plan.factors),
                "exclude": tuple(map(self._expr, plan.exclude)),
                "coverage": tuple(
                    way.model_copy(update={"dimensions": tuple(map(self.facet, way.dimensions))})
                    for way in plan.coverage
                ),
                "quotas": tuple(
                    quota.model_copy(
                        update={
                            "dimension": self.facet(quota.dimension),
                            "shares": tuple(
                                Share(name=self.value(quota.dimension, share.name), percent=share.percent)
                                for share in quota.shares
                            ),
                        }
                    )
                    for quota in plan.quotas
                ),
                "minimums": tuple(one.model_copy(update={"per": self.facet(one.per)}) for one in plan.minimums),
            }
        )
