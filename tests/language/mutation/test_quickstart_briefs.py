"""On a policy that people have written: the exemplars that coverage and mutation testing ask for are enough."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from policylang.language.coverage import Brief, measure_coverage
from policylang.language.load import load_policy
from policylang.language.meaning.policy import Policy
from policylang.language.mutation import mutate

QUICKSTART = Path(__file__).parents[3] / "examples" / "quickstart"


@pytest.fixture(scope="module")
def policy() -> Policy:
    found = load_policy(QUICKSTART).policy
    assert found is not None
    return found


def with_exemplars(policy: Policy, briefs: Iterable[Brief]) -> Policy:
    asked = {(brief.clause, brief.skeleton): brief for brief in briefs}
    data = policy.model_dump()
    for category in data["categories"]:
        for clause in category["clauses"]:
            new = [b for (name, _), b in asked.items() if name == clause["id"]]
            clause["exemplars"] += tuple(b.exemplar(f"new{n}").model_dump() for n, b in enumerate(new))
    return Policy.model_validate(data)


def test_the_exemplars_that_coverage_asks_for_cover_everything(policy: Policy) -> None:
    missing = measure_coverage(policy).missing
    assert missing
    whole = with_exemplars(policy, (brief for item in missing for brief in item.briefs))
    assert measure_coverage(whole).figure().percent == 100.0


def test_the_exemplars_that_survivors_ask_for_kill_them_all(policy: Policy) -> None:
    survivors = mutate(policy).of("survived")
    assert survivors
    whole = with_exemplars(policy, (trial.brief for trial in survivors if trial.brief is not None))
    assert mutate(whole).score().ratio == 1.0
