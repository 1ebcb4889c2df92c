"""Clauses whose own condition gives nothing: dead ones, exceptions that except nothing or everything."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.expr import TRUE, YES, And, Expr, Not, Or, Test
from ..meaning.policy import Clause, Effect
from .case_study import Study
from .finding import Finding, Kind
from .reading import all_of
from .sentences import is_short, name_of, spelled


def conditions_that_give_nothing(study: Study) -> Iterator[Finding]:
    """Dead and swallowed clauses, and vacuous exceptions, of a category; they have nothing to do with surfaces."""
    for clause in study.clauses:
        name = name_of(clause, study.category)
        base = _base(clause)
        if not study.possible(base):
            yield study.finding(
                Kind.DEAD,
                [clause],
                f"{name} can never hold: {_reason(study, base)}",
                advice="Correct its `when`, or remove the clause.",
            )
        elif clause.unless is not None:
            yield from _exceptions(study, clause, base, clause.unless)


def gives_nothing(study: Study, clause: Clause) -> bool:
    """Is the clause dead or swallowed? Then nothing more is said of it."""
    return not study.possible(clause.scope)


def _base(clause: Clause) -> Expr:
    """Where the clause would hold but for its `unless`."""
    if clause.when is not None:
        return clause.when
    return TRUE if clause.effect is Effect.REQUIRE else Test(variable=clause.id, values=(YES,))


def _exceptions(study: Study, clause: Clause, base: Expr, unless: Expr) -> Iterator[Finding]:
    name = name_of(clause, study.category)
    if not study.possible(clause.scope):
        yield study.finding(
            Kind.SWALLOWED,
            [clause],
            f"nothing is left of {name}: its `unless` holds wherever {_its_base(clause)}",
            witness=study.witness(
                all_of(base, unless), None, lambda _: f"{name} would hold, but its `unless` holds too"
            ),
            advice="Narrow the `unless`.",
        )
        return
    parts = unless.items if isinstance(unless, Or) and len(unless.items) > 1 else (unless,)
    idle = [part for part in parts if not study.possible(all_of(base, part))]
    if len(idle) == len(parts):
        idle = [unless]
    for part in idle:
        told = spelled(part, study.policy, study.category)
        which = "its `unless`" if part is unless else f"the part {told} of its `unless`"
        if part is not unless and not is_short(told):
            which = "a part of its `unless`"
        if not study.possible(part):
            reason, witness = f"{_reason(study, part)}", None
        else:
            reason = f"it never holds where {_its_base(clause)}"
            witness = study.witness(part, None, lambda _: f"the exception holds, but {name} would not hold anyway")
        yield study.finding(
            Kind.VACUOUS,
            [clause],
            f"{which} takes nothing away from {name}: {reason}",
            witness=witness,
            advice="Correct the exception, or remove it.",
        )


def _its_base(clause: Clause) -> str:
    if clause.when is not None:
        return "its `when` does"
    return "the duty exists" if clause.effect is Effect.REQUIRE else "its text applies"


def _reason(study: Study, expr: Expr) -> str:
    """Why a condition never holds: the parts of it that exclude each other."""
    parts = list(_conjuncts(expr))
    kept = list(parts)
    for part in parts:  # what can be left out is not needed for the contradiction
        rest = [other for other in kept if other is not part]
        if rest and not study.possible(all_of(*rest)):
            kept = rest
    told = [spelled(part, study.policy, study.category) for part in kept]
    if len(told) == 2 and is_short("".join(told)):
        return f"{told[0]} and {told[1]} exclude each other"
    if all(map(is_short, told)) and len(told) <= 3:
        return f"there is no case with {' and '.join(told)}"
    return "there is no such case"


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case And(items=items) if items:
            for item in items:
                yield from _conjuncts(item)
        case Not(item=Or(items=items)) if items:
            for item in items:
                yield from _conjuncts(Not(item=item))
        case _:
            yield expr
