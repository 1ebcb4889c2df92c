"""What the analysis says is true, all of it, and nothing is left out: on small policies, by looking at every case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dense_policies import dense_policies
from hypothesis import given, settings
from plain_reading import Case, Fact, PlainReading, base, facts_of, parts

from policylang.language.analysis import Finding, Kind, analyse
from policylang.language.analysis.analyse import surfaces_in_question
from policylang.language.analysis.uncovered import MAX_REGIONS
from policylang.language.meaning.expr import evaluate
from policylang.language.meaning.policy import Policy
from policylang.testing import policies

WITHOUT_WITNESS = {Kind.DEAD, Kind.NO_EFFECT, Kind.UNREACHED, Kind.IDLE_RULE}
small_policies = dense_policies() | policies(max_clauses=4, exemplars=False, plans=False, templates=False)


def facts(policy: Policy, finding: Finding) -> Iterator[Fact]:
    """A finding in the terms of the oracle."""
    surfaces = finding.surfaces or sorted(surfaces_in_question(policy, finding))
    match finding.kind:
        case Kind.DEAD | Kind.SWALLOWED | Kind.VACUOUS | Kind.NEVER_BROKEN | Kind.NEVER_MET:
            yield (finding.kind, finding.clauses[0])
        case Kind.OVERRIDDEN | Kind.SHADOWED:
            yield from ((finding.kind, finding.clauses[0], surface) for surface in surfaces)
        case Kind.CONTRADICTORY:
            yield from ((finding.kind, *finding.clauses, surface) for surface in surfaces)
        case Kind.CLASH:
            permit, *others = finding.clauses
            yield from ((finding.kind, permit, other, surface) for other in others for surface in surfaces)
        case Kind.UNCOVERED:
            yield from ((finding.kind, str(finding.category), surface) for surface in surfaces)
        case Kind.NO_EFFECT:
            facet = finding.about[0].removeprefix("facet:")
            categories = re.findall(r"`([^`]+)`", finding.sentence)
            yield from ((finding.kind, facet, category) for category in categories if category != facet)
        case Kind.UNREACHED:
            yield (finding.kind, finding.about[0].removeprefix("level:"))
        case Kind.IDLE_RULE:
            number = re.match(r"ambiguity rule (\d+) ", finding.sentence)
            yield (finding.kind, finding.category or "", number[1]) if number else (finding.kind, "policy")


@given(small_policies)
@settings(max_examples=120)
def test_all_that_is_there_is_found_and_nothing_else(policy: Policy) -> None:
    found = [fact for finding in analyse(policy).findings for fact in facts(policy, finding)]
    assert Counter(found) == Counter(facts_of(policy))


@given(small_policies)
@settings(max_examples=120)
def test_a_witness_shows_it_whatever_it_does_not_state(policy: Policy) -> None:
    for finding in analyse(policy).findings:
        if finding.witness is None:
            assert finding.kind in WITHOUT_WITNESS | {Kind.VACUOUS}
            continue
        assert finding.category is not None
        reading = PlainReading(policy, finding.category)
        witness = finding.witness
        assert reading.space.problem_with(witness.case) is None
        alike = [case for case in reading.cases if all(case[name] == witness.case[name] for name in witness.stated)]
        assert witness.case in alike
        for case in alike:
            assert shows(reading, finding, case), (finding, case)


def shows(reading: PlainReading, finding: Finding, case: Case) -> bool:
    """Does the case show what the finding says?"""
    policy, surface = reading.policy, finding.witness.surface if finding.witness else None
    clauses = [policy.clause(clause) for clause in finding.clauses]
    if finding.kind in (Kind.SWALLOWED, Kind.VACUOUS):
        unless = clauses[0].unless
        assert unless is not None
        excepted = any(evaluate(part, case) for part in parts(unless))
        return excepted and evaluate(base(clauses[0]), case) == (finding.kind is Kind.SWALLOWED)
    if finding.kind in (Kind.NEVER_BROKEN, Kind.NEVER_MET):
        return evaluate(clauses[0].scope, case)
    assert surface is not None
    said = reading.verdict(case, surface)
    match finding.kind:
        case Kind.OVERRIDDEN:
            return clauses[0].id in said.overridden and any(evaluate(other.scope, case) for other in clauses[1:])
        case Kind.SHADOWED:
            return (
                evaluate(clauses[0].scope, case)
                and clauses[0].id not in (*said.overridden, *said.deciding)
                and any(reading.broken(other, case, surface) for other in clauses[1:])
            )
        case Kind.CONTRADICTORY:
            return reading.disagree(clauses[0], clauses[1], case, surface)
        case Kind.CLASH:
            return reading.clash(clauses[0], clauses[1], case, surface)
        case Kind.UNCOVERED:
            return reading.is_quiet(case) and not said.covered
    raise AssertionError(finding.kind)


@given(small_policies)
@settings(max_examples=120)
def test_regions_are_the_uncovered_cases_and_none_is_needless(policy: Policy) -> None:
    for finding in analyse(policy).of([Kind.UNCOVERED]).findings:
        assert finding.witness is not None
        assert finding.witness.surface is not None
        reading = PlainReading(policy, str(finding.category))
        uncovered = reading.uncovered(finding.witness.surface)
        boxes = [[case for case in reading.cases if reading.is_quiet(case) and within(region, case)]
                 for region in finding.regions]  # fmt: skip
        if not boxes:
            assert uncovered == [case for case in reading.cases if reading.is_quiet(case)]
            continue
        described = [case for case in uncovered if any(case in box for box in boxes)]
        assert all(case in uncovered for box in boxes for case in box)
        if len(boxes) < MAX_REGIONS:
            assert described == uncovered
        if len(boxes) > 1:
            for number in range(len(boxes)):
                others = boxes[:number] + boxes[number + 1 :]
                assert any(not any(case in box for box in others) for case in boxes[number])


def within(region: str, case: Case) -> bool:
    """Is a case in a region that is written as `a = x and b in {y, z} and c`?"""
    for test in region.split(" and "):
        name, *values = re.findall(r"[^\s=,{}]+", test.replace(" in ", " "))
        if case[name] not in (values or ["yes"]):
            return False
    return True
