"""Random policies whose clauses get in each other's way: few facets, many conditions, overrides and responses.

`policylang.testing.policies` is broad; two of its clauses seldom meet. Here nearly everything that the analysis looks
for is frequent.
"""

from __future__ import annotations

from hypothesis import strategies as st

from policylang.language.meaning.expr import NO, YES, Expr, variables
from policylang.language.meaning.policy import (
    Action,
    AmbiguityRule,
    Category,
    Clause,
    Effect,
    Facet,
    FacetValue,
    Policy,
    Respond,
    Surface,
)
from policylang.testing import conditions

LEVELS = ("none", "low", "high")
SURFACES = ("request", "response")
DOMAINS = {"a": ("x", "y", "z"), "b": (NO, YES), "d": ("p", "q")}
CATEGORIES = ("harm", "other")


@st.composite
def dense_policies(draw: st.DrawFn, max_clauses: int = 5) -> Policy:
    clauses: list[Clause] = []
    for number in range(draw(st.integers(1, max_clauses))):
        clauses.append(draw(_clauses(f"c{number}", clauses)))
    ambiguity = draw(st.lists(_rules(), max_size=3))
    return Policy(
        name="dense",
        version="1.0.0",
        levels=LEVELS,
        surfaces=tuple(Surface(id=surface) for surface in SURFACES),
        facets=tuple(
            Facet(id=name, kind="unordered", values=tuple(FacetValue(name=value) for value in values))
            for name, values in DOMAINS.items()
        ),
        categories=tuple(
            Category(
                id=category,
                name=category,
                clauses=tuple(clause for clause in clauses if clause.category == category),
                ambiguity=tuple(ambiguity) if category == "harm" else (),
            )
            for category in CATEGORIES
        ),
    )


@st.composite
def _clauses(draw: st.DrawFn, name: str, before: list[Clause]) -> Clause:
    category = draw(st.sampled_from(("harm", "harm", "harm", "other")))
    effect = draw(st.sampled_from(Effect))
    atoms = {clause.id: (NO, YES) for clause in before[:1] if clause.has_atom}
    if effect is Effect.REQUIRE:
        atoms[f"{category}.{name}"] = (NO, YES)
    known = DOMAINS | atoms
    when: Expr | None = draw(st.none() | st.one_of([conditions(known, max_depth=depth) for depth in (0, 1, 2)]))
    surfaces = draw(st.sampled_from((SURFACES, SURFACES[:1], SURFACES[1:])))
    may_override = [clause.id for clause in before if not clause.locked and set(clause.surfaces) & set(surfaces)]
    action = draw(st.sampled_from((None, Action.REFUSE, Action.COMPLY)))
    return Clause(
        id=f"{category}.{name}",
        category=category,
        name=name,
        text=name,
        effect=effect,
        level=None if effect is Effect.PERMIT else draw(st.sampled_from(LEVELS[1:])),
        surfaces=surfaces,
        when=when,
        unless=draw(conditions(known, max_depth=1)) if draw(st.integers(0, 2)) == 2 else None,
        overrides=tuple(
            draw(st.lists(st.sampled_from(may_override), max_size=1)) if may_override and draw(st.booleans()) else ()
        ),
        locked=draw(st.integers(0, 5)) == 5,
        respond=Respond(action=action) if action else None,
    )


@st.composite
def _rules(draw: st.DrawFn) -> AmbiguityRule:
    action = draw(st.sampled_from(("at_least", "lower", "raise", "ask")))
    level = draw(st.sampled_from(LEVELS)) if action == "at_least" else None
    return AmbiguityRule(action=action, level=level, when=draw(st.none() | conditions(DOMAINS, max_depth=1)))


@st.composite
def variants(draw: st.DrawFn, policy: Policy) -> Policy:
    """The policy with a few clauses changed: other level, other response, no exception, or left out."""
    categories = []
    for category in policy.categories:
        clauses = []
        for clause in category.clauses:
            change = draw(st.sampled_from(("none", "none", "level", "respond", "unless", "leave out")))
            if change == "leave out":
                continue
            update: dict[str, object] = {}
            if change == "level" and clause.level:
                update = {"level": draw(st.sampled_from(policy.levels[1:]))}
            elif change == "respond":
                update = {"respond": Respond(action=draw(st.sampled_from(Action)))}
            elif change == "unless":
                update = {"unless": None}
            clauses.append(clause.model_copy(update=update))
        categories.append((category, clauses))
    kept = {clause.id for _, clauses in categories for clause in clauses}
    return policy.model_copy(
        update={
            "version": "1.1.0",
            "categories": tuple(
                category.model_copy(
                    update={
                        "clauses": tuple(
                            clause.model_copy(update={"overrides": tuple(o for o in clause.overrides if o in kept)})
                            for clause in clauses
                            if _known(clause, kept)
                        )
                    }
                )
                for category, clauses in categories
            ),
        }
    )


def _known(clause: Clause, kept: set[str]) -> bool:
    """Does the clause mention only clauses that are still there?"""
    return all(variable in DOMAINS or variable in kept for variable in variables(clause.breach))
