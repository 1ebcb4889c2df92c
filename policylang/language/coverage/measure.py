"""Coverage of a policy by its exemplars."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..meaning.policy import Policy
from .clauses import clause_items, exception_items, override_items
from .conditions import boundary_items, condition_items
from .factors import factor_items
from .places import Places
from .report import CoverageReport, Item, Kind
from .view import View


def measure_coverage(
    policy: Policy,
    places: Places | None = None,
    *,
    categories: Collection[str] | None = None,
    kinds: Collection[Kind] = tuple(Kind),
) -> CoverageReport:
    """What the exemplars of a policy show, and what they do not.

    clause: every clause has an exemplar that violates, one that complies and a borderline one; condition: every atomic
    test has independent effect; exception: every `unless` applies once and fails once, every override is seen;
    boundary: both sides of a clause are seen one facet apart; factor: values, surfaces and levels are seen.

    Only what is feasible counts: whatever is missing has a brief, and the exemplars of the brief would show it.
    Categories without clauses have nothing to show. Raises DiagramSizeError for conditions that are too entangled.
    """
    places = places or Places()
    views = {category.id: View(policy, category.id, places) for category in policy.categories if category.clauses}
    wanted = [view for view in views.values() if categories is None or view.category in categories]
    items = [item for view in wanted for item in _items(view, views) if item.kind in kinds]
    return CoverageReport(
        policy=policy.name,
        version=policy.version,
        exemplars=sum(len(clause.exemplars) for view in wanted for clause in view.outcomes.clauses),
        items=tuple(items),
    )


def _items(view: View, views: dict[str, View]) -> Iterator[Item]:
    for clause in view.outcomes.clauses:
        if clause.surfaces:
            yield from clause_items(view, clause)
            yield from condition_items(view, clause)
            yield from exception_items(view, clause)
            yield from override_items(view, clause, views)
            yield from boundary_items(view, clause)
    yield from factor_items(view)
