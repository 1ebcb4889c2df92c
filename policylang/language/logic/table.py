"""The decision table: what turns a judge's small answers into a verdict.

One table for each category and surface, compiled from the clauses: rows in order of severity, each with the whole
condition under which its clause is in force (its own, and that no overriding clause holds). The table is a value that
goes into the bundle, so that a verdict can be computed from it without the policy.

An answer may be missing ("cannot tell"). Then the outcome is the set of levels that are still possible, found with
three-valued logic (Kleene 1952), and the ambiguity rules of the category say what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..meaning.expr import TRUE, YES, And, AtLeast, Expr, Node, Not, Or, Test, both, evaluate, variables
from ..meaning.policy import AmbiguityRule, Clause, Effect, Label, Policy, Respond
from .space import Variable, case_space, overriders
from .verdict import COMPLY, REFUSE, Verdict


class Row(Node):
    """`clause` is in force where `when` holds; where `holds` holds but `when` does not, it is overridden."""

    clause: str
    forbids: bool
    level: str
    holds: Expr
    when: Expr
    response: Respond | None = None


class DecisionTable(Node):
    """`rows` are sorted: forbids from the worst level down, then permits; source order among equals."""

    category: str
    surface: str
    levels: tuple[str, ...]
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    ambiguity: tuple[AmbiguityRule, ...] = ()

    def decide(self, case: Mapping[str, str]) -> Verdict:
        """The verdict of a complete case. Raises KeyError when a variable of the table has no value."""
        in_force = [row for row in self.rows if evaluate(row.when, case)]
        forbids = [row for row in in_force if row.forbids]
        deciding = [row for row in forbids if row.level == forbids[0].level] if forbids else in_force
        given = next((row.response for row in deciding if row.response is not None), None)
        return Verdict(
            category=self.category,
            surface=self.surface,
            level=forbids[0].level if forbids else self.levels[0],
            label=Label.VIOLATES if forbids else Label.COMPLIES,
            covered=bool(in_force),
            deciding=tuple(row.clause for row in deciding),
            overridden=tuple(row.clause for row in self.rows if evaluate(row.holds, case) and row not in in_force),
            response=given or (REFUSE if forbids else COMPLY),
        )

    def possible_levels(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """The levels that are still possible when some answers are missing; never empty, mildest first.

        Sound, not always tight: conditions are read one by one, so a level may be listed that no completion reaches.
        """
        certain = self.levels[0]
        possible = set()
        for row in self.rows:
            if not row.forbids:
                continue
            truth = evaluate_partly(row.when, answers)
            if truth is not False:
                possible.add(row.level)
            if truth is True:
                certain = row.level
                break
        floor = self.levels.index(certain)
        return tuple(level for i, level in enumerate(self.levels) if i == floor or (i > floor and level in possible))


def compile_table(policy: Policy, category_id: str, surface: str) -> DecisionTable:
    """The decision table of a category on a surface; it has no rows when no clause applies to that surface."""
    category = policy.category(category_id)
    rows: list[Row] = []
    for clause in category.clauses:
        if surface in clause.surfaces:
            rows += _rows_of(policy, clause, surface)
    rows.sort(key=lambda row: (not row.forbids, -policy.rank(row.level)))  # stable: source order among equals
    used = {variable for row in rows for variable in variables(row.when)}
    return DecisionTable(
        category=category_id,
        surface=surface,
        levels=policy.levels,
        variables=tuple(v for v in case_space(policy, category_id).variables if v.id in used),
        rows=tuple(rows),
        ambiguity=category.ambiguity or _general_rules(policy, used),
    )


def _general_rules(policy: Policy, asked: set[str]) -> tuple[AmbiguityRule, ...]:
    """The policy's ambiguity rules, without those about what this table never asks: they could never be refuted."""
    return tuple(rule for rule in policy.ambiguity if rule.when is None or asked.issuperset(variables(rule.when)))


def _rows_of(policy: Policy, clause: Clause, surface: str) -> list[Row]:
    alone: Expr = TRUE
    removers = overriders(policy, clause, surface)
    if removers:
        alone = Not(item=Or(items=tuple(other.scope for other in removers)))

    def row(holds: Expr, *, forbids: bool) -> Row:
        return Row(
            clause=clause.id,
            forbids=forbids,
            level=clause.level or policy.levels[0] if forbids else policy.levels[0],
            holds=holds,
            when=both(holds, alone),
            response=clause.respond,
        )

    if clause.effect is Effect.PERMIT:
        return [row(clause.scope, forbids=False)]
    if clause.effect is Effect.FORBID:
        return [row(clause.breach, forbids=True)]
    met = both(clause.scope, Test(variable=clause.id, values=(YES,)))
    return [row(clause.breach, forbids=True), row(met, forbids=False)]


def evaluate_partly(expr: Expr, case: Mapping[str, str]) -> bool | None:
    """The truth of a condition in a partial case; None where it depends on what is missing."""
    match expr:
        case Test(variable=variable, values=values):
            value = case.get(variable)
            return None if value is None else value in values
        case Not(item=item):
            truth = evaluate_partly(item, case)
            return None if truth is None else not truth
        case And(items=items):
            return _count(items, len(items), case)
        case Or(items=items):
            return _count(items, 1, case)
        case AtLeast(count=count, items=items):
            return _count(items, count, case)


def _count(items: tuple[Expr, ...], needed: int, case: Mapping[str, str]) -> bool | None:
    truths = [evaluate_partly(item, case) for item in items]
    if truths.count(True) >= needed:
        return True
    return False if len(truths) - truths.count(False) < needed else None
