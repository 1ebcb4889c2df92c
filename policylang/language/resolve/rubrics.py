"""Quality rubrics."""

from __future__ import annotations

from ..meaning.policy import Anchor, Criterion, Rubric, ScoreRule, ScoreTest
from ..source import Span
from ..syntax import tree
from .conditions import MAX_DEPTH, resolve_condition
from .numbers import whole
from .scope import Scope

OVERALL = ("mean", "min")
"""What an acceptance rule can name besides criteria: over all criteria that apply to a sample."""


MAX_SCORE = 1000
MAX_WEIGHT = 1000


def resolve_rubric(node: tree.Rubric, scope: Scope) -> Rubric | None:
    key = f"rubric:{node.name}"
    if not scope.declare(key, node.name, "rubric"):
        scope.doubtful.add(node.name.text)
        return None
    low, high, accept = 1, 5, None
    seen: dict[str, Span] = {}
    for item in node.items:
        if isinstance(item, tree.Scale):
            scope.once("scale", item.span, seen)
            low, high = (whole(word, "a scale", scope, most=MAX_SCORE) for word in (item.low, item.high))
            if low >= high:
                scope.report.add("POL0314", f"the scale {low}..{high} is empty", item.span, "Write it as `1..5`.")
                low, high = (high, low) if high < low else (0, MAX_SCORE)  # so that no score is blamed for it
        elif isinstance(item, tree.Accept):
            scope.once("accept", item.span, seen)
    criteria = [_criterion(item, key, low, high, scope) for item in node.items if isinstance(item, tree.Criterion)]
    known = [criterion for criterion in criteria if criterion is not None]
    if not known:
        scope.report.add(
            "POL0314", f"rubric `{node.name}` has no criterion", node.name.span, "Add `criterion NAME {...}`."
        )
        scope.doubtful.add(node.name.text)
        return None
    for item in node.items:
        if isinstance(item, tree.Accept):
            accept = _rule(item.condition, [criterion.id for criterion in known], scope)
    return Rubric(
        id=node.name.text,
        title=scope.place(f"{key}.title", node.title),
        text=scope.prose(key, node.items),
        low=low,
        high=high,
        criteria=tuple(known),
        accept=accept,
    )


def _criterion(node: tree.Criterion, rubric: str, low: int, high: int, scope: Scope) -> Criterion | None:
    key = f"{rubric}.{node.name}"
    if not scope.declare(key, node.name, "criterion"):
        return None
    anchors = []
    for item in node.items:
        if isinstance(item, tree.Prose):
            continue
        score = whole(item.score, "a score", scope, least=low, most=high)
        if not scope.declare(f"{key}.score{score}", item.score, "anchor"):
            continue
        anchors.append(Anchor(score=score, text=scope.place(f"{key}.anchor{score}", item.text)))
    weight = float(node.weight.text) if node.weight else 1.0
    if node.weight and not 0 < weight <= MAX_WEIGHT:
        advice = f"Write a number from 1 to {MAX_WEIGHT}, or leave the criterion out if it does not count."
        scope.report.add("POL0314", f"a weight is above 0 and at most {MAX_WEIGHT}", node.weight.span, advice)
        weight = 1.0
    return Criterion(
        id=node.name.text,
        text=scope.prose(key, node.items) or scope.place(f"{key}.title", node.title),
        weight=weight,
        when=resolve_condition(node.when.condition, scope) if node.when else None,
        anchors=tuple(sorted(anchors, key=lambda anchor: anchor.score)),
    )


def _rule(node: tree.ScoreCondition, criteria: list[str], scope: Scope) -> ScoreTest | ScoreRule | None:
    if node.depth > MAX_DEPTH:
        scope.report.add(
            "POL0103", f"the rule is nested more than {MAX_DEPTH} deep", node.span, "Take parts of it out."
        )
        return None
    if isinstance(node, tree.ScoreCompare):
        if node.subject.text not in criteria and node.subject.text not in OVERALL:
            scope.unknown(node.subject, "criterion", [*criteria, *OVERALL])
            return None
        number = float(node.number.text)
        if number > MAX_SCORE:
            scope.report.add("POL0314", f"no score is above {MAX_SCORE}", node.number.span, "Compare with a score.")
            return None
        return ScoreTest.model_validate({"subject": node.subject.text, "compare": node.operator, "number": number})
    parts = [_rule(item, criteria, scope) for item in node.items]
    known = tuple(part for part in parts if part is not None)
    if len(known) < len(parts):
        return None
    return ScoreRule.model_validate({"op": node.operator, "items": known})
