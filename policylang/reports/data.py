"""What a report says, as values: the page is drawn from them, and `policyc report --json` prints them."""

from __future__ import annotations

from typing import Literal

from policylang.compiler.plans.report import Hole, LabelGap
from policylang.language.meaning.expr import Node
from policylang.language.meaning.policy import Label
from policylang.runtime.ledger import Status
from policylang.runtime.sample import Sample

from .statistics import Interval


class Identity(Node):
    """What was run. `sessions` counts how often the run was started or taken up again."""

    policy: str
    version: str
    title: str
    text: str
    categories: int
    clauses: int
    exemplars: int
    policy_sha256: str
    bundle_sha256: str
    tool_version: str
    plan: str
    plan_title: str
    plan_text: str
    seed: int
    stages: tuple[str, ...]
    sessions: int


class Count(Node):
    """How often something of one kind was seen, and the first words in which it was."""

    kind: str
    count: int
    example: str = ""


class RowCounts(Node):
    """What became of the rows of the plan. A row counts once: `accepted`, or how its last attempt ended, or `open`."""

    planned: int
    accepted: int
    rejected: int
    failed: int
    open: int


class Stratum(Node):
    """The rows with one value of a dimension. `target` is what the plan demands, None where it demands nothing.

    `rejected` counts attempts, so it can be more than the rows.
    """

    value: str
    title: str
    target: int | None
    planned: int
    accepted: int
    rejected: int


class Dimension(Node):
    name: str
    title: str
    strata: tuple[Stratum, ...]


class Outcome(Node):
    """`reasons` count attempts, not rows; an attempt with two reasons counts under both."""

    rows: RowCounts
    attempts: dict[Status, int]
    rejections: tuple[Count, ...]
    failures: tuple[Count, ...]
    dimensions: tuple[Dimension, ...]


class WayClaim(Node):
    """Combinations of `strength` of `dimensions`: possible, in a row of the plan, and in an accepted row.

    `missing` are some of those that the plan covers and no accepted row does; `missing_count` counts them all.
    """

    strength: int
    dimensions: tuple[str, ...]
    feasible: int
    planned: int
    accepted: int
    missing: tuple[dict[str, str], ...]
    missing_count: int
    holes: tuple[Hole, ...]


class BoundaryClaim(Node):
    """One boundary: `both` sides accepted, `one` or `none`; `impossible` where there is no pair, with the reason."""

    clause: str
    variable: str
    state: Literal["both", "one", "none", "impossible"]
    reason: str = ""


class MinimumClaim(Node):
    """`below` are the values that have fewer than `count` accepted rows."""

    dimension: str
    count: int
    planned_lowest: int
    accepted_lowest: int
    below: tuple[str, ...]


class Coverage(Node):
    ways: tuple[WayClaim, ...]
    boundaries: tuple[BoundaryClaim, ...]
    minimums: tuple[MinimumClaim, ...]
    label_gaps: tuple[LabelGap, ...]
    planned_cases: int
    accepted_cases: int
    """Different (clause, label, case)."""


class TeacherShare(Node):
    teacher: str
    symbolic: bool
    accepted: int


class RefusedWords(Node):
    row_id: str
    clause: str
    text: str
    problems: tuple[str, ...]


class Rationales(Node):
    """`worded` counts wordings by a model that the verifier read, over all attempts; `refused` those it refused."""

    teachers: tuple[TeacherShare, ...]
    worded: int
    refused: int
    problems: tuple[Count, ...]
    examples: tuple[RefusedWords, ...]


class Cell(Node):
    planned: str
    judged: str
    count: int


class Agreement(Node):
    """A judge's verdicts against the planned ones, on one surface.

    `usable` ones say `violates` or `complies`; `undecided` ones ask or hand over; `unusable` ones cannot be read.
    Shares are of the usable ones; `enough` of them to say anything. `kappa` is None where it is not defined.
    """

    surface: str
    judged: int
    usable: int
    undecided: int
    unusable: int
    agreeing: int
    interval: Interval
    kappa: float | None
    chance: float | None
    table: tuple[Cell, ...]
    enough: bool
    finding: str


class CriterionMean(Node):
    criterion: str
    scored: int
    mean: float


class RubricScores(Node):
    """`mean` is over the samples that were scored, None where none was."""

    rubric: str
    title: str
    low: int
    high: int
    scored: int
    accepted: int
    errors: int
    mean: float | None
    criteria: tuple[CriterionMean, ...]


class Judging(Node):
    """`advisory`: what the judge said decided nothing, in none of the `samples` that it judged."""

    models: tuple[str, ...]
    advisory: bool
    samples: int
    advisory_samples: int
    agreements: tuple[Agreement, ...]
    rubrics: tuple[RubricScores, ...]


class RoleUsage(Node):
    """What a role's calls took. `cost_usd` sums what is known, None if nothing is; `unpriced` calls have no price."""

    role: str
    models: tuple[str, ...]
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost_usd: float | None
    unpriced: int


class SplitCount(Node):
    """`percent` is what the plan asks for, None where it does not say."""

    name: str
    percent: float | None
    rows: int
    labels: dict[str, int]


class Fact(Node):
    """A facet of the planned case. `clause` is set where the fact is that a clause applies."""

    name: str
    title: str
    value: str
    meaning: str = ""
    clause: str | None = None


class Segment(Node):
    """A piece of a rationale. `clause` is the clause that it cites, if it is a citation."""

    text: str
    clause: str | None = None


class Purpose(Node):
    text: str
    code: str


class ShownSample(Node):
    """A sample with what the policy says about it, in words.

    `skeleton` is what a rationale of the case has to say, line by line, as the policy was compiled to it.
    """

    status: Status
    sample: Sample
    verdict: str
    skeleton: tuple[str, ...]
    facts: tuple[Fact, ...]
    settings: tuple[Fact, ...]
    rationale: tuple[Segment, ...]
    purposes: tuple[Purpose, ...]


class ClauseText(Node):
    id: str
    label: str
    title: str
    rule: str
    text: str
    locked: bool
    response: str
    guidance: str
    planned: int
    accepted: int


class CategoryText(Node):
    id: str
    code: str
    title: str
    text: str
    depth: int
    clauses: tuple[ClauseText, ...]


class ReportData(Node):
    """All that a report says. `notices` are what a reader must know before believing a number, the gravest first."""

    schema_version: Literal["1"] = "1"
    identity: Identity
    notices: tuple[str, ...]
    outcome: Outcome
    coverage: Coverage
    rationales: Rationales
    judging: Judging | None
    usage: tuple[RoleUsage, ...]
    total: RoleUsage
    splits: tuple[SplitCount, ...]
    accepted: tuple[ShownSample, ...]
    rejected: tuple[ShownSample, ...]
    categories: tuple[CategoryText, ...]


LABELS: tuple[Label, ...] = (Label.VIOLATES, Label.COMPLIES, Label.BORDERLINE)
