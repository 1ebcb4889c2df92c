"""What an exclusion says once part of a row is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from policylang.language.meaning.expr import FALSE, TRUE, And, AtLeast, Expr, Not, Or, Test


def where_it_holds(expr: Expr, known: Mapping[str, str], space: Collection[str]) -> Expr:
    """The condition over the variables of `space` under which `expr` certainly holds.

    `known` are names whose value is given, whether they are in the space or not. A name that is neither known nor in
    the space has no value in the row: a test of it is neither true nor false (Kleene 1952), and a row is excluded only
    where the exclusion is true.
    """
    return _push(expr, known, space, wanted=True)


def _push(expr: Expr, known: Mapping[str, str], space: Collection[str], *, wanted: bool) -> Expr:
    """Where `expr` certainly has the truth value `wanted`. Negation moves inwards; a test without a value fails."""
    match expr:
        case Test(variable=variable, values=values):
            if variable in known:
                return TRUE if (known[variable] in values) is wanted else FALSE
            if variable not in space:
                return FALSE
            return expr if wanted else Not(item=expr)
        case Not(item=item):
            return _push(item, known, space, wanted=not wanted)
        case And(items=items):
            parts = tuple(_push(item, known, space, wanted=wanted) for item in items)
            return And(items=parts) if wanted else Or(items=parts)
        case Or(items=items):
            parts = tuple(_push(item, known, space, wanted=wanted) for item in items)
            return Or(items=parts) if wanted else And(items=parts)
        case AtLeast(count=count, items=items):
            parts = tuple(_push(item, known, space, wanted=wanted) for item in items)
            return AtLeast(count=count if wanted else max(len(items) - count + 1, 0), items=parts)
