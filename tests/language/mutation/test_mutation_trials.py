"""Killed, surviving, equivalent, untestable: one policy, and the exemplars that make the difference."""

from __future__ import annotations

import pytest

from policylang.language.load import load_text
from policylang.language.meaning.policy import Policy
from policylang.language.mutation import MutationReport, Operator, Trial, mutate

POLICY = """\
policy t.harm 1.0.0 "Harm"

levels none < low < high

facet intent {
  ask "What for?"
  learn
  do
}

facet agreed yes/no { ask "Agreed?" }

category harm "Harm" {
  clause steps "No steps" {
    forbid high
    when intent = do
    STEPS
  }
  clause sport "Sport" {
    permit
    when agreed
    overrides steps
    SPORT
  }
}
"""

VIOLATES = 'violates rude { user "Words." facets { intent = do, agreed = no } }\n'
COMPLIES = 'complies mild { user "Words." facets { intent = learn, agreed = no } }\n'
AGREED = 'complies bout { user "Words." facets { intent = do, agreed = yes } }\n'


def policy(steps: str = "", sport: str = "", text: str = POLICY) -> Policy:
    found = load_text(text.replace("STEPS", steps).replace("SPORT", sport)).policy
    assert found is not None
    return found


def trial(report: MutationReport, name: str) -> Trial:
    return next(one for one in report.trials if one.mutant.id == name)


def test_without_exemplars_nothing_is_killed() -> None:
    score = mutate(policy()).score()
    assert (score.killed, score.ratio) == (0, 0.0)
    assert score.survived > 0


def test_a_policy_without_clauses_has_no_mutants() -> None:
    report = mutate(Policy(name="a", version="1.0.0", levels=("none", "low"), surfaces=()))
    assert (report.trials, report.score().ratio) == ((), 1.0)


def test_a_violation_notices_that_its_clause_is_gone_or_permits() -> None:
    report = mutate(policy(steps=VIOLATES))
    assert trial(report, "harm.steps:clause:1").killed_by == ("harm.steps.rude",)
    assert trial(report, "harm.steps:effect:1").status == "killed"
    assert trial(report, "harm.steps:negation:1").status == "killed"


def test_it_does_not_notice_a_lost_override() -> None:
    report = mutate(policy(steps=VIOLATES))
    found = trial(report, "harm.sport:override:1")
    assert found.status == "survived"
    assert found.brief is not None
    assert found.witness is not None
    assert found.brief.facets == {"intent": "do", "agreed": "yes"}
    assert found.brief.label == "complies"
    assert found.witness.case == {"intent": "do", "agreed": "yes"}
    assert (found.witness.before.level, found.witness.after.level) == ("none", "high")


def test_an_exemplar_of_the_case_notices_it() -> None:
    report = mutate(policy(steps=VIOLATES, sport=AGREED))
    assert trial(report, "harm.sport:override:1").killed_by == ("harm.sport.bout",)


def test_an_exemplar_that_leaves_the_difference_open_does_not_notice() -> None:
    open_ended = 'violates rude { user "Words." facets { intent = do } }\n'
    report = mutate(policy(steps=open_ended))
    assert trial(report, "harm.sport:negation:1").status == "survived"
    assert trial(mutate(policy(steps=VIOLATES)), "harm.sport:negation:1").status == "killed"


def test_a_permit_that_no_longer_applies_to_its_exemplar_is_noticed() -> None:
    text = POLICY.replace("    overrides steps\n", "").replace("when agreed", "when agreed or intent = learn")
    report = mutate(policy(sport=COMPLIES, text=text), operators=[Operator.PART])
    found = {one.mutant.says: one.status for one in report.trials}
    assert found == {
        "`sport`: in its `when`, `agreed or intent = learn` becomes `intent = learn`": "equivalent",  # forbidden anyway
        "`sport`: in its `when`, `agreed or intent = learn` becomes `agreed`": "killed",
    }


def test_a_borderline_case_notices_that_its_edge_is_gone() -> None:
    edge = 'borderline near { user "Words." facets { intent = learn, agreed = no } }\n'
    assert trial(mutate(policy(steps=edge)), "harm.steps:clause:1").killed_by == ("harm.steps.near",)


def test_a_change_that_no_case_shows_is_equivalent() -> None:
    text = POLICY.replace("when intent = do", "when intent = do and (agreed or not agreed)")
    report = mutate(policy(text=text), operators=[Operator.PART])
    found = {one.mutant.says.split(" becomes ")[1]: one.status for one in report.trials}
    assert found["`intent = do`"] == "equivalent"
    assert found["`agreed or not agreed`"] == "survived"


def test_a_clause_that_another_hides_is_equivalent() -> None:
    hidden = '  clause hint "Hint" { forbid low when intent = do and not agreed }\n  clause sport'
    report = mutate(policy(text=POLICY.replace("  clause sport", hidden)))
    assert trial(report, "harm.hint:clause:1").reason == "no case has another verdict"


def test_equivalent_mutants_are_not_counted() -> None:
    text = POLICY.replace("when intent = do", "when intent = do and (agreed or not agreed)")
    score = mutate(policy(steps=VIOLATES, sport=AGREED, text=text)).score()
    assert score.equivalent > 0
    assert score.ratio == score.killed / (score.killed + score.survived)


def test_a_level_is_no_label_so_no_exemplar_can_notice_its_change() -> None:
    report = mutate(policy(steps=VIOLATES), operators=[Operator.LEVEL])
    [found] = report.trials
    assert found.status == "untestable"
    assert found.reason == "only levels change, and an exemplar states a label, not a level"
    assert found.witness is not None
    assert (found.witness.before.level, found.witness.after.level) == ("high", "low")
    assert report.score().ratio == 1.0


def test_what_only_a_permit_beside_others_covers_is_untestable() -> None:
    text = POLICY.replace("    overrides steps\n", "")
    report = mutate(policy(text=text), operators=[Operator.NEGATION])
    assert trial(report, "harm.steps:negation:1").status == "survived"
    wider = mutate(
        policy(text=text.replace("when agreed", "when agreed and intent = learn")), operators=[Operator.PART]
    )
    found = trial(wider, "harm.sport:part:1")
    assert (found.status, found.reason) == ("untestable", "only who decides changes: the label of every case stays")


def test_an_override_across_categories_is_tried_where_it_acts() -> None:
    text = POLICY + 'category leave "Leave" {\n  clause pass "Pass" { permit when agreed overrides harm.steps }\n}\n'
    text = text.replace("    overrides steps\n", "")
    report = mutate(policy(steps=AGREED, text=text), categories=["leave"])
    assert trial(report, "leave.pass:override:1").killed_by == ("harm.steps.bout",)


def test_one_exemplar_is_asked_for_where_it_kills_several() -> None:
    briefs = [one.brief.skeleton for one in mutate(policy()).trials if one.brief is not None]
    assert len(set(briefs)) < len(briefs)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_sample_is_a_part_of_all_mutants_in_their_order(size: int) -> None:
    everyone = [one.mutant.id for one in mutate(policy()).trials]
    report = mutate(policy(), sample=size, seed=3)
    drawn = [one.mutant.id for one in report.trials]
    assert len(drawn) == min(size, len(everyone))
    assert drawn == [name for name in everyone if name in set(drawn)]
    assert report.generated == len(everyone)
    assert drawn == [one.mutant.id for one in mutate(policy(), sample=size, seed=3).trials]


def test_another_seed_draws_another_sample() -> None:
    samples = {tuple(one.mutant.id for one in mutate(policy(), sample=4, seed=seed).trials) for seed in range(8)}
    assert len(samples) > 1


def test_progress_is_told_of_every_mutant() -> None:
    told: list[tuple[int, int]] = []
    report = mutate(policy(), progress=lambda done, total: told.append((done, total)))
    assert told == [(number, report.generated) for number in range(1, report.generated + 1)]
