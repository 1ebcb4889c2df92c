"""What a compiled plan is made of: rows, and what they claim to be there for."""

from __future__ import annotations

from policylang.language.meaning.expr import Node
from policylang.language.meaning.policy import Action, Label

from .report import CoverageReport


class RowVerdict(Node):
    """What the policy says of the row's case, on the row's surface."""

    level: str
    deciding: tuple[str, ...]
    response: Action


class PlanRow(Node):
    """One sample to be made.

    `id` is a hash of what defines the row, so it stays when other rows come or go; `index` is its place in the plan.
    `label` is what the row is wanted to be *for its clause*; a borderline row may lie on either side, `verdict` says
    on which. `case` has a value for every variable of the category's case space; `factors` for every factor of the
    plan, and both agree where a clause mentions a factor. `purposes` say what the row is there for, as
    `cover:clause=x,modality=text`, `boundary:CLAUSE:VARIABLE:violates-side` (or `complies-side`),
    `minimum:clause=x`, `quota:label=violates`, or `spread:clause=x,label=violates` where nothing was demanded. `pair`
    is shared by exactly two rows, the two sides of one boundary.
    """

    id: str
    index: int
    plan: str
    category: str
    clause: str
    surface: str
    label: Label
    case: dict[str, str]
    verdict: RowVerdict
    factors: dict[str, str]
    seed: int
    purposes: tuple[str, ...]
    pair: str | None = None


class CompiledPlan(Node):
    """A plan that is met: its rows, and the report of what is claimed and of what no row can be."""

    plan: str
    seed: int
    rows: tuple[PlanRow, ...]
    report: CoverageReport
