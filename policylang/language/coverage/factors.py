"""Values, surfaces and levels: was each of them seen in some exemplar?

Counted are the facets and factors that clauses of the category mention. A factor that no clause mentions makes no
difference to any verdict; what a data set says of it is for its plan to count.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..logic.diagram import ALL, NONE
from ..meaning.expr import Test
from ..meaning.policy import Effect
from .clauses import alone
from .report import Item, Kind
from .view import View


def factor_items(view: View) -> Iterator[Item]:
    yield from _values(view)
    yield from _surfaces(view)
    yield from _levels(view)


def _values(view: View) -> Iterator[Item]:
    space = view.outcomes.space
    for name, values in space.values.items():
        if name in space.presumed:
            continue
        for value in values:
            yield alone(
                view,
                Kind.FACTOR,
                None,
                view.slots(None),
                space.where(Test(variable=name, values=(value,))),
                id=f"{view.category}:{name}={value}",
                says=f"`{name} = {value}` in an exemplar",
                place=view.places.value(name, value),
                reason="there is no such case",
            )


def _surfaces(view: View) -> Iterator[Item]:
    """A surface is seen where a clause that applies to it has an exemplar."""
    for surface in view.outcomes.surfaces:
        clauses = [clause for clause in view.outcomes.clauses if surface in clause.surfaces]
        by = tuple(one.id for one in view.shown if surface in one.clause.surfaces)[:1]
        where = [slot for clause in clauses for slot in view.slots(clause) if slot.clause.id == clause.id]
        briefs = () if by else view.brief(ALL, where)
        yield Item(
            kind=Kind.FACTOR,
            category=view.category,
            id=f"{view.category}:surface:{surface}",
            says=f"surface `{surface}` in an exemplar",
            place=view.places.effect(clauses[0]),
            status="covered" if by else "missing" if briefs else "infeasible",
            reason="" if by or briefs else "no exemplar can be labelled on it",
            shown_by=by,
            briefs=briefs,
        )


def _levels(view: View) -> Iterator[Item]:
    """The lowest level, and every level at which some clause of the category forbids; each on one surface at least."""
    outcomes, d = view.outcomes, view.diagrams
    for level in view.policy.levels:
        at = [clause for clause in outcomes.clauses if clause.effect is not Effect.PERMIT and clause.level == level]
        if not at and level != view.policy.levels[0]:
            continue
        by = tuple(s.id for s in view.shown if d.minus(s.region, outcomes.at_level(level, s.surface)) == NONE)[:1]
        slots = view.slots(at[0] if at else None)
        found = (view.brief(outcomes.at_level(level, slot.clause.surfaces[0]), [slot]) for slot in slots)
        briefs = () if by else next(filter(None, found), ())
        yield Item(
            kind=Kind.FACTOR,
            category=view.category,
            id=f"{view.category}:level:{level}",
            says=f"level `{level}` as the verdict of an exemplar",
            place=view.places.effect(at[0]) if at else view.places.category(view.category),
            status="covered" if by else "missing" if briefs else "infeasible",
            reason="" if by or briefs else "no case that an exemplar can be written for has this level",
            shown_by=by,
            briefs=briefs,
        )
