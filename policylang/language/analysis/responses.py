"""Which response a verdict has, as conditions over all cases."""

from __future__ import annotations

from ..logic.verdict import COMPLY, REFUSE
from ..meaning.expr import FALSE, Expr, Not
from ..meaning.policy import Action
from .reading import Reading, all_of, any_of


def where_responses_differ(first: Reading, second: Reading) -> Expr:
    """Where two readings give responses with different actions; guidance is prose, which is not compared."""
    one, other = by_action(first), by_action(second)
    return any_of(*(all_of(one[a], other[b]) for a in Action for b in Action if a is not b))


def by_action(reading: Reading) -> dict[Action, Expr]:
    """Where the response has each action: that of the first deciding clause with a directive, or else the default."""
    ways: dict[Action, list[Expr]] = {action: [] for action in Action}
    earlier: list[Expr] = []
    for clause in reading.clauses:
        if clause.respond is not None:
            decides = reading.decides(clause)
            ways[clause.respond.action].append(_but_not(decides, earlier))
            earlier.append(decides)
    ways[REFUSE.action].append(_but_not(reading.violating, earlier))
    ways[COMPLY.action].append(_but_not(Not(item=reading.violating), earlier))
    return {action: any_of(*exprs) for action, exprs in ways.items()}


def _but_not(expr: Expr, others: list[Expr]) -> Expr:
    if expr == FALSE or not others:
        return expr
    return all_of(expr, Not(item=any_of(*others)))
