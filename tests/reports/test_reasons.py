"""Reasons are counted by kind. The problems come from the code that finds them: a new wording there shows here."""

from __future__ import annotations

import json

from report_runs import Samples

from policylang.compiler.rubrics import Item
from policylang.compiler.skeleton import skeleton, verify
from policylang.language.meaning.policy import Policy
from policylang.reports.reasons import LONGEST, MOST_KINDS, OTHER, ReasonTally, kind_of
from policylang.runtime.stages.judge import read_answers


def test_the_verifiers_problems_lose_the_names_in_them(samples: Samples, policy: Policy) -> None:
    row = samples.rows()[0]
    bones = skeleton(policy, row.clause, row.case, row.surface)
    allowed = {*bones.cite, *bones.may_cite}
    other = next(clause.id for clause in policy.clauses if clause.id not in allowed)
    filler = "because of this and that and more words than twelve in all of it"
    kinds = {
        kind_of(problem)
        for words in (f"[{other}] {filler}", f"[no.such] {filler}", f"{other} {filler}", filler)
        for problem in verify(words, bones, policy)
    }
    assert kinds == {
        "cites no clause",
        "does not cite the clause that decides",
        "cites a clause that does not exist",
        "cites a clause that does not decide the case",
        "names a clause that does not decide the case",
    }


def test_the_judges_faults_lose_the_names_in_them(samples: Samples) -> None:
    rubric = next(iter(samples.rubrics.values()))
    first: Item = rubric.asked[0]
    full = {item.id: item.choices[0].value for item in rubric.asked}
    replies = ({}, full | {"x": "y"}, full | {first.id: "?!"})
    kinds = [kind_of(f"judge: {read_answers(json.dumps(reply), rubric.answer_schema)[1]}") for reply in replies]
    assert kinds == [
        "judge: the reply leaves out a question",
        "judge: the reply answers what was not asked",
        "judge: the reply gives a value that does not exist",
    ]


def test_a_stage_is_kept_and_a_colon_in_prose_is_no_stage() -> None:
    assert kind_of("request: a near copy of the exemplar violence.instructions.picked_lock") == (
        "request: a near copy of an exemplar"
    )
    assert kind_of("rubric rationale: the reply leaves out tone") == "rubric rationale: the reply leaves out a question"
    assert kind_of("it was said: cites x, which does not exist") == "it was said: cites x, which does not exist"


def test_a_model_cannot_fill_the_table_with_reasons() -> None:
    tally = ReasonTally()
    for number in range(500):
        tally.add((f"reason {number} " + "x" * 1000,))
    found = tally.result()
    assert len(found) == MOST_KINDS + 1
    assert {one.kind: one.count for one in found}[OTHER] == 500 - MOST_KINDS
    assert all(len(one.kind) <= LONGEST for one in found)


def test_a_kind_counts_once_for_an_attempt() -> None:
    tally = ReasonTally()
    tally.add(("cites a.b, which does not exist", "cites c.d, which does not exist"))
    [found] = tally.result()
    assert (found.kind, found.count, found.example) == (
        "cites a clause that does not exist",
        1,
        "cites c.d, which does not exist",
    )
