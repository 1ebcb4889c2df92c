"""How cases, clauses and conditions are told to people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..meaning.expr import YES, And, AtLeast, Expr, Not, Or, Test
from ..meaning.policy import Clause, Effect, Policy
from ..printer.spelling import condition

MAX_NAMES = 4
MAX_CONDITION = 100
"""A longer condition is not repeated in a sentence: its place is shown."""


def name_of(clause: Clause, category: str | None) -> str:
    """A clause as people of its category call it; with its category's name elsewhere."""
    own = clause.category == category
    return f"`{clause.id.removeprefix(f'{clause.category}.') if own else clause.id}`"


def names_of(clauses: Iterable[Clause], category: str | None, last: str = "and") -> str:
    """`a`, `b` and `c`; of many only the first."""
    return listed([name_of(clause, category) for clause in clauses], last)


def listed(words: list[str], last: str = "and") -> str:
    """Words in a sentence; of many only the first."""
    if len(words) > MAX_NAMES:
        words = [*words[: MAX_NAMES - 1], f"{len(words) - MAX_NAMES + 1} others"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def enough(case: Mapping[str, str], expr: Expr) -> dict[str, str]:
    """The values of a case that make sure that a condition holds, whatever the others are.

    Values are left out one by one, the last first, by three-valued logic: what is left is enough, but not always the
    least that would be.
    """
    stated = dict(case)
    for variable in reversed(list(case)):
        value = stated.pop(variable)
        if _truth(expr, stated, {}) is not True:
            stated[variable] = value
    return {variable: value for variable, value in case.items() if variable in stated}


def _truth(expr: Expr, case: Mapping[str, str], known: dict[int, bool | None]) -> bool | None:
    """As `logic.table.evaluate_partly`, but parts that are one object are looked at once: conditions about a whole
    category share most of theirs."""
    if id(expr) not in known:
        known[id(expr)] = _truth_of_parts(expr, case, known)
    return known[id(expr)]


def _truth_of_parts(expr: Expr, case: Mapping[str, str], known: dict[int, bool | None]) -> bool | None:
    match expr:
        case Test(variable=variable, values=values):
            value = case.get(variable)
            return None if value is None else value in values
        case Not(item=item):
            truth = _truth(item, case, known)
            return None if truth is None else not truth
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            needed = len(items) if isinstance(expr, And) else expr.count if isinstance(expr, AtLeast) else 1
            truths = [_truth(item, case, known) for item in items]
            if truths.count(True) >= needed:
                return True
            return False if len(truths) - truths.count(False) < needed else None


def with_case(policy: Policy, stated: Mapping[str, str], category: str | None, other: Policy | None = None) -> str:
    """The beginning of a sentence: `with intent = do, and the text of `threats` applying`, or `in every case`.

    `other` is asked for the clauses that `policy` does not have.
    """
    facts: list[str] = []
    texts: dict[str, list[str]] = {}
    for variable, value in stated.items():
        clause = _clause(policy, variable) or (_clause(other, variable) if other else None)
        if clause is None:
            facts.append(f"{variable} = {value}")
            continue
        if clause.effect is Effect.REQUIRE:
            said = "met" if value == YES else "not met"
        else:
            said = "applying" if value == YES else "not applying"
        texts.setdefault(said, []).append(name_of(clause, category))
    facts += [f"{listed(names)} {said}" for said, names in texts.items()]
    return f"with {', '.join(facts)}" if facts else "in every case"


def spelled(expr: Expr, policy: Policy, category: str | None) -> str:
    """A condition as a file would have it, in backticks; clauses of the category go by their short names."""
    text = condition(_told(expr), policy)
    if category:
        text = re.sub(rf"(?<![\w.]){re.escape(category)}\.(?=\w)", "", text)
    return f"`{text}`"


def is_short(text: str) -> bool:
    return len(text) <= MAX_CONDITION


def _told(expr: Expr) -> Expr:
    """Without the conditions of one part or of none, which no file has."""
    match expr:
        case And(items=(item,)) | Or(items=(item,)):
            return _told(item)
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            return expr.model_copy(update={"items": tuple(map(_told, items))})
        case Not(item=item):
            return Not(item=_told(item))
        case Test():
            return expr


def _clause(policy: Policy, variable: str) -> Clause | None:
    try:
        return policy.clause(variable)
    except KeyError:
        return None
