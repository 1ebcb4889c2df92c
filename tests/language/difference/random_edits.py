"""Random edits of a policy, each as somebody might make it. The result is as valid as what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from policylang.language.difference.renaming import with_names
from policylang.language.meaning.expr import NO, YES, Expr, Not, Test, variables
from policylang.language.meaning.policy import (
    Action,
    Category,
    Clause,
    Effect,
    Exemplar,
    Facet,
    FacetValue,
    Label,
    Policy,
    Respond,
    Term,
    Turn,
)

Draw = st.DrawFn
MakeEdit = Callable[[Draw, Policy], Policy]


@st.composite
def edited(draw: Draw, policy: Policy, most: int = 3) -> Policy:
    """The policy after a few edits."""
    for _ in range(draw(st.integers(1, most))):
        policy = draw(st.sampled_from(EDITS))(draw, policy)
    return policy


def with_clauses(policy: Policy, change: Callable[[Clause], Clause | None]) -> Policy:
    """The policy with every clause as `change` gives it back; None takes it out, with all that speaks of it."""
    made = {clause.id: change(clause) for clause in policy.clauses}
    kept = {name for name, clause in made.items() if clause is not None}
    names = {facet.id for facet in policy.facets}
    while True:
        sound = {
            name
            for name in kept
            if (clause := made[name]) and all(v in names or v in kept for v in variables(clause.breach))
        }
        if sound == kept:
            break
        kept = sound
    categories = []
    for category in policy.categories:
        clauses = []
        for clause in category.clauses:
            new = made[clause.id]
            if new is not None and clause.id in kept:
                overrides = tuple(other for other in new.overrides if other in kept)
                clauses.append(new.model_copy(update={"overrides": overrides}))
        categories.append(category.model_copy(update={"clauses": tuple(clauses)}))
    return policy.model_copy(update={"categories": tuple(categories)})


def _one(draw: Draw, policy: Policy, update: Callable[[Clause], Mapping[str, object] | None]) -> Policy:
    """Change one clause."""
    if not policy.clauses:
        return policy
    chosen = draw(st.sampled_from(policy.clauses)).id

    def change(clause: Clause) -> Clause | None:
        if clause.id != chosen:
            return clause
        found = update(clause)
        return None if found is None else clause.model_copy(update=dict(found))

    return with_clauses(policy, change)


def relevel(draw: Draw, policy: Policy) -> Policy:
    level = draw(st.sampled_from(policy.levels[1:]))
    return _one(draw, policy, lambda clause: {"level": level} if clause.level else {})


def answer_otherwise(draw: Draw, policy: Policy) -> Policy:
    action = draw(st.sampled_from(Action))
    return _one(draw, policy, lambda clause: {"respond": Respond(action=action)})


def drop_exception(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: {"unless": None})


def turn_condition(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: {"when": Not(item=clause.when)} if clause.when else {})


def add_exception(draw: Draw, policy: Policy) -> Policy:
    if not policy.facets:
        return policy
    facet = draw(st.sampled_from(policy.facets))
    value = draw(st.sampled_from(facet.names))
    return _one(draw, policy, lambda clause: {"unless": Test(variable=facet.id, values=(value,))})


def drop_clause(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: None)


def reword_clause(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: {"text": f"{clause.text} Reworded."})


def drop_overrides(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: {"overrides": ()})


def rename_clause(draw: Draw, policy: Policy) -> Policy:
    named = [clause for clause in policy.clauses if clause.title or clause.text]
    if not named:
        return policy
    clause = draw(st.sampled_from(named))
    new = f"{clause.category}.{fresh('clause', policy)}"
    policy = with_names(policy, {}, {}, {clause.id: new})
    name = new.rpartition(".")[2]
    return with_clauses(policy, lambda one: one.model_copy(update={"name": name}) if one.id == new else one)


def rename_facet(draw: Draw, policy: Policy) -> Policy:
    if not policy.facets:
        return policy
    return with_names(policy, {draw(st.sampled_from(policy.facets)).id: fresh("facet", policy)}, {}, {})


def add_clause(draw: Draw, policy: Policy) -> Policy:
    if not policy.categories:
        return policy
    category = draw(st.sampled_from(policy.categories)).id
    name = fresh("added", policy)
    facet = draw(st.none() | st.sampled_from(policy.facets)) if policy.facets else None
    when: Expr | None = Test(variable=facet.id, values=facet.names[:1]) if facet else None
    effect = draw(st.sampled_from(Effect))
    clause = Clause(
        id=f"{category}.{name}",
        category=category,
        name=name,
        text=name,
        effect=effect,
        level=None if effect is Effect.PERMIT else policy.levels[-1],
        surfaces=(policy.surfaces[0].id,),
        when=when,
    )
    return _in_category(policy, category, lambda one: {"clauses": (*one.clauses, clause)})


def reverse_clauses(draw: Draw, policy: Policy) -> Policy:
    if not policy.categories:
        return policy
    category = draw(st.sampled_from(policy.categories)).id
    return _in_category(policy, category, lambda one: {"clauses": tuple(reversed(one.clauses))})


def add_value(draw: Draw, policy: Policy) -> Policy:
    return _facet(
        draw,
        policy,
        lambda f: {} if f.kind == "boolean" else {"values": (*f.values, FacetValue(name=fresh("value", policy)))},
    )


def drop_value(draw: Draw, policy: Policy) -> Policy:
    """Takes the value out of the facet and of every condition and exemplar that names it."""
    wide = [facet for facet in policy.facets if len(facet.values) > 2]
    if not wide:
        return policy
    facet = draw(st.sampled_from(wide))
    gone = draw(st.sampled_from(facet.names))

    def without(expr: Expr | None) -> Expr | None:
        if isinstance(expr, Test) and expr.variable == facet.id:
            return expr.model_copy(update={"values": tuple(value for value in expr.values if value != gone)})
        if isinstance(expr, Not):
            return Not(item=without(expr.item))
        if expr is None or isinstance(expr, Test):
            return expr
        return expr.model_copy(update={"items": tuple(map(without, expr.items))})

    def change(clause: Clause) -> Clause:
        kept = tuple(one for one in clause.exemplars if one.facets.get(facet.id) != gone)
        update = {"when": without(clause.when), "unless": without(clause.unless), "exemplars": kept}
        return clause.model_copy(update=update)

    values = tuple(value for value in facet.values if value.name != gone)
    facets = tuple(
        one.model_copy(update={"values": values, "default": None}) if one.id == facet.id else one
        for one in policy.facets
    )
    return with_clauses(policy.model_copy(update={"facets": facets}), change)


def reword_facet(draw: Draw, policy: Policy) -> Policy:
    return _facet(draw, policy, lambda facet: {"question": f"{facet.question} Really?"})


def add_facet(draw: Draw, policy: Policy) -> Policy:
    facet = Facet(
        id=fresh("facet", policy), question="New?", kind="boolean", values=(FacetValue(name=NO), FacetValue(name=YES))
    )
    return policy.model_copy(update={"facets": (*policy.facets, facet)})


def add_exemplar(draw: Draw, policy: Policy) -> Policy:
    name = draw(st.none() | st.just(fresh("exemplar", policy)))
    label = draw(st.sampled_from(Label))

    def update(clause: Clause) -> Mapping[str, object]:
        number = len(clause.exemplars) + 1
        one = Exemplar(
            id=f"{clause.id}.{name or number}", name=name, label=label, turns=(Turn(role="user", text="Hello?"),)
        )
        return {"exemplars": (*clause.exemplars, one)}

    return _one(draw, policy, update)


def drop_exemplars(draw: Draw, policy: Policy) -> Policy:
    return _one(draw, policy, lambda clause: {"exemplars": ()})


def add_term(draw: Draw, policy: Policy) -> Policy:
    term = Term(phrase=fresh("term", policy), text="A word.")
    return policy.model_copy(update={"terms": (*policy.terms, term)})


def drop_category(draw: Draw, policy: Policy) -> Policy:
    if not policy.categories:
        return policy
    gone = draw(st.sampled_from(policy.categories)).id
    policy = with_clauses(policy, lambda clause: None if clause.category == gone else clause)
    kept = tuple(
        one.model_copy(update={"parent": None if one.parent == gone else one.parent})
        for one in policy.categories
        if one.id != gone
    )
    return policy.model_copy(update={"categories": kept})


def new_version(draw: Draw, policy: Policy) -> Policy:
    return policy.model_copy(update={"version": "9.9.9"})


def fresh(kind: str, policy: Policy) -> str:
    """A name that is nowhere in the policy."""
    text = policy.model_dump_json()
    return next(name for number in range(10_000) if (name := f"{kind}_{number}_new") not in text)


def _in_category(policy: Policy, name: str, update: Callable[[Category], Mapping[str, object]]) -> Policy:
    categories = tuple(one.model_copy(update=dict(update(one))) if one.id == name else one for one in policy.categories)
    return policy.model_copy(update={"categories": categories})


def _facet(draw: Draw, policy: Policy, update: Callable[[Facet], Mapping[str, object]]) -> Policy:
    if not policy.facets:
        return policy
    chosen = draw(st.sampled_from(policy.facets)).id
    facets = tuple(one.model_copy(update=dict(update(one))) if one.id == chosen else one for one in policy.facets)
    return policy.model_copy(update={"facets": facets})


EDITS: tuple[MakeEdit, ...] = (
    relevel,
    answer_otherwise,
    drop_exception,
    turn_condition,
    add_exception,
    drop_clause,
    reword_clause,
    drop_overrides,
    rename_clause,
    rename_facet,
    add_clause,
    reverse_clauses,
    add_value,
    drop_value,
    reword_facet,
    add_facet,
    add_exemplar,
    drop_exemplars,
    add_term,
    drop_category,
    new_version,
)
