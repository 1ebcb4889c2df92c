"""The prompts of every stage: what is known to each while compiling, and what it needs at run time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from policylang.language.logic.space import case_space, presumed
from policylang.language.meaning.expr import NO
from policylang.language.meaning.policy import (
    Action,
    Category,
    Clause,
    Effect,
    Exemplar,
    Label,
    Policy,
    Rubric,
    Template,
    Term,
    Use,
)

from ..rubrics import UNCLEAR, Item, JudgeRubric, judge_rubrics
from ..skeleton import Skeleton, skeleton
from ..wording import describe_case, directive, effect_line, flow, say, terms_in
from .partial import Sourced, evaluate_template
from .prompt import Message, Prompt, Slot, SourceRange

_REQUEST = Slot(name="request", type="text", text="What the user said.")
_IMAGE = Slot(name="image_description", type="text", required=False, text="What the picture shows, if there is one.")
_ANSWER = Slot(name="answer", type="text", text="What the assistant answered.")
_REASONING = Slot(name="reasoning", type="text", required=False, text="The rationale behind the answer.")

SLOTS: dict[str, tuple[Slot, ...]] = {
    "write_request": (
        Slot(name="facts", type="lines", text="The case that the request must be: one facet a line."),
        Slot(name="setting", type="lines", required=False, text="What the plan varies: one factor a line."),
        _IMAGE,
    ),
    "describe_image": (Slot(name="hint", type="text", required=False, text="Alternative text that came with it."),),
    "reason": (_REQUEST, _IMAGE, Slot(name="skeleton", type="lines", text="The facts and steps to put in words.")),
    "answer": (
        _REQUEST,
        _IMAGE,
        Slot(name="reasoning", type="text", text="The rationale for the response."),
        Slot(name="directive", type="text", text="What to do, and how."),
    ),
    "judge": (_REQUEST, _IMAGE, Slot(name="answer", type="text", required=False, text="The answer, if it is judged.")),
    "score": (
        _REQUEST,
        _IMAGE,
        _REASONING,
        _ANSWER,
        Slot(name="criteria", type="lines", text="The criteria that apply to this sample."),
    ),
    "benign_rewrite": (
        _REQUEST,
        Slot(name="facts", type="lines", required=False, text="What must be true of it then."),
    ),
}
MAX_EXAMPLES = 2
"""Few-shot examples of one prompt: enough to show the form, few enough for a small model's context."""

_TAUGHT = (Action.COMPLY, Action.REFUSE, Action.SAFE_COMPLETE, Action.ESCALATE)
"""Actions by how much an example of them teaches: a model that has seen both a yes and a no."""


def compile_prompts(policy: Policy) -> tuple[Prompt, ...]:
    """Every prompt of a policy, in a fixed order. A template of the policy replaces the built-in one of its stage."""
    own = {template.stage: template for template in policy.templates}
    prompts = [
        *_write_request(policy),
        _prompt("describe_image", "policy", {"policy": policy}),
        *_by_category(policy),
        *_judge(policy),
        *(_score(rubric) for rubric in policy.rubrics),
        *_benign_rewrite(policy),
    ]
    return tuple(_replace(prompt, own[prompt.stage]) if prompt.stage in own else prompt for prompt in prompts)


def _prompt(
    stage: str,
    scope: str,
    known: dict[str, Any],
    clauses: tuple[Clause, ...] = (),
    exemplars: tuple[Exemplar, ...] = (),
) -> Prompt:
    return Prompt(
        id=f"{stage}/{scope}",
        stage=stage,
        scope=scope,
        template=f"built-in:{stage}",
        messages=evaluate_template(stage, known),
        slots=SLOTS[stage],
        clauses=tuple(clause.id for clause in clauses),
        exemplars=tuple(exemplar.id for exemplar in exemplars),
    )


def _replace(prompt: Prompt, template: Template) -> Prompt:
    """The policy's own template, with the inputs that it declares; nothing of the built-in prompt stays."""
    slots = tuple(slot for slot in prompt.slots if slot.name in template.inputs)
    whole = SourceRange(start=0, end=len(template.body), source=f"template:{template.id}.body")
    return prompt.model_copy(
        update={
            "template": f"template:{template.id}",
            "messages": (Message(role="user", template=template.body, sources=(whole,)),),
            "slots": slots,
            "exemplars": (),
        }
    )


# ------------------------------------------------------------------------------------------------ what prompts show


def _clause_view(policy: Policy, clause: Clause) -> dict[str, Any]:
    key = f"clause:{clause.id}"
    respond = clause.respond
    return {
        "id": Sourced(clause.id, key),
        "title": Sourced(clause.title or clause.name.replace("_", " "), f"{key}.title" if clause.title else key),
        "text": Sourced(flow(clause.text), f"{key}.text"),
        "rule": Sourced(effect_line(policy, clause), key),
        "action": respond.action.value if respond else None,
        "guidance": Sourced(flow(respond.guidance), f"{key}.respond") if respond and respond.guidance else "",
    }


def _category_view(policy: Policy, category: Category) -> dict[str, Any]:
    key = f"category:{category.id}"
    return {
        "title": Sourced(category.title or category.name.replace("_", " "), f"{key}.title" if category.title else key),
        "text": Sourced(flow(category.text), f"{key}.text"),
        "clauses": [_clause_view(policy, clause) for clause in category.clauses],
    }


def _terms(terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    return [
        {"phrase": Sourced(t.phrase, f"term:{t.phrase}"), "text": Sourced(flow(t.text), f"term:{t.phrase}.text")}
        for t in terms
    ]


def _texts(category: Category) -> list[str]:
    words = [category.title, category.text]
    for clause in category.clauses:
        words += [clause.title, clause.text, clause.respond.guidance if clause.respond else ""]
    return words


def _example(policy: Policy, exemplar: Exemplar) -> dict[str, Any]:
    key = f"exemplar:{exemplar.id}"
    turn = max((i for i, turn in enumerate(exemplar.turns) if turn.role == "user"), default=0)
    caption = next((image.caption for image in exemplar.images), "")
    duties = {clause.id for clause in policy.clauses if clause.effect is Effect.REQUIRE}
    stated = {name: value for name, value in exemplar.facets.items() if value != NO or name in duties}
    return {
        "id": exemplar.id,
        "label": exemplar.label.value,
        "request": Sourced(exemplar.request, f"{key}.turn{turn}"),
        "caption": Sourced(caption, key) if caption else "",
        "facts": [Sourced(line, key) for line in describe_case(policy, stated)],
        "ideal": Sourced(flow(exemplar.ideal), f"{key}.ideal") if exemplar.ideal else "",
    }


def _may_prompt(exemplar: Exemplar) -> bool:
    return Use.PROMPT in exemplar.use


# ------------------------------------------------------------------------------------------------ stage by stage


def _write_request(policy: Policy) -> Iterator[Prompt]:
    """One prompt for each clause and label: its examples are exemplars of that label, the clause's own first."""
    for category in policy.categories:
        for clause in category.clauses:
            for label in Label:
                if label is Label.VIOLATES and clause.effect is Effect.PERMIT:
                    continue
                chosen = _examples(category, clause, label)
                known = {
                    "category": _category_view(policy, category),
                    "clause": _clause_view(policy, clause),
                    "label": label.value,
                    "examples": [_example(policy, exemplar) for exemplar in chosen],
                }
                yield _prompt("write_request", f"{clause.id}.{label.value}", known, (clause,), chosen)


def _examples(category: Category, clause: Clause, label: Label) -> tuple[Exemplar, ...]:
    own = [e for e in clause.exemplars if e.label is label and _may_prompt(e)]
    others = [
        e for c in category.clauses if c is not clause for e in c.exemplars if e.label is label and _may_prompt(e)
    ]
    return tuple((own + others)[:MAX_EXAMPLES])


def _by_category(policy: Policy) -> Iterator[Prompt]:
    for category in policy.categories:
        if not category.clauses:
            continue
        known = {
            "category": _category_view(policy, category),
            "terms": _terms(terms_in(policy, *_texts(category))),
        }
        complete = _complete(policy, category)
        reasoned = [(exemplar, bones) for exemplar, bones in complete if exemplar.because][:MAX_EXAMPLES]
        shown = [
            _example(policy, exemplar)
            | {
                "notes": [Sourced(line, f"exemplar:{exemplar.id}") for line in bones.lines()],
                "words": Sourced(bones.words(exemplar.because), f"exemplar:{exemplar.id}.because"),
            }
            for exemplar, bones in reasoned
        ]
        yield _prompt("reason", category.id, {**known, "examples": shown}, category.clauses, _exemplars(reasoned))
        answered = [(exemplar, bones) for exemplar, bones in complete if exemplar.ideal]
        by_action = {bones.action: (exemplar, bones) for exemplar, bones in reversed(answered)}
        chosen = [by_action[action] for action in _TAUGHT if action in by_action][:MAX_EXAMPLES]
        shown = [
            _example(policy, exemplar)
            | {"directive": Sourced(directive(bones.action, bones.guidance), f"exemplar:{exemplar.id}")}
            for exemplar, bones in chosen
        ]
        yield _prompt("answer", category.id, {**known, "examples": shown}, category.clauses, _exemplars(chosen))


def _exemplars(pairs: list[tuple[Exemplar, Skeleton]]) -> tuple[Exemplar, ...]:
    return tuple(exemplar for exemplar, _ in pairs)


def _complete(policy: Policy, category: Category) -> list[tuple[Exemplar, Skeleton]]:
    """The exemplars of a category that prompts may show and that state a whole case, each with its skeleton.

    Both sides in turn, so that the first few show both.
    """
    space = case_space(policy, category.id)
    sides: dict[Label, list[tuple[Exemplar, Skeleton]]] = {}
    for clause in category.clauses:
        for exemplar in clause.exemplars:
            case = {v.id: presumed(policy, v.id) for v in space.variables if v.kind == "atom"} | exemplar.facets
            if _may_prompt(exemplar) and not space.problem_with(case):
                bones = skeleton(policy, clause.id, case, clause.surfaces[0])
                sides.setdefault(bones.label, []).append((exemplar, bones))
    in_turn = itertools.zip_longest(*(sides[label] for label in Label if label in sides))
    return [pair for turn in in_turn for pair in turn if pair is not None]


def _judge(policy: Policy) -> Iterator[Prompt]:
    for rubric in judge_rubrics(policy):
        category = policy.category(rubric.category)
        examples = _judge_examples(category, rubric)
        questions = [_question(item) for item in rubric.asked]
        known = {
            "category": _category_view(policy, category),
            "surface": rubric.surface,
            "questions": questions,
            "terms": _terms(terms_in(policy, *(item.question for item in rubric.asked))),
            "examples": [
                _example(policy, exemplar) | {"answer": _answer(policy, rubric, exemplar)} for exemplar in examples
            ],
        }
        clauses = tuple(policy.clause(name) for name in dict.fromkeys(c for item in rubric.items for c in item.clauses))
        yield _prompt("judge", f"{rubric.category}.{rubric.surface}", known, clauses, examples)


def _judge_examples(category: Category, rubric: JudgeRubric) -> tuple[Exemplar, ...]:
    """One exemplar of each label that answers every question; only for the surface on which exemplars are labelled."""
    found: dict[Label, Exemplar] = {}
    for clause in category.clauses:
        if clause.surfaces[0] != rubric.surface:
            continue
        for exemplar in clause.exemplars:
            answered = all(item.kind == "clause" or item.id in exemplar.facets for item in rubric.asked)
            if answered and _may_prompt(exemplar) and not exemplar.images:
                found.setdefault(exemplar.label, exemplar)
    return tuple(found[label] for label in Label if label in found)


def _answer(policy: Policy, rubric: JudgeRubric, exemplar: Exemplar) -> list[tuple[str, str]]:
    """The right answers to the questions of a rubric; `_judge_examples` has seen to it that all facets are stated."""
    presumptions = {item.id: presumed(policy, item.id) for item in rubric.asked if item.kind == "clause"}
    stated = presumptions | exemplar.facets
    return [(item.id, stated[item.id]) for item in rubric.asked]


def _question(item: Item) -> dict[str, Any]:
    source = item.sources[0]
    return {
        "id": item.id,
        "text": Sourced(" ".join(item.question.split()), source),
        "choices": [
            {"value": c.value, "text": Sourced(c.text, f"facet:{item.id}={c.value}.text")} for c in item.choices
        ],
        "unclear": UNCLEAR,
    }


def _score(rubric: Rubric) -> Prompt:
    key = f"rubric:{rubric.id}"
    known = {
        "rubric": {
            "title": Sourced(rubric.title or rubric.id, key),
            "text": Sourced(flow(rubric.text), f"{key}.text"),
            "low": rubric.low,
            "high": rubric.high,
        }
    }
    return _prompt("score", rubric.id, known)


def criterion_lines(rubric: Rubric, applies: set[str]) -> list[str]:
    """The criteria that apply to a sample, one a line with its anchors: what fills the slot `criteria` of `score`."""
    lines = []
    for criterion in rubric.criteria:
        if criterion.id in applies:
            anchors = "; ".join(f"{anchor.score} = {anchor.text}" for anchor in criterion.anchors)
            lines.append(f"{criterion.id}: {' '.join(criterion.text.split())}{f' ({anchors})' if anchors else ''}")
    return lines


def _benign_rewrite(policy: Policy) -> Iterator[Prompt]:
    """For every clause that can be violated: turn a violating request into its nearest harmless neighbour."""
    for category in policy.categories:
        for clause in category.clauses:
            if clause.effect is Effect.PERMIT:
                continue
            when = Sourced(say(policy, clause.breach), f"clause:{clause.id}")
            known = {"clause": _clause_view(policy, clause), "when": when}
            yield _prompt("benign_rewrite", clause.id, known, (clause,))
