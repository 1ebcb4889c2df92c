"""Quality rubrics."""

from __future__ import annotations

from ..meaning.policy import Anchor, Criterion, Rubric, ScoreRule, ScoreTest
from ..syntax import tree
from .conditions import MAX_DEPTH, resolve_condition
from .scope import Scope

OVERALL = ("mean", "min")
"""What an acceptance rule can name besides criteria: over all criteria that apply to a sample."""


def resolve_rubric(node: tree.Rubric, scope: Scope) -> Rubric | None:
    key = f"rubric:{node.name}"
    if not scope.declare(key, node.name, "rubric"):
        return None
    low, high, text, accept = 1, 5, "", None
    for item in node.items:
        if isinstance(item, tree.Scale):
            low, high = int(item.low.text), int(item.high.text)
            if low >= high:
                scope.report.add("POL0314", f"the scale {low}..{high} is empty", item.span, "Write it as `1..5`.")
        elif isinstance(item, tree.Prose):
            text = scope.place(f"{key}.text", item.text)
    criteria = [_criterion(item, key, low, high, scope) for item in node.items if isinstance(item, tree.Criterion)]
    known = [criterion for criterion in criteria if criterion is not None]
    if not known:
        scope.report.add(
            "POL0314", f"rubric `{node.name}` has no criterion", node.name.span, "Add `criterion NAME {...}`."
        )
        return None
    for item in node.items:
        if isinstance(item, tree.Accept):
            accept = _rule(item.condition, [criterion.id for criterion in known], scope)
    return Rubric(
        id=node.name.text,
        title=scope.place(f"{key}.title", node.title),
        text=text,
        low=low,
        high=high,
        criteria=tuple(known),
        accept=accept,
    )


def _criterion(node: tree.Criterion, rubric: str, low: int, high: int, scope: Scope) -> Criterion | None:
    key = f"{rubric}.{node.name}"
    if not scope.declare(key, node.name, "criterion"):
        return None
    text, anchors = "", []
    for item in node.items:
        if isinstance(item, tree.Prose):
            text = scope.place(f"{key}.text", item.text)
            continue
        score = int(item.score.text)
        if not low <= score <= high:
            scope.report.add(
                "POL0314", f"{score} is not on the scale {low}..{high}", item.score.span, "Anchor a point of the scale."
            )
        anchors.append(Anchor(score=score, text=scope.place(f"{key}.anchor{score}", item.text)))
    weight = float(node.weight.text) if node.weight else 1.0
    if weight <= 0:
        scope.report.add("POL0314", "a weight is above 0", node.span, "Leave the criterion out if it does not count.")
        return None
    return Criterion(
        id=node.name.text,
        text=text or scope.place(f"{key}.title", node.title),
        weight=weight,
        when=resolve_condition(node.when.condition, scope) if node.when else None,
        anchors=tuple(sorted(anchors, key=lambda anchor: anchor.score)),
    )


def _rule(node: tree.ScoreCondition, criteria: list[str], scope: Scope) -> ScoreTest | ScoreRule | None:
    if node.depth > MAX_DEPTH:
        scope.report.add("POL0103", "the rule is nested too deep", node.span, "Simplify it.")
        return None
    if isinstance(node, tree.ScoreCompare):
        if node.subject.text not in criteria and node.subject.text not in OVERALL:
            scope.unknown(node.subject, "criterion", [*criteria, *OVERALL])
            return None
        return ScoreTest.model_validate(
            {"subject": node.subject.text, "compare": node.operator, "number": float(node.number.text)}
        )
    parts = [_rule(item, criteria, scope) for item in node.items]
    known = tuple(part for part in parts if part is not None)
    if len(known) < len(parts):
        return None
    return ScoreRule.model_validate({"op": node.operator, "items": known})
