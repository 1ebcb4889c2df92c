"""Clauses and exceptions: what one exemplar alone can show.

A clause: that it is violated, complied with, and borderline. An exception: that an `unless` once takes a case away from
its `when`, and once does not; that an override once removes the clause that it overrides.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..logic.diagram import NONE, Diagram
from ..meaning.expr import TRUE, YES, Not, Test, both
from ..meaning.policy import Clause, Effect, Label
from .briefs import Slot
from .places import Place
from .report import Item, Kind
from .view import View

_SAYS = {
    Label.VIOLATES: "an exemplar that violates",
    Label.COMPLIES: "an exemplar that complies",
    Label.BORDERLINE: "a borderline exemplar",
}


def clause_items(view: View, clause: Clause) -> Iterator[Item]:
    """The three labels of a clause."""
    for label in Label:
        by = tuple(one.id for one in view.shown if one.clause.id == clause.id and one.exemplar.label is label)[:1]
        cases, reason = _wanted(view, clause, label)
        missing = not by and cases != NONE
        yield Item(
            kind=Kind.CLAUSE,
            category=view.category,
            clause=clause.id,
            id=f"{clause.id}:{label}",
            says=f"`{clause.name}`: {_SAYS[label]}",
            place=view.places.name(clause),
            status="covered" if by else "missing" if missing else "infeasible",
            reason="" if by or missing else reason,
            shown_by=by,
            briefs=view.brief(cases, [Slot(clause, label, cases)]) if missing else (),
        )


def _wanted(view: View, clause: Clause, label: Label) -> tuple[Diagram, str]:
    """The cases that an exemplar to be written could have, and why there are none where there are none."""
    outcomes, d, surface = view.outcomes, view.diagrams, clause.surfaces[0]
    if label is Label.VIOLATES:
        if clause.effect is Effect.PERMIT:
            return NONE, "a permit cannot be violated"
        never = "is always overridden" if outcomes.space.where(clause.breach) != NONE else "never holds"
        return outcomes.forbidding(clause, surface), f"the clause {never}"
    if label is Label.BORDERLINE:
        # Where the clause itself is at stake, if there is such a case: that is the edge its readers ask about.
        edge = outcomes.edge(surface)
        own = d.all_of(edge, outcomes.in_force(clause, surface))
        return (own if own != NONE else edge), "no change of one facet changes whether a case violates"
    complying = outcomes.complying(surface)
    kept = d.all_of(complying, outcomes.allowing(clause, surface))
    return (kept if kept != NONE else complying), "every case violates some clause"


def exception_items(view: View, clause: Clause) -> Iterator[Item]:
    """The `unless` of a clause, both ways."""
    if clause.unless is None:
        return
    where = view.outcomes.space.where
    base = clause.when if clause.when is not None else TRUE
    if clause.when is None and clause.effect is not Effect.REQUIRE:
        base = Test(variable=clause.id, values=(YES,))
    spelled = view.spelled(clause.unless)
    for name, cases, says, reason in (
        ("applies", where(both(base, clause.unless)), "applies", "the exception meets no case of the clause"),
        ("fails", where(both(base, Not(item=clause.unless))), "does not apply", "the exception swallows the clause"),
    ):
        yield _alone(
            view,
            clause,
            cases,
            id=f"{clause.id}:unless:{name}",
            says=f"`{clause.name}`: a case of it where `unless {spelled}` {says}",
            place=view.places.statement(clause, "unless"),
            reason=reason,
        )


def override_items(view: View, clause: Clause, views: dict[str, View]) -> Iterator[Item]:
    """Every override of a clause, shown in the category of the clause that it removes."""
    for other_id in clause.overrides:
        other = view.policy.clause(other_id)
        there = views[other.category]
        space = there.outcomes.space
        shared = set(clause.surfaces) & set(other.surfaces)
        holds = space.where(other.scope if other.effect is Effect.PERMIT else other.breach)
        cases = there.diagrams.all_of(holds, there.outcomes.speaks(clause)) if shared else NONE
        yield _alone(
            there,
            clause if clause.category == other.category else other,
            cases,
            id=f"{clause.id}:overrides:{other_id}",
            says=f"`{clause.name}`: a case where it overrides `{view.short(other_id)}`",
            place=view.places.override(clause, other_id),
            reason="the two clauses never hold together",
        ).model_copy(update={"category": view.category, "clause": clause.id})


def _alone(view: View, clause: Clause, cases: Diagram, *, id: str, says: str, place: Place | None, reason: str) -> Item:  # noqa: A002
    """An item of an exception, which any exemplar of the category may show."""
    return alone(view, Kind.EXCEPTION, clause, view.slots(clause), cases, id=id, says=says, place=place, reason=reason)


def alone(
    view: View,
    kind: Kind,
    clause: Clause | None,
    where: list[Slot],
    cases: Diagram,
    *,
    id: str,  # noqa: A002
    says: str,
    place: Place | None,
    reason: str,
) -> Item:
    """An item that one exemplar of the category shows, if all its cases are of `cases`."""
    by = view.shows(cases, view.shown) if cases != NONE else ()
    briefs = () if by else view.brief(cases, where)
    unwritable = "no exemplar can be labelled there: none of its clauses decides on the surface that it is judged on"
    return Item(
        kind=kind,
        category=view.category,
        clause=clause.id if clause is not None else None,
        id=id,
        says=says,
        place=place,
        status="covered" if by else "missing" if briefs else "infeasible",
        reason="" if by or briefs else unwritable if cases != NONE else reason,
        shown_by=by,
        briefs=briefs,
    )
