"""A sample: what a row of a plan became, with everything that it came from."""

from __future__ import annotations

from typing import Literal

from policylang.compiler.plans.rows import PlanRow
from policylang.language.meaning.expr import Node
from policylang.language.meaning.policy import Label


class CallRecord(Node):
    """One answer of a model that went into a sample. `cached`: it was in the ledger already. Costs in USD."""

    stage: str
    role: str
    model: str
    prompt: str
    prompt_sha256: str
    seed: int
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    latency_s: float = 0.0
    cached: bool = False


class Picture(Node):
    """The image of a sample. `path` is in the bundle; `exemplar` is where the policy shows it."""

    path: str
    sha256: str
    caption: str
    exemplar: str
    description: str = ""
    described_by: str = "caption"
    """`caption`: the words of the policy. Otherwise the model that looked at it."""


class Reasoning(Node):
    """`teacher` is `symbolic` where the compiled skeleton was rendered without a model, else the model's name.

    `rejected` are words of the model that the verifier refused before, and why.
    """

    text: str
    teacher: str
    cites: tuple[str, ...]
    rejected: tuple[RejectedWords, ...] = ()


class RejectedWords(Node):
    text: str
    problems: tuple[str, ...]


class Judgement(Node):
    """What a judge found on one surface, and what the decision table makes of it.

    `levels` are the levels that its answers leave possible; `level` is the one that holds (by an ambiguity rule where
    there are several), None where the judge gave nothing usable. `agrees` is with the row's planned verdict.
    """

    surface: str
    answers: dict[str, str]
    levels: tuple[str, ...] = ()
    level: str | None = None
    label: Label | None = None
    deciding: tuple[str, ...] = ()
    agrees: bool = False
    directive: Literal["", "ask", "escalate"] = ""
    error: str = ""


class Scores(Node):
    """Scores of a quality rubric. `mean` is weighted over the criteria that apply. `accepted` is the rubric's rule."""

    rubric: str
    scores: dict[str, int]
    mean: float | None = None
    accepted: bool = False
    error: str = ""


class Origin(Node):
    """What a sample follows from: enough to find every word of its policy and prompts again."""

    policy: str
    version: str
    policy_sha256: str
    clause_sha256: str
    bundle_sha256: str
    tool_version: str


class Sample(Node):
    """`problems` is empty exactly when the sample was accepted. `judge_advisory`: the judge's word did not count."""

    row: PlanRow
    attempt: int
    origin: Origin
    picture: Picture | None = None
    request: str = ""
    reasoning: Reasoning | None = None
    answer: str = ""
    judgements: tuple[Judgement, ...] = ()
    scores: tuple[Scores, ...] = ()
    judge_advisory: bool = False
    calls: tuple[CallRecord, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def cost_usd(self) -> float | None:
        """Of all its calls; None where the price of one is unknown."""
        costs = [call.cost_usd for call in self.calls]
        return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)


Reasoning.model_rebuild()
