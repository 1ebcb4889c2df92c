"""What is read of all cases at once is what `logic.verdict` says of each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylang.language.analysis.reading import Reading
from policylang.language.analysis.responses import by_action
from policylang.language.logic.verdict import verdict
from policylang.language.meaning.expr import evaluate
from policylang.language.meaning.policy import Policy
from policylang.testing import cases, policies


@given(st.data())
def test_conditions_and_verdicts_agree(data: st.DataObject) -> None:
    policy: Policy = data.draw(policies(max_clauses=5, exemplars=False, plans=False, templates=False))
    category = data.draw(st.sampled_from(policy.categories))
    case = data.draw(cases(policy, category.id))
    for surface in policy.surfaces:
        reading = Reading(policy, category.clauses, surface.id)
        said = verdict(policy, category.id, case, surface.id)
        assert tuple(c.id for c in reading.clauses if evaluate(reading.decides(c), case)) == said.deciding
        assert evaluate(reading.covered, case) == said.covered
        ranks = range(1, len(policy.levels))
        assert [evaluate(reading.at_least(rank), case) for rank in ranks] == [
            policy.rank(said.level) >= rank for rank in ranks
        ]
        assert [action for action, where in by_action(reading).items() if evaluate(where, case)] == [
            said.response.action
        ]
