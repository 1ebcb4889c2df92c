"""Every kind of finding: a policy that has it, the exact sentences, and one that only looks as if it had it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from policylang.language.analysis import Analysis, Kind, Severity, analyse
from policylang.language.diagnostics.text import render
from policylang.language.load import load_policy, load_text

HEADER = """
policy acme.content 1.0.0 "Content"
levels none < low < high
facet intent { ask "What for?" learn "To know." do "To act." depict "A story." }
facet detail { ask "How usable?" none "Not." < general "A bit." < operational "Steps." }
facet labelled yes/no { ask "Is it marked as a sample?" }
"""
OTHER = 'category other { clause rest "R" { permit } clause a "A" { forbid low } clause b "B" { forbid high } }'
THIRD = 'category third { clause acts "A" { forbid low when intent = do } }'


class Example(NamedTuple):
    kind: Kind
    has: str
    sentence: str
    witness: str | None
    lacks: str


def category(clauses: str) -> str:
    """A category beside another one in which nothing is odd, and which reaches all levels."""
    return f"category harm {{ {clauses} }} {OTHER}"


EXAMPLES = {
    "two facets exclude each other": Example(
        Kind.DEAD,
        category('clause steps "S" { forbid high when intent = do and detail = none and intent = learn }'),
        "`steps` can never hold: `intent = do` and `intent = learn` exclude each other",
        None,
        category('clause steps "S" { forbid high when intent = do and detail = none or intent = learn }'),
    ),
    "three parts exclude each other": Example(
        Kind.DEAD,
        category('clause steps "S" { forbid high when intent != do and intent != learn and intent != depict }'),
        "`steps` can never hold: there is no case with `intent in {learn, depict}` and `intent in {do, depict}` and "
        "`intent in {learn, do}`",
        None,
        category('clause steps "S" { forbid high when intent != do and intent != learn }'),
    ),
    "unless swallows when": Example(
        Kind.SWALLOWED,
        category('clause steps "S" { forbid high when detail = operational unless detail >= general }'),
        "nothing is left of `steps`: its `unless` holds wherever its `when` does",
        "with detail = operational: `steps` would hold, but its `unless` holds too",
        category('clause steps "S" { forbid high when detail >= general unless detail = operational }'),
    ),
    "unless swallows a text": Example(
        Kind.SWALLOWED,
        category('clause steps "S" { forbid high unless labelled or not labelled }'),
        "nothing is left of `steps`: its `unless` holds wherever its text applies",
        "with labelled = no, `steps` applying: `steps` would hold, but its `unless` holds too",
        category('clause steps "S" { forbid high unless labelled }'),
    ),
    "exception of what is not meant anyway": Example(
        Kind.VACUOUS,
        category(
            'clause steps "S" { forbid high when detail = operational unless intent = learn and detail < general }'
        ),
        "its `unless` takes nothing away from `steps`: it never holds where its `when` does",
        "with intent = learn, detail = none: the exception holds, but `steps` would not hold anyway",
        category('clause steps "S" { forbid high when detail > none unless intent = learn and detail < operational }'),
    ),
    "exception that never holds": Example(
        Kind.VACUOUS,
        category('clause steps "S" { forbid high when detail = operational unless labelled and not labelled }'),
        "its `unless` takes nothing away from `steps`: `labelled` and `not labelled` exclude each other",
        None,
        category('clause steps "S" { forbid high when detail = operational unless labelled }'),
    ),
    "one part of an exception": Example(
        Kind.VACUOUS,
        category('clause steps "S" { forbid high when detail = operational unless labelled or detail = none }'),
        "the part `detail = none` of its `unless` takes nothing away from `steps`: it never holds where its `when` "
        "does",
        "with detail = none: the exception holds, but `steps` would not hold anyway",
        category('clause steps "S" { forbid high when detail = operational unless labelled or intent = learn }'),
    ),
    "always overridden": Example(
        Kind.OVERRIDDEN,
        category(
            'clause steps "S" { forbid high when detail = operational and intent = depict }\n'
            'clause other "O" { permit when labelled overrides steps }\n'
            'clause stories "T" { permit when intent = depict overrides steps }'
        ),
        "`steps` is always overridden: wherever it holds, so does `stories`",
        "with intent = depict, detail = operational: `steps` holds, and `stories` overrides it",
        category(
            'clause steps "S" { forbid high when detail = operational and intent != learn }\n'
            'clause stories "T" { permit when intent = depict overrides steps }'
        ),
    ),
    "shadowed by a higher level": Example(
        Kind.SHADOWED,
        category(
            'clause steps "S" { forbid high when detail >= general }\n'
            'clause acts "A" { forbid low when detail = operational and intent = do }'
        ),
        "`acts` never decides: wherever it is in force, so is `steps`, which has a higher level",
        "with intent = do, detail = operational: `acts` is in force, but `steps` (high) decides",
        category(
            'clause steps "S" { forbid high when detail >= general unless labelled }\n'
            'clause acts "A" { forbid low when detail = operational and intent = do }'
        ),
    ),
    "shadowed permit": Example(
        Kind.SHADOWED,
        category(
            'clause steps "S" { forbid low when detail >= general }\n'
            'clause schools "A" { permit when detail = operational and intent = learn }'
        ),
        "`schools` never decides: wherever it is in force, so is `steps`, which forbids",
        "with intent = learn, detail = operational: `schools` is in force, but `steps` (low) decides",
        category(
            'clause steps "S" { forbid low when detail >= general }\n'
            'clause schools "A" { permit when detail = operational and intent = learn overrides steps }'
        ),
    ),
    "shadowed on one surface": Example(
        Kind.SHADOWED,
        category(
            'clause steps "S" { forbid high on request when detail >= general }\n'
            'clause acts "A" { forbid low on request, response when detail = operational }'
        ),
        "`acts` never decides: wherever it is in force, so is `steps`, which has a higher level (on request)",
        "with detail = operational: `acts` is in force, but `steps` (high) decides",
        category(
            'clause steps "S" { forbid high on request when detail >= general }\n'
            'clause acts "A" { forbid low on response when detail = operational }'
        ),
    ),
    "a duty that exists only where it is met": Example(
        Kind.NEVER_BROKEN,
        category('clause help "H" { require high when help and intent = do }'),
        "the duty `help` can never be broken: wherever the duty exists, it is met",
        "with intent = do, `help` met: `help` exists, and is met",
        category('clause help "H" { require high when intent = do }'),
    ),
    "a duty that exists only where it is broken": Example(
        Kind.NEVER_MET,
        category('clause help "H" { require high when intent = do unless help }'),
        "the duty `help` can never be met: wherever the duty exists, it is broken",
        "with intent = do, `help` not met: `help` exists, and is broken",
        category('clause help "H" { require high when intent = do unless labelled }'),
    ),
    "two responses": Example(
        Kind.CONTRADICTORY,
        category(
            'clause steps "S" { forbid high when detail = operational respond refuse }\n'
            'clause acts "A" { forbid high when intent = do respond safe_complete }'
        ),
        "`steps` and `acts` can decide one case together, and want different responses",
        "with intent = do, detail = operational: `steps` says `refuse` and `acts` says `safe_complete`; `refuse` "
        "comes first and wins",
        category(
            'clause steps "S" { forbid high when detail = operational respond refuse }\n'
            'clause acts "A" { forbid low when intent = do respond safe_complete }'
        ),
    ),
    "two responses of permits": Example(
        Kind.CONTRADICTORY,
        category(
            'clause school "S" { permit when intent = learn respond comply }\n'
            'clause vague "A" { permit when detail = none respond safe_complete }',
        ),
        "`school` and `vague` can decide one case together, and want different responses",
        "with intent = learn, detail = none: `school` says `comply` and `vague` says `safe_complete`; `comply` "
        "comes first and wins",
        category(
            'clause school "S" { permit when intent = learn respond comply }\n'
            'clause vague "A" { permit when detail = none respond safe_complete overrides school }',
        ),
    ),
    "a permit that a prohibition beats": Example(
        Kind.CLASH,
        category(
            'clause steps "S" { forbid high when detail = operational }\n'
            'clause school "L" { permit when intent = learn }'
        ),
        "`school` permits some of what `steps` forbids, and does not override it",
        "with intent = learn, detail = operational: `school` permits and `steps` forbids (high), so it is forbidden",
        category(
            'clause steps "S" { forbid high when detail = operational unless intent = learn }\n'
            'clause school "L" { permit when intent = learn }'
        ),
    ),
    "cases that nothing covers": Example(
        Kind.UNCOVERED,
        category(
            'clause steps "S" { forbid high when detail = operational }\n'
            'clause school "L" { permit when intent = learn and detail < operational }'
        ),
        "no clause covers the cases with `intent in {do, depict} and detail in {none, general}`",
        "with intent = do, detail = none: no clause is in force, so the level is `none`",
        category(
            'clause steps "S" { forbid high when detail = operational }\n'
            'clause school "L" { permit when detail < operational }'
        ),
    ),
    "cases that nothing covers, in two regions": Example(
        Kind.UNCOVERED,
        category(
            'clause trick "T" { forbid low }\n'
            'clause steps "S" { forbid high when detail = operational }\n'
            'clause school "L" { permit when intent = learn and labelled and detail < operational }'
        ),
        "no clause covers the cases with `detail in {none, general} and labelled = no`; or `intent in {do, depict} and "
        "detail in {none, general}`, when no text of a clause applies",
        "with detail = none, labelled = no, and no text applying: no clause is in force, so the level is `none`",
        category('clause trick "T" { forbid low }\nclause fine "F" { permit }\nclause ok "O" { permit when labelled }'),
    ),
    "a facet that changes nothing": Example(
        Kind.NO_EFFECT,
        category('clause steps "S" { forbid high when detail = operational and labelled or detail >= general }'),
        "no verdict depends on facet `labelled`: conditions in `harm` name it, and its value changes nothing",
        None,
        category('clause steps "S" { forbid high when detail >= general and labelled or detail = operational }'),
    ),
    "a facet that changes nothing in one category": Example(
        Kind.NO_EFFECT,
        category('clause steps "S" { forbid high when labelled or labelled and intent = do }') + THIRD,
        "no verdict of `harm` depends on facet `intent`: conditions name it, and its value changes nothing",
        None,
        category('clause steps "S" { forbid high when labelled or intent = do }') + THIRD,
    ),
    "a level that nothing has": Example(
        Kind.UNREACHED,
        'category harm { clause a "A" { forbid low } clause b "B" { forbid high when intent = do overrides a } '
        'clause c "C" { permit when intent = do overrides b } }',
        "no case gets the level `high`",
        None,
        'category harm { clause a "A" { forbid low } clause b "B" { forbid high when intent = do overrides a } }',
    ),
    "a level of ambiguity rules only": Example(
        Kind.UNREACHED,
        'category harm { clause b "B" { forbid high } ambiguity { at least low when intent = do } }',
        "no clause gives the level `low`; only an ambiguity rule, `at least low`, leads there",
        None,
        'category harm { clause b "B" { forbid high } clause a "A" { forbid low } '
        "ambiguity { at least low when intent = do } }",
    ),
    "no case without a violation": Example(
        Kind.UNREACHED,
        'category harm { clause b "B" { forbid high when labelled } clause a "A" { forbid low when not labelled } }',
        "no case gets the level `none`: everything violates something",
        None,
        'category harm { clause b "B" { forbid high when labelled } clause a "A" { forbid low unless labelled } }',
    ),
    "an ambiguity rule after one that always applies": Example(
        Kind.IDLE_RULE,
        'ambiguity { lower when labelled  ask  raise when intent = do } category harm { clause a "A" { forbid low } }',
        "ambiguity rule 3 never applies (`raise when intent = do`): `ask`, which comes before it, always applies",
        None,
        'ambiguity { lower when labelled  raise when intent = do  ask } category harm { clause a "A" { forbid low } }',
    ),
    "an ambiguity rule within another": Example(
        Kind.IDLE_RULE,
        'category harm { clause a "A" { forbid low } '
        "ambiguity { lower when intent = do or labelled  raise when intent = do and detail = none } }",
        "ambiguity rule 2 of `harm` never applies (`raise when intent = do and detail = none`): wherever its condition "
        "may hold, that of an earlier rule may hold too",
        None,
        'category harm { clause a "A" { forbid low } '
        "ambiguity { lower when intent = do and labelled  raise when intent = do and detail = none } }",
    ),
    "an ambiguity rule that asks the impossible": Example(
        Kind.IDLE_RULE,
        'category harm { clause a "A" { forbid low } ambiguity { raise when intent = do and intent = learn } }',
        "ambiguity rule 1 of `harm` never applies (`raise when intent = do and intent = learn`): its condition can "
        "never hold",
        None,
        'category harm { clause a "A" { forbid low } ambiguity { raise when intent = do or intent = learn } }',
    ),
    "ambiguity rules that no category follows": Example(
        Kind.IDLE_RULE,
        'ambiguity { ask } category harm { clause a "A" { forbid low } ambiguity { raise } }',
        "the ambiguity rules of the policy never apply: every category with clauses has rules of its own",
        None,
        'ambiguity { ask } category harm { clause a "A" { forbid low } ambiguity { raise } } '
        'category other { clause b "B" { forbid low } }',
    ),
}


def analysed(text: str) -> Analysis:
    loaded = load_text(HEADER + text)
    assert loaded.policy is not None, render(loaded.report.sorted(), loaded.sources)
    return analyse(loaded.policy)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_there_is_found_and_told(example: Example) -> None:
    [found] = analysed(example.has).of([example.kind]).findings
    assert found.sentence == example.sentence
    assert (found.witness.sentence if found.witness else None) == example.witness


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_what_only_looks_alike_is_not(example: Example) -> None:
    assert analysed(example.lacks).of([example.kind]).findings == ()


def test_every_kind_has_an_example() -> None:
    assert {example.kind for example in EXAMPLES.values()} == set(Kind) - {Kind.UNDECIDED}


# ------------------------------------------------------------ what is not said


def test_whether_two_texts_meet_is_not_for_logic_to_say() -> None:
    policy = 'category harm { clause a "A" { forbid low respond refuse } clause b "B" { forbid low respond comply } \
        clause c "C" { permit } clause d "D" { forbid high } }'
    assert analysed(policy).findings == ()


def test_a_text_and_a_condition_that_want_different_responses_are_a_note() -> None:
    [found] = analysed(
        category(
            'clause a "A" { forbid high respond refuse } clause b "B" { forbid high when labelled respond escalate }'
        )
    ).findings
    assert (found.kind, found.severity) == (Kind.CONTRADICTORY, Severity.NOTE)


def test_a_locked_prohibition_and_a_permit_do_not_clash() -> None:
    policy = category(
        'locked clause steps "S" { forbid high when labelled } clause school "L" { permit when intent = learn }'
    )
    assert analysed(policy).of([Kind.CLASH]).findings == ()


def test_of_a_dead_clause_nothing_else_is_said() -> None:
    policy = category(
        'clause steps "S" { forbid high when intent = do and intent = learn unless labelled } '
        'clause other "O" { permit when intent = do overrides steps }'
    )
    kinds = [found.kind for found in analysed(policy).findings if "harm.steps" in found.clauses]
    assert kinds == [Kind.DEAD]


def test_a_library_has_no_levels_to_reach() -> None:
    assert analysed("").findings == ()


def test_a_facet_that_an_ambiguity_rule_asks_for_has_its_use() -> None:
    steps = 'clause steps "S" { forbid high when detail = operational and labelled or detail >= general }'
    assert analysed(category(f"{steps} ambiguity {{ lower when labelled }}")).of([Kind.NO_EFFECT]).findings == ()


@pytest.mark.parametrize("path", ["examples/quickstart", "policies/std/facets.pol", "policies/std/rubrics.pol"])
def test_what_ships_has_nothing_that_nobody_writes_on_purpose(path: str) -> None:
    loaded = load_policy(Path(__file__).resolve().parents[3] / path)
    assert loaded.policy is not None
    warnings = [found.sentence for found in analyse(loaded.policy).findings if found.severity is Severity.WARNING]
    assert warnings == []
