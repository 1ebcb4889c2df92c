"""Levels of the ladder that no case gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..meaning.expr import Not
from ..meaning.policy import Policy
from .case_study import Study
from .finding import SEVERITIES, Finding, Kind
from .reading import all_of


def unreached_levels(policy: Policy, studies: Sequence[Study]) -> Iterator[Finding]:
    """Levels that no verdict has; of a policy without clauses, a library, nothing is said."""
    if not policy.clauses:
        return
    rules = (*policy.ambiguity, *(rule for category in policy.categories for rule in category.ambiguity))
    floors = {rule.level for rule in rules if rule.action == "at_least"}
    for rank, level in enumerate(policy.levels):
        if any(_reaches(study, rank) for study in studies):
            continue
        if rank == 0:
            sentence, advice = f"no case gets the level `{level}`: everything violates something", "Narrow the clauses."
        elif level in floors:
            sentence = f"no clause gives the level `{level}`; only an ambiguity rule, `at least {level}`, leads there"
            advice = "Let a clause have that level, so that a judge can see what it means, or name another in the rule."
        else:
            sentence, advice = f"no case gets the level `{level}`", "Let a clause have it, or take it off the ladder."
        yield Finding(
            kind=Kind.UNREACHED,
            severity=SEVERITIES[Kind.UNREACHED],
            about=(f"level:{level}", "policy"),
            sentence=sentence,
            advice=advice,
        )


def _reaches(study: Study, rank: int) -> bool:
    return any(
        study.possible(all_of(reading.at_least(rank), Not(item=reading.at_least(rank + 1))))
        if rank
        else study.possible(Not(item=reading.violating))
        for reading, _ in study.readings
    )
