"""Conditions: what a clause's `when` and `unless` denote.

A condition is a Boolean combination of *tests*; a test says that a variable has one of some values. Every comparison
of the surface syntax (`=`, `!=`, `in`, `<`, a bare name) becomes a test when names are resolved, so nothing below
the resolver knows about order or spelling. There is nothing else: no arithmetic, no loops, no text matching.

A variable is the name of a facet, or the id of a clause that has no condition of its own (its *atom*: "its text
applies"), which takes the values `yes` and `no`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

YES = "yes"
NO = "no"

Case = Mapping[str, str]
"""A value for every variable of a case space. A *partial* case leaves some out."""


class Node(BaseModel):
    """A frozen value with a closed set of fields: the base of everything in the meaning of a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, but what the original has worked out of its fields and kept is not copied with them."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Test(Node):
    """`variable` has one of `values` (sorted in the order in which the facet declares them)."""

    __test__ = False  # pytest: this is not a test class

    op: Literal["test"] = "test"
    variable: str
    values: tuple[str, ...]


class And(Node):
    op: Literal["and"] = "and"
    items: tuple[Expr, ...]


class Or(Node):
    op: Literal["or"] = "or"
    items: tuple[Expr, ...]


class Not(Node):
    op: Literal["not"] = "not"
    item: Expr


class AtLeast(Node):
    """At least `count` of `items` hold. Real policies need it: "any two of the following"."""

    op: Literal["at_least"] = "at_least"
    count: int = Field(ge=0)
    items: tuple[Expr, ...]


Expr = Annotated[Test | And | Or | Not | AtLeast, Field(discriminator="op")]

TRUE = And(items=())
FALSE = Or(items=())

for _model in (And, Or, Not, AtLeast):
    _model.model_rebuild()


def evaluate(expr: Expr, case: Case) -> bool:
    """Does the condition hold in a complete case? Raises KeyError when the case lacks a variable."""
    match expr:
        case Test(variable=variable, values=values):
            return case[variable] in values
        case And(items=items):
            return all(evaluate(item, case) for item in items)
        case Or(items=items):
            return any(evaluate(item, case) for item in items)
        case Not(item=item):
            return not evaluate(item, case)
        case AtLeast(count=count, items=items):
            return sum(evaluate(item, case) for item in items) >= count


def walk(expr: Expr) -> Iterator[Expr]:
    """The condition and all its parts, outermost first."""
    yield expr
    match expr:
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            for item in items:
                yield from walk(item)
        case Not(item=item):
            yield from walk(item)
        case Test():
            pass


def variables(expr: Expr) -> tuple[str, ...]:
    """The variables that the condition mentions, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(part.variable for part in walk(expr) if isinstance(part, Test)))


def both(left: Expr, right: Expr) -> Expr:
    """`left and right`, without the clutter of conditions that are always true."""
    if left == TRUE:
        return right
    if right == TRUE:
        return left
    return And(items=(left, right))
