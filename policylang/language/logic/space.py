"""The case space of a category: the product of what its clauses mention.

The space is never enumerated by the compiler (twenty clauses with an atom each are a million cases); `cases` is the
oracle for small spaces, in tests.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Literal

from ..meaning.expr import NO, YES, Node, variables
from ..meaning.policy import Clause, Effect, Policy


class Variable(Node):
    """One dimension of a case space. `factor`: known from the row; `facet` and `atom`: a judge must find it out."""

    id: str
    values: tuple[str, ...]
    kind: Literal["facet", "factor", "atom"]


class CaseSpace(Node):
    category: str
    variables: tuple[Variable, ...]

    @property
    def size(self) -> int:
        """How many complete cases there are."""
        return math.prod(len(variable.values) for variable in self.variables)

    def cases(self) -> Iterator[dict[str, str]]:
        """Every complete case, in lexicographic order of the declared values."""
        names = [variable.id for variable in self.variables]
        for values in itertools.product(*(variable.values for variable in self.variables)):
            yield dict(zip(names, values, strict=True))

    def problem_with(self, case: Mapping[str, str]) -> str | None:
        """Why `case` is no complete case of this space; None when it is one."""
        for variable in self.variables:
            if variable.id not in case:
                return f"{variable.id} has no value"
            if case[variable.id] not in variable.values:
                return f"{variable.id} cannot be {case[variable.id]!r}"
        return None


def presumed(policy: Policy, atom: str) -> str:
    """What an exemplar that says nothing of a clause's own question means: that nothing is wrong there.

    The text of the clause does not apply; a duty is met.
    """
    return YES if policy.clause(atom).effect is Effect.REQUIRE else NO


def overriders(policy: Policy, clause: Clause, surface: str) -> tuple[Clause, ...]:
    """The clauses, of any category, that remove `clause` on `surface` where they hold."""
    return tuple(other for other in policy.overriders(clause.id) if surface in other.surfaces)


def case_space(policy: Policy, category_id: str) -> CaseSpace:
    """The case space of a category: the variables of its clauses and of the clauses that override them.

    Facets and factors come first, in the order in which the policy declares them, then atoms in the order of clauses.
    """
    category = policy.category(category_id)
    mentioned: set[str] = set()
    for clause in category.clauses:
        mentioned.update(variables(clause.breach))
        for surface in clause.surfaces:
            for other in overriders(policy, clause, surface):
                mentioned.update(variables(other.scope))
    found = [
        Variable(id=facet.id, values=facet.names, kind="factor" if facet.controlled else "facet")
        for facet in policy.facets
        if facet.id in mentioned
    ]
    found += [
        Variable(id=clause.id, values=policy.domain(clause.id), kind="atom")
        for clause in policy.clauses
        if clause.id in mentioned
    ]
    return CaseSpace(category=category_id, variables=tuple(found))
