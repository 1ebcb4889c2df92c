"""Every operator on one clause: which changes it makes, how it says them, and where they stand."""

from __future__ import annotations

import pytest

from policylang.language.coverage import Places
from policylang.language.load import Loaded, load_text
from policylang.language.meaning.policy import Effect
from policylang.language.mutation import Mutant, Operator, mutants_of

HEAD = """\
policy t.harm 1.0.0 "Harm"

levels none < low < mid < high

facet intent {
  ask "What for?"
  learn
  protect
  do
}

facet detail {
  ask "How much?"
  none
  < some
  < full
  < all
}

facet agreed yes/no { ask "Agreed?" }
facet urgent yes/no { ask "Urgent?" }
facet secret yes/no { ask "Secret?" }
"""


def loaded(*lines: str, more: str = "") -> Loaded:
    body = "\n".join(f"    {line}" for line in lines)
    found = load_text(f'{HEAD}\ncategory harm "Harm" {{\n  clause steps "No steps" {{\n{body}\n  }}\n{more}}}\n')
    assert found.policy is not None, [diagnostic.message for diagnostic in found.report]
    return found


def mutants(*lines: str, operator: Operator, more: str = "") -> list[Mutant]:
    found = loaded(*lines, more=more)
    assert found.policy is not None
    every = mutants_of(found.policy, Places(found.sources, found.spans), operators=[operator])
    return [mutant for mutant in every if mutant.clause == "harm.steps"]


def said(*lines: str, operator: Operator, more: str = "") -> list[str]:
    """What the mutants of the clause say, without its name."""
    return [mutant.says.removeprefix("`steps`: ") for mutant in mutants(*lines, operator=operator, more=more)]


def turned(*lines: str, operator: Operator) -> list[str]:
    """What a part of a condition becomes."""
    return [says.split(" becomes ")[1].strip("`") for says in said(*lines, operator=operator)]


def test_a_forbid_becomes_a_permit_and_a_permit_forbids_at_the_worst_level() -> None:
    [mutant] = mutants("forbid mid", "when intent = do", operator=Operator.EFFECT)
    assert mutant.says == "`steps`: `forbid mid` becomes `permit`"
    assert (mutant.changed.effect, mutant.changed.level) == (Effect.PERMIT, None)
    assert said("permit", "when intent = do", operator=Operator.EFFECT) == ["`permit` becomes `forbid high`"]


def test_a_duty_is_neither() -> None:
    assert mutants("require mid", "when intent = do", operator=Operator.EFFECT) == []


@pytest.mark.parametrize(
    ("level", "others"), [("low", ["mid"]), ("mid", ["low", "high"]), ("high", ["mid"])], ids=["low", "mid", "high"]
)
def test_a_level_moves_by_one_and_never_to_no_violation(level: str, others: list[str]) -> None:
    assert turned(f"forbid {level}", operator=Operator.LEVEL) == [f"forbid {other}" for other in others]


def test_a_permit_has_no_level_to_move() -> None:
    assert mutants("permit", operator=Operator.LEVEL) == []


def test_an_exception_is_dropped() -> None:
    [mutant] = mutants("forbid low", "when intent = do", "unless agreed", operator=Operator.EXCEPTION)
    assert mutant.says == "`steps`: the exception `unless agreed` is dropped"
    assert mutant.changed.unless is None
    assert mutant.place is not None
    assert mutant.place.text == "unless agreed"
    assert mutants("forbid low", "when intent = do", operator=Operator.EXCEPTION) == []


def test_a_part_of_a_conjunction_is_dropped() -> None:
    found = turned("forbid low", "when intent = do and agreed and urgent", operator=Operator.PART)
    assert found == ["agreed and urgent", "intent = do and urgent", "intent = do and agreed"]


def test_a_part_of_a_part_is_dropped() -> None:
    found = mutants("forbid low", "when intent = do and (agreed or urgent)", operator=Operator.PART)
    assert [mutant.says for mutant in found][2:] == [
        "`steps`: in its `when`, `agreed or urgent` becomes `urgent`",
        "`steps`: in its `when`, `agreed or urgent` becomes `agreed`",
    ]


def test_of_a_list_that_is_counted_a_part_is_dropped_while_enough_are_left() -> None:
    assert len(said("forbid low", "when at least 2 of { agreed, urgent, secret }", operator=Operator.PART)) == 3
    assert said("forbid low", "when at least 3 of { agreed, urgent, secret }", operator=Operator.PART) == []


def test_values_without_order_are_removed_and_added_one_by_one() -> None:
    assert turned("forbid low", "when intent in {learn, do}", operator=Operator.VALUE) == [
        "intent = do",
        "intent = learn",
    ]
    assert turned("forbid low", "when intent = do", operator=Operator.VALUE) == [
        "intent in {learn, do}",
        "intent in {protect, do}",
    ]


@pytest.mark.parametrize(
    ("test", "others"),
    [
        ("detail >= full", ["detail in {some, full, all}", "detail = all"]),
        ("detail < full", ["detail = none", "detail in {none, some, full}"]),
        ("detail = full", ["detail in {some, full}", "detail in {full, all}"]),
        ("detail > none", ["detail in {full, all}"]),
        ("detail in {none, full}", ["detail = full", "detail in {none, some, full}", "detail = none"]),
    ],
)
def test_a_test_of_an_order_moves_its_ends_by_one(test: str, others: list[str]) -> None:
    found = turned("forbid low", f"when {test}", operator=Operator.VALUE)
    assert [other for other in found if other != "detail in {none, full, all}"] == others


def test_a_yes_no_question_has_no_value_to_move() -> None:
    assert turned("forbid low", "when agreed", operator=Operator.VALUE) == []


def test_a_test_becomes_its_opposite() -> None:
    assert turned("forbid low", "when intent = do and not agreed", operator=Operator.NEGATION) == [
        "intent in {learn, protect}",
        "agreed = no",
    ]


def test_and_becomes_or_and_or_becomes_and() -> None:
    assert turned("forbid low", "when intent = do and (agreed or urgent)", operator=Operator.CONNECTIVE) == [
        "intent = do or (agreed or urgent)",
        "agreed and urgent",
    ]


def test_a_count_moves_by_one_and_stays_a_count() -> None:
    assert turned("forbid low", "when at least 2 of { agreed, urgent, secret }", operator=Operator.COUNT) == [
        "at least 1 of { agreed, urgent, secret }",
        "at least 3 of { agreed, urgent, secret }",
    ]
    assert len(turned("forbid low", "when at least 1 of { agreed, urgent }", operator=Operator.COUNT)) == 1
    assert len(turned("forbid low", "when at most 1 of { agreed, urgent, secret }", operator=Operator.COUNT)) == 2


def test_an_override_is_dropped() -> None:
    more = '  clause other "Other" { forbid low when urgent }\n  clause third "Third" { forbid low when secret }\n'
    found = mutants("permit", "when agreed", "overrides other, third", operator=Operator.OVERRIDE, more=more)
    assert [mutant.says for mutant in found] == [
        "`steps`: it no longer overrides `other`",
        "`steps`: it no longer overrides `third`",
    ]
    assert found[0].changed.overrides == ("harm.third",)


def test_a_clause_is_dropped_and_its_question_stays() -> None:
    found = loaded("forbid low", more='  clause worse "Worse" { forbid high when steps and agreed }\n')
    assert found.policy is not None
    [mutant] = [m for m in mutants_of(found.policy, operators=[Operator.CLAUSE]) if m.clause == "harm.steps"]
    changed = mutant.applied(found.policy)
    assert changed.clause("harm.steps").surfaces == ()
    assert changed.clause("harm.worse") == found.policy.clause("harm.worse")


def test_conditions_of_exceptions_are_changed_too() -> None:
    says = said("forbid low", "when agreed", "unless intent = learn", operator=Operator.NEGATION)
    assert says[1] == "in its `unless`, `intent = learn` becomes `intent in {protect, do}`"


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        (Operator.EFFECT, "forbid low"),
        (Operator.LEVEL, "forbid low"),
        (Operator.CLAUSE, 'steps "No steps"'),
        (Operator.NEGATION, "intent = do"),
        (Operator.CONNECTIVE, "intent = do and"),
    ],
)
def test_a_mutant_stands_where_its_change_is(operator: Operator, words: str) -> None:
    found = loaded("forbid low", "when intent = do and agreed")
    assert found.policy is not None
    mutant = mutants_of(found.policy, Places(found.sources, found.spans), operators=[operator])[0]
    assert mutant.place is not None
    line = found.sources[mutant.place.file].line(mutant.place.line)
    assert line[mutant.place.column - 1 :].startswith(words)


def test_two_ways_to_one_change_are_one_mutant() -> None:
    # Dropping either of two equal parts leaves the same condition.
    assert len(mutants("forbid low", "when agreed and agreed", operator=Operator.PART)) == 1


def test_ids_are_numbered_by_clause_and_operator() -> None:
    found = mutants("forbid mid", operator=Operator.LEVEL)
    assert [mutant.id for mutant in found] == ["harm.steps:level:1", "harm.steps:level:2"]


def test_a_mutant_changes_one_clause_and_nothing_else() -> None:
    found = loaded("forbid low", "when agreed", more='  clause worse "Worse" { forbid high when urgent }\n')
    assert found.policy is not None
    for mutant in mutants_of(found.policy):
        changed = mutant.applied(found.policy)
        assert changed.clause(mutant.clause) == mutant.changed != found.policy.clause(mutant.clause)
        others = [clause for clause in changed.clauses if clause.id != mutant.clause]
        assert others == [clause for clause in found.policy.clauses if clause.id != mutant.clause]
        assert changed.model_copy(update={"categories": found.policy.categories}) == found.policy
