"""The laws of the compiler, each over random policies: rubric coverage, decision, skeleton, no leak."""

from __future__ import annotations

import itertools
import json
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.compiler.prompts import Prompt, compile_prompts, render
from policylang.compiler.rubrics import UNCLEAR, Item, JudgeRubric, judge_rubrics, quality_rubric
from policylang.compiler.skeleton import citations, skeleton
from policylang.compiler.wording import say_test
from policylang.language.logic.space import case_space, overriders
from policylang.language.logic.table import evaluate_partly
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import NO, YES, Expr, Not, Test, both, evaluate, variables
from policylang.language.meaning.policy import Clause, Effect, Label, Policy, Use
from policylang.testing import cases, policies

plain_policies = policies(exemplars=False, plans=False, templates=False)
small_policies = policies(max_categories=2, exemplars=False, plans=False, templates=False)
with_exemplars = policies(max_categories=2, images=False, plans=False, templates=False)

crowded_policies = policies(max_categories=1, max_clauses=6, exemplars=False, plans=False, templates=False)
"""In which several clauses of different levels hold at once."""

MAX_CASES = 300


# ---------------------------------------------------------------------------------------------------- rubric coverage


@given(plain_policies)
def test_every_category_and_surface_with_clauses_has_one_rubric(policy: Policy) -> None:
    wanted = [
        (category.id, surface.id)
        for category in policy.categories
        for surface in policy.surfaces
        if any(surface.id in clause.surfaces for clause in category.clauses)
    ]
    assert [(rubric.category, rubric.surface) for rubric in judge_rubrics(policy)] == wanted


@given(plain_policies)
def test_every_clause_in_scope_is_asked_about(policy: Policy) -> None:
    for rubric in judge_rubrics(policy):
        items = {item.id: item for item in rubric.items}
        for clause in in_scope(policy, rubric):
            for variable in variables(question_of(clause)):
                assert clause.id in items[variable].clauses


@given(plain_policies)
def test_every_item_names_what_it_comes_from_and_none_is_an_orphan(policy: Policy) -> None:
    for rubric in judge_rubrics(policy):
        scope = {clause.id: clause for clause in in_scope(policy, rubric)}
        removers = {
            other.id: other for clause in scope.values() for other in overriders(policy, clause, rubric.surface)
        }
        used = {variable for row in rubric.table.rows for variable in variables(row.when)}
        assert {item.id for item in rubric.items} == used
        for item in rubric.items:
            assert item.clauses
            for name in item.clauses:
                assert item.id in variables({**removers, **scope}[name].breach)
            assert item.sources
            for source in item.sources:
                assert source.startswith((f"facet:{item.id}", f"clause:{item.id}"))


@given(plain_policies)
def test_only_factors_are_given_and_everything_else_is_asked(policy: Policy) -> None:
    for rubric in judge_rubrics(policy):
        factors = {facet.id for facet in policy.facets if facet.controlled}
        assert {item.id for item in rubric.items if item.kind == "given"} == factors & {i.id for i in rubric.items}
        assert all(item.question and item.choices for item in rubric.asked)


@given(plain_policies, st.data())
def test_the_answer_schema_admits_the_ids_and_values_that_exist(policy: Policy, data: st.DataObject) -> None:
    for rubric in judge_rubrics(policy):
        jsonschema.Draft202012Validator.check_schema(rubric.answer_schema)
        answer = {item.id: data.draw(st.sampled_from(answers_to(policy, item))) for item in rubric.asked}
        assert jsonschema.Draft202012Validator(rubric.answer_schema).is_valid(answer)


@given(plain_policies, st.data())
def test_the_answer_schema_admits_nothing_else(policy: Policy, data: st.DataObject) -> None:
    for rubric in judge_rubrics(policy):
        answer = {item.id: answers_to(policy, item)[0] for item in rubric.asked}
        wrong: list[object] = [{**answer, "no such question": "yes"}, [answer], "yes"]
        wrong += [{**answer, item.id: UNCLEAR} for item in rubric.items if item.kind == "given"]
        if answer:
            item = data.draw(st.sampled_from(rubric.asked))
            wrong += [{**answer, item.id: value} for value in ("no such value", "", 1, True, None, [UNCLEAR])]
            wrong += [{name: value for name, value in answer.items() if name != item.id}]
            foreign = {value for other in rubric.asked for value in answers_to(policy, other)}
            wrong += [{**answer, item.id: value} for value in foreign - set(answers_to(policy, item))]
        schema = jsonschema.Draft202012Validator(rubric.answer_schema)
        assert [one for one in wrong if schema.is_valid(one)] == []


@given(policies(exemplars=False, templates=False))
def test_scores_are_admitted_from_the_lowest_to_the_highest_and_for_every_criterion(policy: Policy) -> None:
    for rubric in policy.rubrics:
        schema = quality_rubric(rubric).answer_schema
        for score in range(rubric.low - 1, rubric.high + 2):
            scores = {criterion.id: score for criterion in rubric.criteria}
            assert jsonschema.Draft202012Validator(schema).is_valid(scores) == (rubric.low <= score <= rubric.high)
            assert not jsonschema.Draft202012Validator(schema).is_valid({**scores, "no such criterion": score})


# ----------------------------------------------------------------------------------------------------------- decision


@settings(max_examples=80)
@given(plain_policies | crowded_policies)
def test_answers_to_every_item_give_the_verdict_on_every_case(policy: Policy) -> None:
    for rubric in judge_rubrics(policy):
        asked = {item.id for item in rubric.items}
        for case in itertools.islice(case_space(policy, rubric.category).cases(), MAX_CASES):
            answers = {name: value for name, value in case.items() if name in asked}
            assert in_one_order(rubric.table.decide(answers)) == in_one_order(
                verdict(policy, rubric.category, case, rubric.surface)
            )


@given(plain_policies)
def test_a_rubric_read_back_from_its_file_decides_alike(policy: Policy) -> None:
    for rubric in judge_rubrics(policy):
        assert JudgeRubric.model_validate_json(rubric.model_dump_json()) == rubric


@given(with_exemplars)
def test_the_answers_that_a_judge_is_shown_give_the_label_of_their_exemplar(policy: Policy) -> None:
    rubrics = {f"judge/{rubric.category}.{rubric.surface}": rubric for rubric in judge_rubrics(policy)}
    exemplars = {exemplar.id: exemplar for _, exemplar in policy.exemplars}
    for prompt in compile_prompts(policy):
        if prompt.stage != "judge":
            continue
        shown = [message.template for message in prompt.messages if message.role == "assistant"]
        for name, reply in zip(prompt.exemplars, shown, strict=True):
            exemplar, rubric = exemplars[name], rubrics[prompt.id]
            given = [item.id for item in rubric.items if item.kind == "given"]
            answers = json.loads(reply)
            assert jsonschema.Draft202012Validator(rubric.answer_schema).is_valid(answers)
            if exemplar.label is not Label.BORDERLINE and set(given) <= set(exemplar.facets):
                case = answers | {factor: exemplar.facets[factor] for factor in given}
                assert rubric.table.decide(case).label is exemplar.label


# ----------------------------------------------------------------------------------------------------------- skeleton


@st.composite
def situations(draw: st.DrawFn) -> tuple[Policy, Clause, dict[str, str], str]:
    """A policy, one of its clauses, a case of its category, and a surface that it applies to."""
    policy = draw(small_policies.filter(lambda policy: bool(policy.clauses)))
    clause = draw(st.sampled_from(policy.clauses))
    return policy, clause, draw(cases(policy, clause.category)), draw(st.sampled_from(clause.surfaces))


@settings(max_examples=50)
@given(situations())
def test_a_skeleton_says_what_the_verdict_is_and_cites_what_decides(
    situation: tuple[Policy, Clause, dict[str, str], str],
) -> None:
    policy, clause, case, surface = situation
    expected = verdict(policy, clause.category, case, surface)
    bones = skeleton(policy, clause.id, case, surface)
    assert (bones.label, bones.level) == (expected.label, expected.level)
    assert (bones.action, bones.guidance) == (expected.response.action, expected.response.guidance)
    assert bones.cite == (expected.deciding or (clause.id,))
    assert not set(bones.cite) & set(bones.may_cite)
    for name in expected.deciding:
        assert evaluate(in_force(policy, policy.clause(name), case, surface, expected.label), case)


@settings(max_examples=50)
@given(situations())
def test_the_facts_of_a_skeleton_hold_in_the_case_and_none_is_left_out(
    situation: tuple[Policy, Clause, dict[str, str], str],
) -> None:
    policy, clause, case, surface = situation
    facts = list(skeleton(policy, clause.id, case, surface).facts)
    for variable in case_space(policy, clause.category).variables:
        value = case[variable.id]
        if variable.kind != "atom":
            facet = policy.facet(variable.id)
            start = f"{facet.title or facet.id.replace('_', ' ')}: {value.replace('_', ' ')}"
        else:
            other = policy.clause(variable.id)
            is_duty = other.effect is Effect.REQUIRE
            if (evaluate_partly(other.scope, case) is False) if is_duty else value == NO:
                continue
            says = f"This requirement is {'met' if value == YES else 'not met'}" if is_duty else "This applies"
            start = f"{says}: {other.title or other.name}"
        found = next(fact for fact in facts if fact.startswith(start))
        facts.remove(found)
    assert facts == []


@settings(max_examples=50)
@given(situations())
def test_the_reasons_of_a_skeleton_are_facts_and_its_failed_exceptions_fail(
    situation: tuple[Policy, Clause, dict[str, str], str],
) -> None:
    policy, clause, case, surface = situation
    bones = skeleton(policy, clause.id, case, surface)
    deciding = [policy.clause(name) for name in bones.cite if name in verdict_ids(policy, clause, case, surface)]
    failed = [other for other in deciding if other.unless is not None]
    said = [line for line in bones.decision if line.startswith("Its exception does not apply, because ")]
    assert len(said) == len(failed)
    true = {say_test(policy, name, (value,)) for name, value in case.items()}
    for other, line in zip(failed, said, strict=True):
        assert other.unless is not None
        assert not evaluate(other.unless, case)
        reasons = line.removeprefix("Its exception does not apply, because ").removesuffix(".")
        assert made_of(reasons, true)


@settings(max_examples=50)
@given(situations())
def test_a_rendered_skeleton_cites_only_what_it_may(situation: tuple[Policy, Clause, dict[str, str], str]) -> None:
    policy, clause, case, surface = situation
    policy = without_brackets(policy)
    bones = skeleton(policy, clause.id, case, surface)
    cited = set(citations(bones.render()))
    assert set(bones.cite) <= cited <= {*bones.cite, *bones.may_cite}
    assert f"level {bones.level}" in bones.render() or bones.label is Label.COMPLIES


# ------------------------------------------------------------------------------------------------------------ no leak


@given(with_exemplars)
def test_prompts_record_exactly_the_exemplars_that_stand_in_them(policy: Policy) -> None:
    policy, marks = marked(policy)
    for prompt in compile_prompts(policy):
        text = whole_text(prompt)
        assert {name for name, mark in marks.items() if mark in text} == set(prompt.exemplars)


@given(with_exemplars)
def test_no_exemplar_that_is_held_back_stands_in_a_prompt(policy: Policy) -> None:
    policy, marks = marked(policy)
    held_back = {exemplar.id for _, exemplar in policy.exemplars if Use.PROMPT not in exemplar.use}
    shown = "".join(whole_text(prompt) for prompt in compile_prompts(policy))
    assert not [name for name in held_back if marks[name] in shown]


# -------------------------------------------------------------------------------------------------------------- tools


def in_one_order(found: Verdict) -> Verdict:
    """The order in which overridden clauses are listed says nothing."""
    return found.model_copy(update={"overridden": tuple(sorted(found.overridden))})


def in_scope(policy: Policy, rubric: JudgeRubric) -> list[Clause]:
    return [c for c in policy.category(rubric.category).clauses if rubric.surface in c.surfaces]


def question_of(clause: Clause) -> Expr:
    """What has to be known to tell whether a clause is broken, or applies."""
    return clause.breach


def answers_to(policy: Policy, item: Item) -> list[str]:
    return [*policy.domain(item.id), UNCLEAR]


def yes(clause: Clause) -> Expr:
    return Test(variable=clause.id, values=(YES,))


def in_force(policy: Policy, clause: Clause, case: dict[str, str], surface: str, label: Label) -> Expr:
    """The condition under which a clause decides, read off the language's definition."""
    removers = [other.scope for other in overriders(policy, clause, surface)]
    own = (
        clause.breach if label is Label.VIOLATES or clause.effect is Effect.PERMIT else both(clause.scope, yes(clause))
    )
    for remover in removers:
        own = both(own, Not(item=remover))
    return own


def verdict_ids(policy: Policy, clause: Clause, case: dict[str, str], surface: str) -> tuple[str, ...]:
    return verdict(policy, clause.category, case, surface).deciding


def made_of(text: str, parts: set[str]) -> bool:
    """Is the text a list of some of the parts: `A`, `A and B`, `A, B and C`?"""
    if text in parts:
        return True
    return any(
        text.startswith(part + joint) and made_of(text[len(part + joint) :], parts)
        for part in parts
        for joint in (", ", " and ")
    )


def without_brackets(policy: Policy) -> Policy:
    """The policy with texts in which nothing looks like a citation."""
    return Policy.model_validate(_plain(policy.model_dump(mode="json")))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("[", "(")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def marked(policy: Policy) -> tuple[Policy, dict[str, str]]:
    """The policy with a request, reason and ideal answer for every exemplar that stand nowhere else."""
    marks: dict[str, str] = {}
    categories = []
    for category in policy.categories:
        clauses = []
        for clause in category.clauses:
            exemplars = []
            for exemplar in clause.exemplars:
                mark = marks[exemplar.id] = f"<<{len(marks)}>>"
                turns = tuple(turn.model_copy(update={"text": f"{mark} {turn.role}"}) for turn in exemplar.turns)
                texts = {name: f"{mark} {name}" for name in ("because", "ideal", "rejected")}
                exemplars.append(exemplar.model_copy(update={"turns": turns, **texts}))
            clauses.append(clause.model_copy(update={"exemplars": tuple(exemplars)}))
        categories.append(category.model_copy(update={"clauses": tuple(clauses)}))
    return policy.model_copy(update={"categories": tuple(categories)}), marks


def whole_text(prompt: Prompt) -> str:
    values = {slot.name: ["line"] if slot.type == "lines" else "text" for slot in prompt.slots}
    return "\n".join(message["content"] for message in render(prompt, values))
