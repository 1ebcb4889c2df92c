"""What coverage says: one item for everything that exemplars can show, and the figures over them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from ..meaning.expr import Node
from .briefs import Brief
from .places import Place


class Kind(StrEnum):
    """What is counted: see `measure.py`."""

    CLAUSE = "clause"
    CONDITION = "condition"
    EXCEPTION = "exception"
    BOUNDARY = "boundary"
    FACTOR = "factor"


class Item(Node):
    """One thing to be shown. `shown_by` are the exemplars that show it (one of them, or the two of a pair).

    `reason` says why an infeasible item can't be shown. `both_seen`, for conditions, is the weaker claim: the test was
    seen true and false, and the clause in force in one of these cases only. `briefs` are the exemplars to be written
    for a missing one: one, or the two of a pair.
    """

    kind: Kind
    category: str
    clause: str | None = None
    id: str
    says: str
    place: Place | None = None
    status: Literal["covered", "missing", "infeasible"]
    reason: str = ""
    shown_by: tuple[str, ...] = ()
    both_seen: bool | None = None
    briefs: tuple[Brief, ...] = ()


class Figure(Node):
    """How many of the items that can be covered are."""

    covered: int
    feasible: int
    infeasible: int

    @property
    def percent(self) -> float:
        """From 0 to 100; 100 where there is nothing to cover."""
        return 100.0 * self.covered / self.feasible if self.feasible else 100.0

    def __str__(self) -> str:
        return f"{self.covered}/{self.feasible}"


class CoverageReport(Node):
    """The items in the order of the policy: categories, clauses, and within them kinds."""

    policy: str
    version: str
    exemplars: int
    items: tuple[Item, ...]

    def figure(self, category: str | None = None, kind: Kind | None = None) -> Figure:
        """The figure of a category and a kind, or over all of them."""
        return figure_of(item for item in self.items if category in (None, item.category) and kind in (None, item.kind))

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.category for item in self.items))

    @property
    def missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.status == "missing")

    @property
    def both_seen(self) -> Figure:
        """The weaker figure of conditions: tests whose both values were seen with both outcomes of their clause."""
        tests = [item for item in self.items if item.kind is Kind.CONDITION and item.both_seen is not None]
        return Figure(covered=sum(bool(item.both_seen) for item in tests), feasible=len(tests), infeasible=0)


def figure_of(items: Iterable[Item]) -> Figure:
    counts = {"covered": 0, "missing": 0, "infeasible": 0}
    for item in items:
        counts[item.status] += 1
    covered, missing = counts["covered"], counts["missing"]
    return Figure(covered=covered, feasible=covered + missing, infeasible=counts["infeasible"])
