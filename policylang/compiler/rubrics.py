"""Judge rubrics: the small questions whose answers the decision table turns into a verdict.

One rubric for each category and each surface that its clauses apply to. Every clause has at least one item, every item
names the clauses that it is asked for, and the answer's JSON Schema admits exactly the items and values that exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from policylang.language.diagnostics import Report
from policylang.language.logic.space import Variable, overriders
from policylang.language.logic.table import DecisionTable, compile_table
from policylang.language.meaning.expr import Node, variables
from policylang.language.meaning.policy import Category, Clause, Criterion, Effect, Policy, Rubric
from policylang.language.source import Span

UNCLEAR = "unclear"
"""The answer of a judge that cannot tell. It stands in every schema and in no case space."""


class Choice(Node):
    value: str
    text: str = ""


class Item(Node):
    """One question. `given` items are factors, known from the row and never asked. `clauses`: what it is asked for."""

    id: str
    kind: Literal["facet", "clause", "given"]
    question: str
    choices: tuple[Choice, ...]
    clauses: tuple[str, ...]
    sources: tuple[str, ...]


class JudgeRubric(Node):
    """`answer_schema` is the JSON Schema of a judge's answer; `table` gives the verdict from it."""

    category: str
    surface: str
    items: tuple[Item, ...]
    answer_schema: dict[str, Any]
    table: DecisionTable

    @property
    def asked(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind != "given")


class QualityRubric(Node):
    """A rubric of the policy with the schema of its scores, for samples of a given set of criteria."""

    rubric: Rubric
    answer_schema: dict[str, Any]


def check_answers(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    """Report observed facets with a value that could not be told from a judge's "cannot tell"."""
    for facet in policy.facets:
        if not facet.controlled and UNCLEAR in facet.names:
            report.add(
                "POL0314",
                f"a value of an observed facet cannot be called `{UNCLEAR}`: so answers a judge that cannot tell",
                spans[f"facet:{facet.id}={UNCLEAR}"],
                "Give the value a name that says what it means, such as `ambiguous` or `mixed`.",
            )


def judge_rubrics(policy: Policy) -> tuple[JudgeRubric, ...]:
    """The rubrics of every category with clauses, in the order of categories and surfaces."""
    return tuple(
        judge_rubric(policy, category, surface.id)
        for category in policy.categories
        for surface in policy.surfaces
        if any(surface.id in clause.surfaces for clause in category.clauses)
    )


def judge_rubric(policy: Policy, category: Category, surface: str) -> JudgeRubric:
    table = compile_table(policy, category.id, surface)
    asked_for = _clauses_by_variable(policy, category, surface)
    items = tuple(_item(policy, variable, asked_for[variable.id]) for variable in table.variables)
    return JudgeRubric(
        category=category.id,
        surface=surface,
        items=items,
        answer_schema=_schema({item.id: _choices(item) for item in items if item.kind != "given"}),
        table=table,
    )


def _clauses_by_variable(policy: Policy, category: Category, surface: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for clause in category.clauses:
        if surface not in clause.surfaces:
            continue
        for asked in (clause, *overriders(policy, clause, surface)):
            for variable in variables(asked.breach):
                found.setdefault(variable, {})[asked.id] = None
    return {variable: tuple(clauses) for variable, clauses in found.items()}


def _item(policy: Policy, variable: Variable, clauses: tuple[str, ...]) -> Item:
    if variable.kind == "atom":
        clause = policy.clause(variable.id)
        return Item(
            id=variable.id,
            kind="clause",
            question=clause_question(clause),
            choices=tuple(Choice(value=value) for value in variable.values),
            clauses=clauses,
            sources=(f"clause:{clause.id}.text" if clause.text else f"clause:{clause.id}.title",),
        )
    facet = policy.facet(variable.id)
    return Item(
        id=facet.id,
        kind="given" if facet.controlled else "facet",
        question=facet.question or f"{facet.title or facet.id.replace('_', ' ')}?",
        choices=tuple(Choice(value=value.name, text=value.text) for value in facet.values),
        clauses=clauses,
        sources=(f"facet:{facet.id}.question" if facet.question else f"facet:{facet.id}",),
    )


def clause_question(clause: Clause) -> str:
    """The yes/no question that a clause without a condition is."""
    words = clause.text or clause.title or clause.name.replace("_", " ")
    if clause.effect is Effect.REQUIRE:
        return f"Is this requirement met? {words}"
    return f"Does this apply? {words}"


def _choices(item: Item) -> dict[str, Any]:
    return {"type": "string", "enum": [*(choice.value for choice in item.choices), UNCLEAR]}


def _schema(properties: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def quality_rubric(rubric: Rubric) -> QualityRubric:
    return QualityRubric(rubric=rubric, answer_schema=score_schema(rubric, rubric.criteria))


def score_schema(rubric: Rubric, criteria: tuple[Criterion, ...]) -> dict[str, Any]:
    """The schema of scores for some criteria of a rubric: those that apply to a sample."""
    score = {"type": "integer", "enum": list(range(rubric.low, rubric.high + 1))}
    return _schema({criterion.id: score for criterion in criteria})
