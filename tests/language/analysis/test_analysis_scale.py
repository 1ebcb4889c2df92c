"""Large policies answer in seconds: 30 facets of 5 values are 10^21 cases."""

from __future__ import annotations

import random
import time

from policylang.language.analysis import Kind, Relation, analyse, compare
from policylang.language.load import load_text
from policylang.language.meaning.policy import Policy

FACETS, CLAUSES = 30, 60
SECONDS = 10.0
"""Of processor time. It takes one to three; the rest is for slow machines."""


def large(seed: int, extra: str = "") -> Policy:
    chance = random.Random(seed)
    lines = ['policy large.one 1.0.0 "L"', "levels none < low < medium < high < critical"]
    lines += [f'facet f{n} {{ ask "?" v0 "a" < v1 "b" < v2 "c" < v3 "d" < v4 "e" }}' for n in range(FACETS)]
    lines.append("category harm {")
    for number in range(CLAUSES):
        one, other, third = chance.sample(range(FACETS), 3)
        effect = "permit" if number % 3 == 0 else f"forbid {chance.choice(('low', 'medium', 'high', 'critical'))}"
        when = f"f{one} >= v{chance.randint(1, 3)} and f{other} = v{chance.randint(0, 4)} or f{third} = v3"
        unless = f"unless f{chance.randrange(FACETS)} in {{v1, v4}}" if number % 2 else ""
        overrides = f"overrides k{chance.randrange(number)}" if number % 5 == 4 else ""
        lines.append(f'clause k{number} "K" {{ {effect} when {when} {unless} {overrides} }}')
    return loaded("\n".join([*lines, extra, "}"]))


def loaded(text: str) -> Policy:
    policy = load_text(text).policy
    assert policy is not None
    return policy


def test_a_large_policy_is_analysed_in_seconds() -> None:
    odd = """
    clause dead "D" { forbid high when f0 = v0 and f1 = v1 and f0 > v2 }
    clause swallowed "S" { forbid high when f2 = v2 unless f2 > v1 or f9 = v1 }
    clause shadowed "T" { forbid low when f3 = v1 and f4 = v2 }
    clause shadow "U" { forbid critical when f3 <= v2 and f4 >= v1 }
    """
    policy = large(1, odd)
    start = time.process_time()
    found = analyse(policy).findings
    assert time.process_time() - start < SECONDS
    told = {(finding.kind, finding.clauses[0]) for finding in found if finding.clauses}
    assert {
        (Kind.DEAD, "harm.dead"),
        (Kind.SWALLOWED, "harm.swallowed"),
        (Kind.SHADOWED, "harm.shadowed"),
    } <= told
    assert not any(clause == "harm.shadow" for _, clause in told)


def test_two_large_policies_are_compared_in_seconds() -> None:
    policy = large(2)
    # A clause of the highest level that no other overrides: whatever the others say, the second policy is stricter.
    stricter = large(2, 'clause needle "N" { forbid critical when f5 = v2 and f6 = v2 and f7 = v2 and f8 = v2 }')
    start = time.process_time()
    [same] = compare(policy, policy).comparisons
    [other] = compare(policy, stricter).comparisons
    assert time.process_time() - start < SECONDS
    assert same.relation is Relation.EQUIVALENT
    assert (other.relation, other.stricter) == (Relation.LOOSER, None)
    assert other.looser is not None
    assert {other.looser.case[facet] for facet in ("f5", "f6", "f7", "f8")} == {"v2"}


def test_twenty_four_texts_are_millions_of_cases_and_no_trouble() -> None:
    clauses = "\n".join(f'clause c{n} "C" {{ forbid {"low" if n % 2 else "high"} respond refuse }}' for n in range(24))
    policy = loaded(f'policy a.b 1.0.0 "T"\nlevels none < low < high\ncategory harm {{ {clauses} }}')
    start = time.process_time()
    assert analyse(policy).findings == ()
    assert time.process_time() - start < SECONDS
