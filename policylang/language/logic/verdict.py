"""The verdict of a case: a direct reading of the language's semantics, one sentence a line.

This is the oracle. What runs is the compiled table (`table.py`), and a property test shows that both agree.
"""

from __future__ import annotations

from ..meaning.expr import Case, Node, evaluate
from ..meaning.policy import Action, Clause, Effect, Label, Policy, Respond
from .space import overriders

COMPLY = Respond(action=Action.COMPLY)
REFUSE = Respond(action=Action.REFUSE)


class Verdict(Node):
    """What the policy says of one case, on one surface, in one category.

    `deciding` are the clauses that the level follows from: forbids (and unmet duties) of the highest level, or else
    the permits (and met duties). `overridden` hold but were removed. `covered` is false where no clause is left.
    """

    category: str
    surface: str
    level: str
    label: Label
    covered: bool
    deciding: tuple[str, ...]
    overridden: tuple[str, ...]
    response: Respond


def verdict(policy: Policy, category_id: str, case: Case, surface: str) -> Verdict:
    """The verdict of a complete case. Raises KeyError when the case lacks a variable of the category's space."""
    category = policy.category(category_id)
    broken = [clause for clause in category.clauses if surface in clause.surfaces and _is_broken(clause, case)]
    kept_to = [clause for clause in category.clauses if surface in clause.surfaces and _is_kept_to(clause, case)]

    def is_removed(clause: Clause) -> bool:
        return any(_speaks(other, case) for other in overriders(policy, clause, surface))

    overridden = tuple(clause.id for clause in category.clauses if clause in broken + kept_to and is_removed(clause))
    broken = [clause for clause in broken if not is_removed(clause)]
    kept_to = [clause for clause in kept_to if not is_removed(clause)]

    if broken:
        level = max((clause.level or policy.levels[0] for clause in broken), key=policy.rank)
        deciding = [clause for clause in broken if clause.level == level]
    else:
        level = policy.levels[0]
        deciding = kept_to
    return Verdict(
        category=category_id,
        surface=surface,
        level=level,
        label=Label.VIOLATES if broken else Label.COMPLIES,
        covered=bool(broken or kept_to),
        deciding=tuple(clause.id for clause in deciding),
        overridden=overridden,
        response=response_of(deciding, violates=bool(broken)),
    )


def response_of(deciding: list[Clause], *, violates: bool) -> Respond:
    """The directive of the first deciding clause that gives one; else refuse what violates and comply otherwise."""
    given = next((clause.respond for clause in deciding if clause.respond is not None), None)
    return given or (REFUSE if violates else COMPLY)


def _is_broken(clause: Clause, case: Case) -> bool:
    return clause.effect is not Effect.PERMIT and evaluate(clause.breach, case)


def _is_kept_to(clause: Clause, case: Case) -> bool:
    """A permit that applies, or a duty that exists and is met."""
    if clause.effect is Effect.PERMIT:
        return evaluate(clause.scope, case)
    return clause.effect is Effect.REQUIRE and evaluate(clause.scope, case) and not evaluate(clause.breach, case)


def _speaks(clause: Clause, case: Case) -> bool:
    """Does the clause hold, so that it removes what it overrides? A duty holds where it exists, met or not."""
    return evaluate(clause.scope, case)
