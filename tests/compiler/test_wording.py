"""Logic in words, and the rationale made of them: what is said is what holds."""

from __future__ import annotations

import pytest
from small_policy import SMALL, loaded, small_policy

from policylang.compiler.compile import CompileError, checked, compile_bundle
from policylang.compiler.rubrics import judge_rubrics
from policylang.compiler.skeleton import skeleton, verify
from policylang.compiler.wording import because, describe_case, effect_line, say
from policylang.language.load import load_text
from policylang.language.meaning.expr import And, AtLeast, Expr, Not, Or, Test
from policylang.language.meaning.policy import Label

POLICY = small_policy()
ACT = Test(variable="intent", values=("do",))
LEARN = Test(variable="intent", values=("learn",))
CHILD = Test(variable="minor", values=("yes",))
TALK = Test(variable="harm.none.talk", values=("yes",))
CARE = Test(variable="harm.care", values=("yes",))
CASE = {"intent": "do", "minor": "yes", "harm.care": "no", "harm.none.talk": "no"}


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        (ACT, "wordfacet is do"),
        (Not(item=ACT), "wordfacet is learn"),
        (CHILD, "minor: yes"),
        (Not(item=CHILD), "minor: no"),
        (TALK, "“Wordtalk” applies"),
        (Not(item=TALK), "“Wordtalk” does not apply"),
        (CARE, "“Wordcare” is met"),
        (Not(item=CARE), "“Wordcare” is not met"),
        (Test(variable="minor", values=()), "never"),
        (Test(variable="minor", values=("no", "yes")), "always"),
        (Not(item=Test(variable="minor", values=("no", "yes"))), "never"),
        (Test(variable="harm.none.talk", values=()), "never"),
        (And(items=()), "always"),
        (Or(items=()), "never"),
        (Or(items=(ACT, And(items=(CHILD, TALK)))), "wordfacet is do or (minor: yes and “Wordtalk” applies)"),
        (Not(item=And(items=(ACT, CHILD))), "not (wordfacet is do and minor: yes)"),
        (AtLeast(count=2, items=(ACT, CHILD, TALK)), "at least 2 of: wordfacet is do; minor: yes; “Wordtalk” applies"),
    ],
)
def test_a_condition_in_words(expr: Expr, words: str) -> None:
    assert say(POLICY, expr) == words


def test_a_condition_that_every_value_or_none_meets_can_be_compiled() -> None:
    text = SMALL.replace("when minor\n", "when minor not in {yes, no}\n").replace(
        "unless minor", "unless not minor in {no, yes}"
    )
    bundle = compile_bundle(loaded(text))
    assert "when never" in bundle.files["policy.md"].decode()
    assert "unless never" in effect_line(bundle.policy, bundle.policy.clause("harm.steps"))


@pytest.mark.parametrize(
    ("expr", "facts"),
    [
        (And(items=(ACT, CHILD)), ["wordfacet is do", "minor: yes"]),
        (Or(items=(ACT, TALK)), ["wordfacet is do"]),
        (Or(items=(LEARN, TALK)), ["wordfacet is do", "“Wordtalk” does not apply"]),
        (Not(item=And(items=(LEARN, CHILD))), ["wordfacet is do"]),
        (AtLeast(count=2, items=(ACT, CHILD, TALK)), ["wordfacet is do", "minor: yes"]),
        (AtLeast(count=3, items=(ACT, CHILD, TALK)), ["“Wordtalk” does not apply"]),
        (And(items=(ACT, ACT)), ["wordfacet is do"]),
    ],
)
def test_the_reason_of_a_condition_is_what_its_truth_rests_on(expr: Expr, facts: list[str]) -> None:
    assert because(POLICY, expr, CASE) == facts


def test_a_case_in_words_names_a_duty_that_exists_and_is_not_met() -> None:
    assert describe_case(POLICY, CASE) == [
        "Wordfacet: do (Worddo: to act.)",
        "minor: yes",
        "This requirement is not met: Wordcare",
    ]
    assert describe_case(POLICY, CASE | {"harm.care": "yes"})[2:] == ["This requirement is met: Wordcare"]
    assert describe_case(POLICY, CASE | {"minor": "no"})[2:] == []
    assert describe_case(POLICY, CASE | {"harm.none.talk": "yes"})[-1] == "This applies: Wordtalk"


# ---------------------------------------------------------------------------------------------------------- skeleton


def test_a_violation_names_the_clause_its_reason_and_the_exception_that_fails() -> None:
    bones = skeleton(POLICY, "harm.steps", CASE | {"minor": "no"}, "request")
    assert bones.decision == (
        "[harm.steps] forbids this, because wordfacet is do: Wordsteps.",
        "Its exception does not apply, because minor: no.",
        "The verdict is a violation of level high.",
    )
    assert bones.lines()[-1] == "So the assistant should decline the request."
    assert bones.render().endswith("So the assistant should decline the request. Wordguidance for refusals.")


def test_a_duty_that_is_not_met_is_called_that() -> None:
    unmet = skeleton(POLICY, "harm.care", CASE, "response")
    assert unmet.decision[0] == "[harm.care] asks for something here that is not met, because minor: yes: Wordcare."
    assert unmet.label is Label.VIOLATES
    met = skeleton(POLICY, "harm.care", CASE | {"harm.care": "yes"}, "response")
    assert met.decision[0] == "[harm.care] asks for something here that is met, because minor: yes: Wordcare."
    assert met.label is Label.COMPLIES


def test_a_clause_whose_exception_holds_is_explained() -> None:
    bones = skeleton(POLICY, "harm.steps", CASE, "request")
    assert bones.decision[0] == "[harm.steps] makes an exception here, because minor: yes: Wordsteps."
    assert bones.cite == ("harm.steps",)
    assert bones.label is Label.COMPLIES


def test_a_case_that_is_not_complete_has_no_skeleton() -> None:
    with pytest.raises(KeyError):
        skeleton(POLICY, "harm.steps", {"intent": "do"}, "request")


LONG = "The person wants to act and is no child, so this cannot be allowed by the rules that we have here."


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (f"{LONG} [harm.steps] forbids it.", None),
        (LONG, "cites no clause"),
        (f"{LONG} [harm.care] forbids it.", "does not cite the clause that decides (harm.steps)"),
        (f"{LONG} [harm.steps] and [harm.care] forbid it.", "cites harm.care, which does not decide this case"),
        (f"{LONG} [harm.steps] and harm.care forbid it.", "names harm.care, which does not decide this case"),
        (f"{LONG} [harm.steps] and [harm.stepping] forbid it.", "cites harm.stepping, which does not exist"),
        ("[harm.steps] forbids it.", "has fewer than 12 words"),
        (f"{LONG} [harm.steps] So the assistant should comply.", "concludes that the assistant should help, where"),
    ],
)
def test_the_words_of_a_model_are_held_against_the_skeleton(words: str, problem: str | None) -> None:
    problems = verify(words, skeleton(POLICY, "harm.steps", CASE | {"minor": "no"}, "request"), POLICY)
    assert (problems == []) if problem is None else any(found.startswith(problem) for found in problems)


# ----------------------------------------------------------------------------------------------------------- rubrics


def test_a_clause_without_a_condition_is_a_question_of_its_own() -> None:
    rubrics = {rubric.surface: rubric for rubric in judge_rubrics(POLICY)}
    questions = {item.id: item.question for rubric in rubrics.values() for item in rubric.items}
    assert questions["harm.none.talk"] == "Does this apply? Wordtalk"
    assert questions["harm.care"] == "Is this requirement met? Wordduty to a child."
    assert questions["intent"] == "Wordquestion of the intent?"


def test_a_value_called_unclear_would_be_no_answer() -> None:
    found = load_text(
        SMALL.replace('learn "Wordlearn: to know."', 'unclear "Nobody knows." learn "Wordlearn: to know."')
    )
    with pytest.raises(CompileError):
        checked(found)
    (diagnostic,) = [one for one in found.report.sorted() if one.severity == "error"]
    assert diagnostic.code == "POL0314"
    assert "cannot be called `unclear`" in diagnostic.message
    source = found.sources[diagnostic.span.file].text
    assert source[diagnostic.span.start : diagnostic.span.end].startswith("unclear")


def test_a_factor_may_have_a_value_called_unclear() -> None:
    found = load_text(SMALL.replace("category harm", "factor picture { unclear sharp }\ncategory harm", 1))
    assert checked(found).facet("picture").names == ("unclear", "sharp")
