"""Conditions and boundaries: what only a pair of exemplars can show.

A test of a condition has *independent effect* when two cases differ in its variable alone, the test is true in one of
them and false in the other, the clause decides one and is not in force in the other, and label or level differ. That
is unique-cause MC/DC (J. J. Chilenski, S. P. Miller, "Applicability of modified condition/decision coverage to software
testing", 1994), with the verdict as the outcome of the decision. Where two tests of a clause ask for one variable (they
are *coupled*) no pair holds the other one still; the pair then shows both.

A boundary is the same without the test: one for every variable of the clause and of those that override it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..logic.diagram import NONE
from ..logic.space import overriders
from ..meaning.expr import NO, YES, Test, variables
from ..meaning.policy import Clause, Effect
from .places import Place, atomic_tests
from .report import Item, Kind
from .view import Pair, Steps, View


def condition_items(view: View, clause: Clause) -> Iterator[Item]:
    """The atomic tests of a clause: of its `when`, of its `unless`, and its own question where it has one."""
    found: list[tuple[str, Test, Place | None]] = []
    if clause.has_atom:
        asked = Test(variable=clause.id, values=(NO,) if clause.effect is Effect.REQUIRE else (YES,))
        found.append(("question", asked, view.places.name(clause)))
    for field, expr in (("when", clause.when), ("unless", clause.unless)):
        for path, test in atomic_tests(expr) if expr is not None else ():
            name = ".".join(map(str, (field, *path)))
            found.append((name, test, view.places.part(clause, field, path)))
    for name, test, place in found:
        what = "its own question" if name == "question" else f"`{view.spelled(test)}`"
        yield _pair_item(
            view,
            Kind.CONDITION,
            clause,
            test.variable,
            _steps(view, test.variable, test),
            id=f"{clause.id}:{name}",
            says=f"`{clause.name}`: independent effect of {what}",
            place=place,
        ).model_copy(update={"both_seen": _both_seen(view, clause, test)})


def boundary_items(view: View, clause: Clause) -> Iterator[Item]:
    """The variables along which the clause has an edge, its overriders' included."""
    surface = clause.surfaces[0]
    mentioned = dict.fromkeys(variables(clause.breach))
    for other in overriders(view.policy, clause, surface):
        mentioned.update(dict.fromkeys(variables(other.scope)))
    for variable in mentioned:
        yield _pair_item(
            view,
            Kind.BOUNDARY,
            clause,
            variable,
            _steps(view, variable),
            id=f"{clause.id}:edge:{variable}",
            says=f"`{clause.name}`: both sides, with only `{view.short(variable)}` changed",
            place=view.places.name(clause),
        )


def _pair_item(
    view: View,
    kind: Kind,
    clause: Clause,
    variable: str,
    by: Steps,
    *,
    id: str,  # noqa: A002
    says: str,
    place: Place | None,
) -> Item:
    pair = _pair(view, clause, variable, by)
    feasible = next(view.possible(pair), None) is not None
    shown = view.shows_pair(pair) if feasible else ()
    return Item(
        kind=kind,
        category=view.category,
        clause=clause.id,
        id=id,
        says=says,
        place=place,
        status="covered" if shown else "missing" if feasible else "infeasible",
        reason="" if feasible else _why_none(view, pair),
        shown_by=shown,
        briefs=() if shown or not feasible else view.brief_pair(pair),
    )


def _pair(view: View, clause: Clause, variable: str, by: Steps) -> Pair:
    """Inside, the clause decides; outside, it is not in force and the outcome is another.

    Of both sides only what an exemplar can be written for.
    """
    outcomes, d, surface = view.outcomes, view.diagrams, clause.surfaces[0]
    inner = outcomes.decides(clause, surface, forbids=clause.effect is not Effect.PERMIT)
    level = view.policy.levels[0] if clause.effect is Effect.PERMIT else clause.level or view.policy.levels[0]
    same = outcomes.complying(surface) if clause.effect is Effect.PERMIT else outcomes.at_level(level, surface)
    outer = d.minus(d.negate(outcomes.in_force(clause, surface)), same)
    writable = view.labelled(surface)
    return Pair(clause, variable, d.all_of(inner, writable), d.all_of(outer, writable), by)


def _why_none(view: View, pair: Pair) -> str:
    name = view.short(pair.variable)
    if pair.inner == NONE:
        return "the clause never decides a case"
    if pair.outer == NONE:
        return "no case has another outcome"
    if not pair.steps:
        return f"the test is the same for all values of {name}"
    return f"no change of {name} alone changes the outcome"


def _both_seen(view: View, clause: Clause, test: Test) -> bool:
    """Was the test seen true and false, and the clause in force in one of these exemplars and not in the other?"""
    d, surface = view.diagrams, clause.surfaces[0]
    true, force = view.outcomes.space.where(test), view.outcomes.in_force(clause, surface)
    seen = set()
    for one in view.on(surface):
        facts = [d.minus(one.region, cases) == NONE for cases in (true, d.negate(true), force, d.negate(force))]
        if (facts[0] or facts[1]) and (facts[2] or facts[3]):
            seen.add((facts[0], facts[2]))
    return {(True, True), (False, False)} <= seen or {(True, False), (False, True)} <= seen


def _steps(view: View, variable: str, test: Test | None = None) -> Steps:
    """The changes of a variable, or those that change a test; along an ordered facet the smallest first."""
    values = view.outcomes.space.values[variable]
    found = [(x, y) for x in values for y in values if x != y]
    if test is not None:
        found = [(x, y) for x, y in found if (x in test.values) != (y in test.values)]
    if any(facet.id == variable and facet.kind == "ordered" for facet in view.policy.facets):
        found.sort(key=lambda step: abs(values.index(step[0]) - values.index(step[1])))  # stable
    return tuple(found)
