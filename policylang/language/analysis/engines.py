"""What answers questions about a case space, and which of the two ways to do so is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from ..meaning.expr import Expr

SMALL = 1 << 16
"""A space of so many cases is listed; a larger one is searched. Listing takes a bit a case and condition."""

Space = Sequence[tuple[str, Sequence[str]]]
"""Variables with their values, in the order in which cases are compared."""


class UndecidedError(Exception):
    """The search has reached its limit without an answer."""


class Engine(Protocol):
    """Answers questions over one space, exactly. All engines give the same answers, witnesses included.

    Every method raises UndecidedError when the question is too hard, and KeyError for an unknown variable.
    """

    space: Space

    def first(self, expr: Expr) -> dict[str, str] | None:
        """The first case in which a condition holds, in lexicographic order of declared values; None: it never does."""

    def possible(self, expr: Expr) -> bool:
        """Is there a case in which the condition holds?"""

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        """Is there a case in which changing `variable` alone changes the truth of one of the conditions?"""


def size(space: Space) -> int:
    """How many cases there are."""
    return math.prod(len(values) for _, values in space)


def engine_for(space: Space) -> Engine:
    """The engine that suits the size of the space."""
    if size(space) <= SMALL:
        from .truth_tables import TruthTables

        return TruthTables(space)
    from .search import Search

    return Search(space)
