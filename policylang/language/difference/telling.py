"""Fields of things as people write them, and two values shortened to where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ..meaning.expr import And, AtLeast, Expr, Node, Not, Or, Test, walk
from ..meaning.policy import Policy, ScoreRule, ScoreTest
from ..printer.spelling import condition, score_condition

WIDTH = 72
CONTEXT = 16
NOTHING = "(nothing)"


def told(value: object, policy: Policy) -> str:
    """Any value of the meaning on one line; conditions as in a .pol file."""
    match value:
        case None | "" | () | {}:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case str():
            return " ".join(value.split())
        case int() | float():
            return f"{value:g}"
        case Test() | And() | Or() | Not() | AtLeast():
            return _condition(value, policy)
        case ScoreTest() | ScoreRule():
            return _accept(value)
        case Mapping():
            return ", ".join(f"{key} = {told(item, policy)}" for key, item in value.items())
        case tuple() | list():
            return ", ".join(told(item, policy) for item in value)
        case Node():
            parts = (getattr(value, name) for name in type(value).model_fields)
            return " ".join(told(part, policy) for part in parts if part not in (None, "", ()))
        case _:
            return str(value)


def _condition(expr: Expr, policy: Policy) -> str:
    """A condition of a plan names dimensions that the policy has no facet for, such as `label`."""
    known = {facet.id for facet in policy.facets}
    open_: dict[str, tuple[str, ...]] = {}
    for part in walk(expr):
        if isinstance(part, Test) and part.variable not in known:
            open_[part.variable] = (*open_.get(part.variable, ()), *part.values)
    names = {name for name in open_ if _is_clause(policy, name)}
    try:
        return condition(expr, policy, {name: values for name, values in open_.items() if name not in names})
    except ValueError:
        return "always" if expr == And(items=()) else "a condition that no file can spell"


def _is_clause(policy: Policy, name: str) -> bool:
    try:
        policy.clause(name)
    except KeyError:
        return False
    return True


def _accept(rule: ScoreTest | ScoreRule) -> str:
    try:
        return score_condition(rule)
    except ValueError:
        return "a rule that no file can spell"


def shortened(before: str, after: str) -> tuple[str, str]:
    """Both texts around the first place where they differ, at most `WIDTH` characters of each."""
    if max(len(before), len(after)) <= WIDTH:
        return before, after
    end = min(len(before), len(after))
    same = next((at for at in range(end) if before[at] != after[at]), end)
    # The words in front of the difference are the same in both, and so is the space that is looked for there.
    start = before.rfind(" ", 0, same - CONTEXT) if same > CONTEXT else -1
    return _cut(before, start + 1), _cut(after, start + 1)


def _cut(text: str, start: int) -> str:
    shown = ("… " if start else "") + text[start:].lstrip()
    return shown if len(shown) <= WIDTH else f"{shown[: WIDTH - 1].rstrip()}…"
