"""From a judge's reply to a verdict and to scores: exact where clear, by the rules where not, deaf to nonsense."""

from __future__ import annotations

import asyncio
import itertools
import json

import jsonschema
import pytest
from faults.small_run import PLAN, small_bundle, small_config
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.compiler.rubrics import UNCLEAR, JudgeRubric, judge_rubrics, score_schema
from policylang.language.logic.space import case_space
from policylang.language.logic.table import compile_table, evaluate_partly
from policylang.language.logic.verdict import verdict
from policylang.language.meaning.policy import AmbiguityRule, Criterion, Label, Rubric, ScoreRule, ScoreTest
from policylang.runtime.completion import Completion
from policylang.runtime.engine import plan_rows
from policylang.runtime.sample import Judgement, Scores
from policylang.runtime.stages.draft import Draft, Workshop
from policylang.runtime.stages.judge import accepts, conclude, judge, problems_of, read_answers, weighted_mean
from policylang.testing import policies

small_policies = policies(max_categories=2, exemplars=False, plans=False, templates=False)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return small_bundle(tmp_path_factory.mktemp("policy") / "locks")


@st.composite
def judgings(draw, *, unclear):
    """A policy, one of its rubrics, and answers to all its items, some of them unclear where that is asked for."""
    policy = draw(small_policies)
    found = judge_rubrics(policy)
    if not found:
        return None
    rubric = draw(st.sampled_from(found))
    answers = {}
    for item in rubric.items:
        values = [choice.value for choice in item.choices]
        answers[item.id] = draw(st.sampled_from([*values, UNCLEAR] if unclear and item.kind != "given" else values))
    return policy, rubric, answers


# ---------------------------------------------------------------------- clear answers


@given(judgings(unclear=False))
def test_clear_answers_give_the_verdict_of_the_policy(judging):
    """The law of decision, at the far end: what a judge answers leads where section 3 of the language leads."""
    if judging is None:
        return
    policy, rubric, answers = judging
    rest = {v.id: v.values[0] for v in case_space(policy, rubric.category).variables if v.id not in answers}
    wanted = verdict(policy, rubric.category, {**rest, **answers}, rubric.surface)
    for planned in policy.levels:
        found = conclude(rubric.table, rubric.surface, answers, planned)
        assert (found.level, found.label, found.deciding) == (wanted.level, wanted.label, wanted.deciding)
        assert (found.levels, found.directive, found.error) == ((wanted.level,), "", "")
        assert found.agrees == ((planned == policy.levels[0]) == (wanted.label is Label.COMPLIES))
        assert found.answers == answers


# ---------------------------------------------------------------------- unclear answers


def completions(rubric: JudgeRubric, clear):
    """Every way to fill in what is unclear."""
    open_ = [item for item in rubric.items if item.id not in clear]
    for values in itertools.product(*([choice.value for choice in item.choices] for item in open_)):
        yield {**clear, **dict(zip((item.id for item in open_), values, strict=True))}


@given(judgings(unclear=True))
def test_unclear_answers_follow_the_rules(judging):
    if judging is None:
        return
    policy, rubric, answers = judging
    table = rubric.table
    clear = {name: value for name, value in answers.items() if value != UNCLEAR}
    found = conclude(table, rubric.surface, answers, policy.levels[0])
    reachable = {table.decide(case).level for case in itertools.islice(completions(rubric, clear), 4000)}
    assert reachable <= set(found.levels), "no level that some completion has is forgotten"
    assert list(found.levels) == sorted(found.levels, key=policy.rank)
    if len(found.levels) == 1:
        assert (found.level, found.directive) == (found.levels[0], "")
        return
    assert found.deciding == ()
    rules = [rule for rule in table.ambiguity if rule.when is None or evaluate_partly(rule.when, clear) is not False]
    rule = rules[0] if rules else None
    match rule and rule.action:
        case "lower":
            expected = (found.levels[0], "")
        case "at_least":
            expected = (max(found.levels[0], rule.level, key=policy.rank), "")
        case "ask" | "escalate" as directive:
            expected = (found.levels[-1], directive)
        case _:
            expected = (found.levels[-1], "")
    assert (found.level, found.directive) == expected
    assert found.label == (Label.COMPLIES if found.level == policy.levels[0] else Label.VIOLATES)


@pytest.mark.parametrize(("floor", "level"), [("none", "low"), ("low", "low"), ("high", "high")])
def test_at_least_never_goes_below_what_is_certain(bundle, floor, level):
    """An advert it is, which is low; whether it is help with picking as well, which is high, the judge cannot tell."""
    table = compile_table(bundle.policy, "locks", "request")
    table = table.model_copy(update={"ambiguity": (AmbiguityRule(action="at_least", level=floor),)})
    found = conclude(table, "request", {"intent": UNCLEAR, "detail": "steps", "locks.adverts": "yes"}, "low")
    assert (found.levels, found.level, found.label) == (("low", "high"), level, Label.VIOLATES)


# ---------------------------------------------------------------------- replies

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 7) | st.floats() | st.text(max_size=4) | st.sampled_from(["no", "yes"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "string", "enum": ["no", "yes", UNCLEAR]},
        "b": {"type": "integer", "enum": [0, 1, 2, 3]},
    },
    "required": ["a", "b"],
    "additionalProperties": False,
}


@given(
    st.text(max_size=30)
    | json_values.map(json.dumps)
    | st.dictionaries(st.sampled_from(["a", "b", "c"]), json_values | st.sampled_from(["no", 1, True]), max_size=3).map(
        json.dumps
    )
)
@settings(max_examples=400)
def test_a_reply_is_taken_exactly_when_it_fits_the_schema(text):
    answers, error = read_answers(text, SCHEMA)
    try:
        value = json.loads(text)
        jsonschema.validate(value, SCHEMA)
    except (ValueError, jsonschema.ValidationError):
        assert error and answers == {}
    else:
        assert (answers, error) == (value, "")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"a": "no", "b": 1', "not JSON"),
        ('```json\n{"a": "no", "b": 1}\n```', "not JSON"),
        ('["no", 1]', "not an object"),
        ('{"a": "no", "b": 1, "' + "x" * 999 + '": 1}', "was not asked"),
        ('{"a": "no"}', "leaves out b"),
        ('{"a": "No", "b": 1}', "gives a a value that it cannot have"),
        ('{"a": "no", "b": true}', "gives b a value that it cannot have"),
        ('{"a": "no", "b": "1"}', "gives b a value that it cannot have"),
        ('{"a": "no", "a": "yes", "b": 1}', "twice"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(text, error):
    answers, said = read_answers(text, SCHEMA)
    assert answers == {}
    assert error in said and len(said) < 200


# ---------------------------------------------------------------------- scores

PARTS = (Criterion(id="one", weight=3), Criterion(id="two", weight=1))


def rubric_of(rule):
    return Rubric(id="r", criteria=PARTS, accept=rule)


def test_the_mean_is_weighted():
    assert weighted_mean(PARTS, {"one": 5, "two": 1}) == 4.0
    assert weighted_mean((), {}) is None


def test_scores_have_a_schema_of_their_own():
    schema = score_schema(rubric_of(None), PARTS[:1])
    assert read_answers('{"one": 5}', schema) == ({"one": 5}, "")
    assert read_answers('{"one": 6}', schema)[1]
    assert read_answers('{"one": 5, "two": 5}', schema)[1]


TEST = ScoreTest(subject="one", compare=">=", number=4)


@pytest.mark.parametrize(
    ("rule", "scores", "accepted"),
    [
        (None, {"one": 1}, True),
        (TEST, {"one": 4}, True),
        (TEST, {"one": 3}, False),
        (TEST, {"two": 1}, True),  # a criterion that does not apply counts as met
        (ScoreTest(subject="min", compare=">", number=1), {"one": 5, "two": 1}, False),
        (ScoreTest(subject="mean", compare="<=", number=4), {"one": 5, "two": 1}, True),
        (ScoreTest(subject="mean", compare="<", number=4), {"one": 5, "two": 1}, False),
        (ScoreTest(subject="two", compare="=", number=1), {"one": 5, "two": 1}, True),
        (ScoreTest(subject="two", compare="!=", number=1), {"one": 5, "two": 1}, False),
        (
            ScoreRule(op="and", items=(TEST, ScoreTest(subject="two", compare=">", number=2))),
            {"one": 4, "two": 2},
            False,
        ),
        (ScoreRule(op="or", items=(TEST, ScoreTest(subject="two", compare=">", number=2))), {"one": 4, "two": 2}, True),
    ],
)
def test_the_rule_of_a_rubric(rule, scores, accepted):
    rubric = rubric_of(rule)
    mean = weighted_mean(tuple(part for part in PARTS if part.id in scores), scores)
    assert accepts(rubric, scores, mean) is accepted


# ---------------------------------------------------------------------- the stage


class Panel:
    """A judge that replies in turn, and keeps what it was asked."""

    def __init__(self, *replies):
        self.replies, self.models, self.asked = list(replies), {"judge": None}, []

    async def complete(self, role, messages, *, seed, schema=None):
        self.asked.append((messages[-1]["content"], schema))
        return Completion(text=self.replies.pop(0), model="panel", finish_reason="stop"), False


def judged(bundle, row, *replies, answer="Springs do it, and pins."):
    panel = Panel(*replies)
    made = Draft(Workshop(bundle, small_config("http://localhost/v1"), panel), row, 0, request="Why?", answer=answer)
    asyncio.run(judge(made))
    return made


def test_a_judge_of_the_request_does_not_see_the_answer(bundle):
    row = plan_rows(bundle, PLAN)[0]
    made = judged(bundle, row, "{}", "{}")
    (verdict_prompt, schema), (score_prompt, scores) = made.shop.caller.asked
    assert row.surface == "request"
    assert "Why?" in verdict_prompt and "Springs do it" not in verdict_prompt
    assert "Springs do it" in score_prompt
    assert set(schema["properties"]) == {"intent", "detail", "locks.adverts"}
    assert set(scores["properties"]) == {"plain"} | ({"seen"} if row.factors["modality"] != "text" else set())


def test_without_an_answer_nothing_is_scored(bundle):
    row = plan_rows(bundle, PLAN)[0]
    assert judged(bundle, row, "{}", answer="").scores == []


def test_unclear_answers_are_settled_by_the_policy(bundle):
    """`raise when detail = steps`, then `ask`."""
    row = next(row for row in plan_rows(bundle, PLAN) if row.verdict.level == "high")
    told = judged(bundle, row, '{"intent": "unclear", "detail": "steps", "locks.adverts": "no"}', "{}")
    assert (told.judgements[0].level, told.judgements[0].directive) == ("high", "")
    asked = judged(
        bundle, row, '{"intent": "do", "detail": "unclear", "locks.adverts": "no"}', '{"plain": 5, "seen": 5}'
    )
    assert (asked.judgements[0].level, asked.judgements[0].directive) == ("high", "")
    asked = judged(bundle, row, '{"intent": "unclear", "detail": "none", "locks.adverts": "unclear"}', "{}")
    assert (asked.judgements[0].levels, asked.judgements[0].directive) == (("none", "low"), "ask")
    assert "judge: cannot tell (ask)" in problems_of(asked)


def test_everything_that_cannot_be_read_counts_against_a_draft(bundle):
    made = judged(bundle, plan_rows(bundle, PLAN)[0], "what?", "how?")
    assert problems_of(made) == ["judge: the reply is not JSON", "rubric clarity: the reply is not JSON"]
    made.judgements = [Judgement(surface="request", answers={}, level="high", label=Label.VIOLATES, agrees=False)]
    made.scores = [Scores(rubric="clarity", scores={"plain": 1}, mean=1.0)]
    assert [problem.split(":")[0] for problem in problems_of(made)] == ["judge", "rubric clarity"]
