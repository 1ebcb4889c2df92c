"""Ambiguity rules that can never apply.

A rule applies to answers of which some may be missing: the first whose condition is not refuted by them, in the
three-valued logic of `logic.table`. Here a missing answer is one more value of every variable, which makes "refuted" a
condition like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..meaning.expr import TRUE, And, AtLeast, Expr, Not, Or, Test, variables
from ..meaning.policy import AmbiguityRule, Policy
from ..printer.spelling import condition
from .case_study import ChooseEngine
from .finding import SEVERITIES, Finding, Kind
from .sentences import is_short

MISSING = "?"
"""No name, so that no facet can have it for a value."""


def idle_ambiguity_rules(policy: Policy, choose: ChooseEngine) -> Iterator[Finding]:
    """Rules whose condition can never hold, that come after one that always applies where they would, or whose
    categories all have rules of their own."""
    for category in policy.categories:
        yield from _idle(policy, category.id, category.ambiguity, choose)
    yield from _idle(policy, None, policy.ambiguity, choose)
    deciding = [category for category in policy.categories if category.clauses]
    if policy.ambiguity and deciding and all(category.ambiguity for category in deciding):
        yield Finding(
            kind=Kind.IDLE_RULE,
            severity=SEVERITIES[Kind.IDLE_RULE],
            about=("policy",),
            sentence="the ambiguity rules of the policy never apply: every category with clauses has rules of its own",
            advice="Remove them, or those of a category that should follow them.",
        )


def _idle(
    policy: Policy, category: str | None, rules: Sequence[AmbiguityRule], choose: ChooseEngine
) -> Iterator[Finding]:
    mentioned = dict.fromkeys(v for rule in rules if rule.when is not None for v in variables(rule.when))
    engine = choose([(name, policy.domain(name)) for name in mentioned])
    with_missing = choose([(name, (*policy.domain(name), MISSING)) for name in mentioned])
    where = f"of `{category}` " if category else ""
    for at, rule in enumerate(rules):
        told = _told(policy, rule)
        if rule.when is not None and not engine.possible(rule.when):
            reason = "its condition can never hold"
        else:
            earlier = [_may_hold(other.when or TRUE) for other in rules[:at]]
            if with_missing.possible(And(items=(_may_hold(rule.when or TRUE), Not(item=Or(items=tuple(earlier)))))):
                continue
            first = next((other for other in rules[:at] if other.when is None), None)
            reason = (
                f"{_told(policy, first)}, which comes before it, always applies"
                if first is not None
                else "wherever its condition may hold, that of an earlier rule may hold too"
            )
        yield Finding(
            kind=Kind.IDLE_RULE,
            severity=SEVERITIES[Kind.IDLE_RULE],
            category=category,
            about=(f"category:{category}" if category else "policy",),
            sentence=f"ambiguity rule {at + 1} {where}never applies ({told}): {reason}",
            advice="Correct the condition, move the rule up, or remove it.",
        )


def _told(policy: Policy, rule: AmbiguityRule) -> str:
    action = f"at least {rule.level}" if rule.action == "at_least" else rule.action
    when = f" when {condition(rule.when, policy)}" if rule.when is not None else ""
    return f"`{action}{when if is_short(when) else ' when ...'}`"


def _may_hold(expr: Expr) -> Expr:
    """Where a condition is not refuted by answers of which some may be missing."""
    match expr:
        case Test(variable=variable, values=values):
            return Test(variable=variable, values=(*values, MISSING))
        case Not(item=item):
            return Not(item=_must_hold(item))
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            return expr.model_copy(update={"items": tuple(map(_may_hold, items))})


def _must_hold(expr: Expr) -> Expr:
    """Where a condition holds whatever the missing answers are, as far as three-valued logic can tell."""
    match expr:
        case Test():
            return expr
        case Not(item=item):
            return Not(item=_may_hold(item))
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            return expr.model_copy(update={"items": tuple(map(_must_hold, items))})
