"""Section 3 of the language's contract, read off the page: what a policy says of a case, by listing all cases.

It shares nothing with `policylang.language.logic` but the case space, and it is slow: it is what that is measured by.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policylang.language.meaning.expr import And, AtLeast, Expr, Not, Or, Test
from policylang.language.meaning.policy import Clause, Effect, Policy, Respond

Case = Mapping[str, str]
Domains = Mapping[str, Sequence[str]]


def all_cases(domains: Domains) -> list[dict[str, str]]:
    """Every case, in lexicographic order of the values as given."""
    return [dict(zip(domains, values, strict=True)) for values in itertools.product(*domains.values())]


def completions(partial: Case, domains: Domains) -> Iterator[dict[str, str]]:
    return (case for case in all_cases(domains) if all(case[name] == value for name, value in partial.items()))


def denoted(condition: Expr, cases: Sequence[Case]) -> frozenset[int]:
    """The set of cases that a condition denotes, by their numbers."""
    everything = frozenset(range(len(cases)))
    match condition:
        case Test(variable=variable, values=values):
            return frozenset(number for number in everything if cases[number][variable] in values)
        case And(items=items):
            return everything.intersection(*(denoted(item, cases) for item in items))
        case Or(items=items):
            return frozenset[int]().union(*(denoted(item, cases) for item in items))
        case Not(item=item):
            return everything - denoted(item, cases)
        case AtLeast(count=count, items=items):
            sets = [denoted(item, cases) for item in items]
            return frozenset(number for number in everything if sum(number in some for some in sets) >= count)


def is_in(condition: Expr, case: Case) -> bool:
    return bool(denoted(condition, [case]))


@dataclass(frozen=True)
class Reading:
    level: str
    violates: bool
    covered: bool
    deciding: frozenset[str]
    overridden: frozenset[str]
    response: Respond | None


def read(policy: Policy, category: str, case: Case, surface: str) -> Reading:
    """The verdict of a case on a surface, sentence by sentence."""
    here = [clause for clause in policy.clauses if surface in clause.surfaces]
    holding = [clause for clause in here if clause.category == category and _holds(clause, case)]
    removed = [c for c in holding if any(c.id in other.overrides and _holds(other, case) for other in here)]
    left = [clause for clause in holding if clause not in removed]
    broken = [clause for clause in left if _is_broken(clause, case)]
    worst = max((policy.levels.index(clause.level or "") for clause in broken), default=0)
    deciding = [c for c in broken if policy.levels.index(c.level or "") == worst] if broken else left
    return Reading(
        level=policy.levels[worst],
        violates=bool(broken),
        covered=bool(left),
        deciding=frozenset(clause.id for clause in deciding),
        overridden=frozenset(clause.id for clause in removed),
        response=next((clause.respond for clause in deciding if clause.respond), None),
    )


def _holds(clause: Clause, case: Case) -> bool:
    """Its condition holds: `when` and not `unless`. Without a `when` its text must apply; a duty exists everywhere."""
    if clause.unless is not None and is_in(clause.unless, case):
        return False
    if clause.when is not None:
        return is_in(clause.when, case)
    return clause.effect is Effect.REQUIRE or case[clause.id] == "yes"


def _is_broken(clause: Clause, case: Case) -> bool:
    if clause.effect is Effect.REQUIRE:
        return case[clause.id] == "no"
    return clause.effect is Effect.FORBID
