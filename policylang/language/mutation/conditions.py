"""Mutants of a condition: every way to get one of its parts slightly wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..coverage.places import Path
from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test
from ..meaning.policy import Policy
from .mutant import Operator


class Variant(NamedTuple):
    """The `whole` condition with the part at `path` changed from `before` to `after`."""

    operator: Operator
    path: Path
    whole: Expr
    before: Expr
    after: Expr


def variants(policy: Policy, expr: Expr) -> Iterator[Variant]:
    """The mutants of a condition, outermost part first."""
    for operator, after in _local(policy, expr):
        yield Variant(operator, (), after, expr, after)
    match expr:
        case Not(item=item):
            for inner in variants(policy, item):
                yield inner._replace(path=(0, *inner.path), whole=Not(item=inner.whole))
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            for at, item in enumerate(items):
                for inner in variants(policy, item):
                    changed = (*items[:at], inner.whole, *items[at + 1 :])
                    yield inner._replace(path=(at, *inner.path), whole=_with_items(expr, changed))
        case Test():
            pass


def _local(policy: Policy, expr: Expr) -> Iterator[tuple[Operator, Expr]]:
    """What may go wrong at a part itself."""
    match expr:
        case Test():
            yield from _of_test(policy, expr)
        case And(items=items) | Or(items=items) if len(items) > 1:
            yield Operator.CONNECTIVE, Or(items=items) if isinstance(expr, And) else And(items=items)
            for at in range(len(items)):
                left = items[:at] + items[at + 1 :]
                yield Operator.PART, left[0] if len(left) == 1 else _with_items(expr, left)
        case AtLeast(count=count, items=items):
            for other in (count - 1, count + 1):
                if 1 <= other <= len(items):
                    yield Operator.COUNT, AtLeast(count=other, items=items)
            if count < len(items):
                for at in range(len(items)):
                    yield Operator.PART, AtLeast(count=count, items=items[:at] + items[at + 1 :])
        case _:
            pass


def _of_test(policy: Policy, test: Test) -> Iterator[tuple[Operator, Expr]]:
    domain = policy.domain(test.variable)

    def of(values: set[str]) -> Test:
        return Test(variable=test.variable, values=tuple(value for value in domain if value in values))

    here = set(test.values)
    yield Operator.NEGATION, of(set(domain) - here)
    for value in _movable(policy, test, domain):
        other = here ^ {value}
        if other and other != set(domain):  # a test of nothing or of everything is no slip of the pen
            yield Operator.VALUE, of(other)


def _movable(policy: Policy, test: Test, domain: tuple[str, ...]) -> tuple[str, ...]:
    """The values that a test may lose or gain by mistake: next to its ends, where it speaks of an order."""
    ordered = any(facet.id == test.variable and facet.kind == "ordered" for facet in policy.facets)
    places = [domain.index(value) for value in test.values]
    if not ordered or not places or places != list(range(places[0], places[-1] + 1)):
        return domain
    first, last = places[0], places[-1]
    # `x < b` has no lower end that could be wrong, and `x >= b` no upper one.
    lower = {first - 1, first} if first > 0 else set()
    upper = {last, last + 1} if last < len(domain) - 1 else set()
    return tuple(domain[at] for at in sorted(lower | upper))


def _with_items(expr: Expr, items: tuple[Expr, ...]) -> Expr:
    match expr:
        case And():
            return And(items=items)
        case Or():
            return Or(items=items)
        case AtLeast(count=count):
            return AtLeast(count=count, items=items)
        case _:
            raise TypeError(f"{expr!r} has no items")
