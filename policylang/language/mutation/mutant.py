"""A mutant: the policy with one small change to the logic of one clause, as an author might make it by mistake."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from ..coverage.places import Place
from ..meaning.expr import Node
from ..meaning.policy import Category, Clause, Policy

T = TypeVar("T", bound=Node)


class Operator(StrEnum):
    """The kinds of change."""

    EFFECT = "effect"
    """`forbid` becomes `permit`, or the other way round."""
    LEVEL = "level"
    """One level up or down."""
    EXCEPTION = "exception"
    """The `unless` is dropped."""
    PART = "part"
    """A part of an `and`, an `or` or a list that is counted is dropped."""
    VALUE = "value"
    """A test loses or gains a value; an ordered one is moved by one."""
    NEGATION = "negation"
    """A test becomes its opposite."""
    CONNECTIVE = "connective"
    """`and` becomes `or`, or the other way round."""
    COUNT = "count"
    """`at least N of` counts to one more or one less."""
    OVERRIDE = "override"
    """An override is dropped."""
    CLAUSE = "clause"
    """The clause is dropped."""


class Mutant(Node):
    """One change. `changed` is the clause after it; `says` tells the change, `place` is the source that it changes."""

    id: str
    operator: Operator
    category: str
    clause: str
    says: str
    place: Place | None = None
    changed: Clause

    def applied(self, policy: Policy) -> Policy:
        """The policy with the change."""
        categories = tuple(
            _rebuilt(Category, category, clauses=tuple(self._or_changed(clause) for clause in category.clauses))
            if category.id == self.category
            else category
            for category in policy.categories
        )
        return _rebuilt(Policy, policy, categories=categories)

    def _or_changed(self, clause: Clause) -> Clause:
        return self.changed if clause.id == self.clause else clause


def rebuilt_clause(clause: Clause, **update: Any) -> Clause:
    """The clause with other fields."""
    return _rebuilt(Clause, clause, **update)


def _rebuilt(kind: type[T], node: T, **update: Any) -> T:
    """A node with other fields. Not a copy: that would keep what the node has computed from its old fields."""
    return kind(**({name: getattr(node, name) for name in kind.model_fields} | update))
