"""Judge: a model answers the rubric's small questions; the decision table gives the verdict; rubrics score the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from policylang.compiler.prompts.stages import criterion_lines
from policylang.compiler.rubrics import UNCLEAR, JudgeRubric, score_schema
from policylang.language.logic.table import DecisionTable, evaluate_partly
from policylang.language.meaning.expr import variables
from policylang.language.meaning.policy import Criterion, Label, Rubric, ScoreRule, ScoreTest

from ..sample import Judgement, Scores
from .draft import Draft

ROLE = "judge"


async def judge(draft: Draft) -> None:
    """Fill `judgements` (on the row's surface) and `scores` (by the rubrics of the plan). Never raises a Rejection."""
    if not draft.shop.plays(ROLE):
        return
    row = draft.row
    draft.judgements.append(await _judge_surface(draft, draft.shop.rubrics[(row.category, row.surface)]))
    if draft.answer:
        for name in draft.shop.policy.plan(row.plan).accept_by:
            rubric = next(rubric for rubric in draft.shop.policy.rubrics if rubric.id == name)
            draft.scores.append(await _score(draft, rubric))


def problems_of(draft: Draft) -> list[str]:
    """Why the judges' findings reject a draft. What cannot be read counts against it: judges fail closed."""
    problems = []
    for judgement in draft.judgements:
        if judgement.error:
            problems.append(f"judge: {judgement.error}")
        elif judgement.directive:
            problems.append(f"judge: cannot tell ({judgement.directive})")
        elif not judgement.agrees:
            problems.append(f"judge: finds {judgement.label} ({judgement.level}), planned {draft.row.verdict.level}")
    for scores in draft.scores:
        if scores.error:
            problems.append(f"rubric {scores.rubric}: {scores.error}")
        elif not scores.accepted:
            problems.append(f"rubric {scores.rubric}: not accepted")
    return problems


# ------------------------------------------------------------------------------------------------ the verdict


async def _judge_surface(draft: Draft, rubric: JudgeRubric) -> Judgement:
    answer = draft.answer if rubric.surface != "request" else ""
    completion = await draft.call(
        "judge",
        ROLE,
        f"judge/{rubric.category}.{rubric.surface}",
        {"request": draft.request, "image_description": draft.image_description, "answer": answer},
        schema=rubric.answer_schema,
    )
    answers, error = read_answers(completion.text, rubric.answer_schema)
    if error:
        return Judgement(surface=rubric.surface, answers=answers, error=error)
    given = {item.id: draft.row.case[item.id] for item in rubric.items if item.kind == "given"}
    return conclude(rubric.table, rubric.surface, {**answers, **given}, draft.row.verdict.level)


def read_answers(text: str, schema: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """The answers in a judge's reply, and what is wrong with it: only ids and values of the schema are admitted."""
    try:
        reply = json.loads(text, object_pairs_hook=_without_repeats)
    except _RepeatedError:
        return {}, "the reply answers a question twice"
    except (ValueError, RecursionError):
        return {}, "the reply is not JSON"
    if not isinstance(reply, dict):
        return {}, "the reply is not an object"
    properties = schema["properties"]
    unknown = [name for name in reply if name not in properties]
    if unknown:
        return {}, f"the reply answers {unknown[0][:60]!r}, which was not asked"
    missing = [name for name in properties if name not in reply]
    if missing:
        return {}, f"the reply leaves out {missing[0]}"
    wrong = [name for name, value in reply.items() if not _is_one_of(value, properties[name]["enum"])]
    if wrong:
        return {}, f"the reply gives {wrong[0]} a value that it cannot have"
    return reply, ""


class _RepeatedError(Exception):
    """An object has a name twice; which of the two values counts would be a guess."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedError
    return found


def _is_one_of(value: object, allowed: list[object]) -> bool:
    """As JSON Schema's `enum` has it, where `true` is not 1 as it is in Python."""
    return not isinstance(value, bool) and value in allowed


def conclude(table: DecisionTable, surface: str, answers: Mapping[str, str], planned: str) -> Judgement:
    """The verdict that answers lead to. Where some are unclear an ambiguity rule decides, or else the safe side.

    `agrees` when the label is the one of the planned level.
    """
    clear = {name: value for name, value in answers.items() if value != UNCLEAR}
    levels = table.possible_levels(clear)
    deciding: tuple[str, ...] = ()
    level, directive = levels[-1], ""
    if len(clear) == len(answers):
        verdict = table.decide(clear)
        level, deciding, levels = verdict.level, verdict.deciding, (verdict.level,)
    elif len(levels) > 1:
        level, directive = _resolve(table, clear, levels)
    lowest = table.levels[0]
    label = Label.COMPLIES if level == lowest else Label.VIOLATES
    return Judgement.model_validate(
        {
            "surface": surface,
            "answers": dict(answers),
            "levels": levels,
            "level": level,
            "label": label,
            "deciding": deciding,
            "agrees": (level == lowest) == (planned == lowest),
            "directive": directive,
        }
    )


def _resolve(table: DecisionTable, clear: Mapping[str, str], levels: tuple[str, ...]) -> tuple[str, str]:
    """The level (and directive) of the first ambiguity rule whose condition is not refuted; the highest without one."""
    for rule in table.ambiguity:
        if rule.when is not None and evaluate_partly(rule.when, clear) is False:
            continue
        if rule.action == "lower":
            return levels[0], ""
        if rule.action == "raise":
            return levels[-1], ""
        if rule.action == "at_least" and rule.level is not None:
            floor = max(table.levels.index(levels[0]), table.levels.index(rule.level))
            return table.levels[floor], ""
        return levels[-1], rule.action
    return levels[-1], ""


# ------------------------------------------------------------------------------------------------ quality


async def _score(draft: Draft, rubric: Rubric) -> Scores:
    known = {**draft.row.case, **draft.row.factors}
    criteria = tuple(c for c in rubric.criteria if c.when is None or _applies(c, known))
    schema = score_schema(rubric, criteria)
    completion = await draft.call(
        "score",
        ROLE,
        f"score/{rubric.id}",
        {
            "request": draft.request,
            "image_description": draft.image_description,
            "reasoning": draft.reasoning.text if draft.reasoning else "",
            "answer": draft.answer,
            "criteria": criterion_lines(rubric, {criterion.id for criterion in criteria}),
        },
        schema=schema,
    )
    scores, error = read_answers(completion.text, schema)
    if error:
        return Scores(rubric=rubric.id, scores={}, error=error)
    numbers = {name: int(value) for name, value in scores.items()}
    mean = weighted_mean(criteria, numbers)
    return Scores(rubric=rubric.id, scores=numbers, mean=mean, accepted=accepts(rubric, numbers, mean))


def _applies(criterion: Criterion, known: Mapping[str, str]) -> bool:
    """A criterion whose condition asks about something that the row does not have is not left out."""
    if criterion.when is None or any(name not in known for name in variables(criterion.when)):
        return True
    return evaluate_partly(criterion.when, known) is not False


def weighted_mean(criteria: tuple[Criterion, ...], scores: Mapping[str, int]) -> float | None:
    weight = sum(criterion.weight for criterion in criteria)
    return sum(c.weight * scores[c.id] for c in criteria) / weight if weight else None


def accepts(rubric: Rubric, scores: Mapping[str, int], mean: float | None) -> bool:
    """The rubric's rule. A criterion that does not apply counts as met; without a rule everything is accepted."""
    if rubric.accept is None:
        return True
    overall = {"mean": mean, "min": min(scores.values(), default=None)}
    return _holds(rubric.accept, {**scores, **overall})


def _holds(rule: ScoreTest | ScoreRule, values: Mapping[str, float | None]) -> bool:
    if isinstance(rule, ScoreRule):
        results = [_holds(item, values) for item in rule.items]
        return all(results) if rule.op == "and" else any(results)
    value = values.get(rule.subject)
    if value is None:
        return True
    number = rule.number
    return {
        "<": value < number,
        "<=": value <= number,
        "=": value == number,
        "!=": value != number,
        ">=": value >= number,
        ">": value > number,
    }[rule.compare]
