"""The categories in which verdicts may differ at all, so that only those are compared case by case.

Most edits touch few categories. One whose logic, whose overriders' logic and whose facets' values are the same in both
versions gives every case the same verdict; that is seen without looking at cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..meaning.expr import variables
from ..meaning.policy import Clause, Policy


def touched(old: Policy, new: Policy) -> frozenset[str]:
    """The ids of the categories that may not be the same to cases, or whose questions read differently."""
    ids = {category.id for policy in (old, new) for category in policy.categories}
    if old.levels != new.levels:
        return frozenset(ids)
    before, after = _logic(old), _logic(new)
    return frozenset(name for name in ids if before.get(name) != after.get(name))


def only(policy: Policy, categories: frozenset[str]) -> Policy:
    """The policy with these categories, and those that their logic speaks of."""
    if len(categories) >= len(policy.categories):
        return policy
    kept = set(categories)
    clauses = {clause.id: clause for clause in policy.clauses}
    for clause in clauses.values():
        if clause.category in categories:
            for other in (clause, *policy.overriders(clause.id)):
                kept.add(other.category)
                kept.update(clauses[name].category for name in variables(other.breach) if name in clauses)
    return policy.model_copy(update={"categories": tuple(one for one in policy.categories if one.id in kept)})


def _logic(policy: Policy) -> Mapping[str, object]:
    """All that verdicts of a category follow from, by its id."""
    domains = {facet.id: facet.names for facet in policy.facets}

    def of(clause: Clause) -> Iterator[object]:
        action = clause.respond.action if clause.respond else None
        yield clause.id, clause.effect, clause.level, clause.surfaces, action, clause.when, clause.unless
        yield tuple((name, domains.get(name)) for name in variables(clause.breach))
        if clause.has_atom:
            yield clause.title, clause.text

    return {
        category.id: tuple(
            (tuple(of(clause)), tuple(tuple(of(other)) for other in policy.overriders(clause.id)))
            for clause in category.clauses
        )
        for category in policy.categories
    }
