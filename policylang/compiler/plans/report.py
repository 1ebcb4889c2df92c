"""What a plan claims to cover, what it does cover, and what no row can be: a value that goes into the bundle."""

from __future__ import annotations

from policylang.language.meaning.expr import Node
from policylang.language.meaning.policy import Label


class Margin(Node):
    """How many rows have `value` in `dimension`. `target` is exact where the plan demands it, else None."""

    dimension: str
    value: str
    target: int | None
    actual: int


class Hole(Node):
    """A combination that was asked for and that no row can have."""

    combination: dict[str, str]
    reason: str


class WayReport(Node):
    """Coverage of the combinations of `strength` of `dimensions`: `feasible` of them have `covered` rows."""

    strength: int
    dimensions: tuple[str, ...]
    feasible: int
    covered: int
    holes: tuple[Hole, ...]


class BoundaryReport(Node):
    """The boundary of a clause along a variable of its condition: the pair that shows it, or why there is none."""

    clause: str
    variable: str
    pair: str | None
    reason: str = ""


class LabelGap(Node):
    """A label that no row of a clause can have."""

    clause: str
    label: Label
    reason: str


class MinimumReport(Node):
    """At least `count` rows per value of `dimension`; `lowest` is the fewest of any that can have rows."""

    dimension: str
    count: int
    lowest: int
    impossible: tuple[str, ...] = ()


class CoverageReport(Node):
    """`distinct_cases` counts the different (clause, label, case); rows beyond them share a case with another."""

    size: int
    margins: tuple[Margin, ...]
    ways: tuple[WayReport, ...]
    minimums: tuple[MinimumReport, ...]
    boundaries: tuple[BoundaryReport, ...]
    label_gaps: tuple[LabelGap, ...]
    distinct_cases: int
