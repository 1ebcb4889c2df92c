"""Exemplars whose labels are right by construction: a case is drawn, and what the policy says of it is its label."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from policylang.language.logic.space import case_space, presumed
from policylang.language.logic.table import DecisionTable, compile_table
from policylang.language.meaning.expr import evaluate
from policylang.language.meaning.policy import (
    Category,
    Clause,
    Effect,
    Exemplar,
    Image,
    Label,
    Policy,
    Turn,
    Use,
)

from .logic import cases
from .words import names, optional, texts


@st.composite
def with_exemplars(draw: st.DrawFn, policy: Policy, *, images: bool = True, most: int = 2) -> Policy:
    """The policy with up to `most` exemplars under every clause in place of those that it had."""
    found = []
    for category in policy.categories:
        tables = {surface.id: compile_table(policy, category.id, surface.id) for surface in policy.surfaces}
        clauses = []
        for clause in category.clauses:
            exemplars: list[Exemplar] = []
            for number in range(1, draw(st.integers(0, most)) + 1):
                exemplar = draw(_exemplars(policy, category, clause, tables[clause.surfaces[0]], number, images))
                if all(exemplar.id != other.id for other in exemplars):
                    exemplars.append(exemplar)
            clauses.append(clause.model_copy(update={"exemplars": tuple(exemplars)}))
        found.append(category.model_copy(update={"clauses": tuple(clauses)}))
    return policy.model_copy(update={"categories": tuple(found)})


def right_labels(clause: Clause, table: DecisionTable, case: Mapping[str, str]) -> tuple[Label, ...]:
    """The labels that an exemplar of a clause with this case may have, on the surface of the table; one at least.

    A case in which only other clauses are broken neither violates this one nor complies: it is `borderline` at best.
    """
    if table.decide(case).label is Label.COMPLIES:
        return (Label.COMPLIES, Label.BORDERLINE)
    broken = any(row.clause == clause.id and row.forbids and evaluate(row.when, case) for row in table.rows)
    return (Label.VIOLATES, Label.BORDERLINE) if broken and clause.effect is not Effect.PERMIT else (Label.BORDERLINE,)


@st.composite
def _exemplars(
    draw: st.DrawFn, policy: Policy, category: Category, clause: Clause, table: DecisionTable, number: int, images: bool
) -> Exemplar:
    case = draw(cases(policy, category.id))
    name = draw(st.none() | names())
    return Exemplar(
        id=f"{clause.id}.{name or number}",
        name=name,
        label=draw(st.sampled_from(right_labels(clause, table, case))),
        turns=draw(_turns(images)),
        facets=dict(sorted(draw(_stated(policy, category, clause, case)).items())),
        because=draw(optional(texts())),
        ideal=draw(optional(texts())),
        rejected=draw(optional(texts())),
        use=draw(st.sampled_from(((Use.PROMPT, Use.SEED), (Use.PROMPT,), (Use.SEED,), (Use.CALIBRATION,)))),
    )


@st.composite
def _stated(
    draw: st.DrawFn, policy: Policy, category: Category, clause: Clause, case: Mapping[str, str]
) -> dict[str, str]:
    """What an exemplar says of its case: all of it, or without some of what would be filled in as it is."""
    space = case_space(policy, category.id)
    kinds = {variable.id: variable.kind for variable in space.variables}
    said = dict(case)
    for name, value in case.items():
        may_go = value == presumed(policy, name) if kinds[name] == "atom" else True
        if name != clause.id and may_go and draw(st.integers(0, 5)) == 5:
            del said[name]
    return said


@st.composite
def _turns(draw: st.DrawFn, images: bool) -> tuple[Turn, ...]:
    roles = draw(st.lists(st.sampled_from(("system", "user", "assistant", "tool")), max_size=2))
    turns = []
    for role in (*roles, "user"):
        shown = draw(st.lists(_images(), max_size=1)) if images else []
        turns.append(Turn.model_validate({"role": role, "text": draw(texts()), "images": tuple(shown)}))
    return tuple(turns)


@st.composite
def _images(draw: st.DrawFn) -> Image:
    return Image(path=draw(st.sampled_from(("images/one.png", "two.jpg"))), caption=draw(optional(texts())))
