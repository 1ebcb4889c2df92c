"""What a run would take, before anything is sent: requests, tokens and cost of each stage.

Tokens of a prompt are counted as a quarter of its characters, a rule of thumb for English with tokenizers of today
(OpenAI's help centre, "What are tokens and how to count them"); answers are counted at their role's limit. `at_most`
assumes that every row uses all its attempts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from policylang.compiler.bundle import Bundle
from policylang.compiler.plans.difference import prompt_of, stages_of
from policylang.compiler.plans.files import plan_rows
from policylang.compiler.plans.rows import PlanRow
from policylang.language.meaning.expr import Node

from .config import Role, RunConfig
from .engine import role_of
from .stages.reason import falls_to_the_model

CHARACTERS_PER_TOKEN = 4
SLOT_TOKENS = 60
"""What fills the slots of a prompt: a request, facts, a picture's description."""
DEFAULT_ANSWER_TOKENS = 256


class StageEstimate(Node):
    """For one attempt at every row. `cost_usd` is None where the role's prices are unknown."""

    stage: str
    role: str
    model: str
    requests: int
    prompt_tokens: int
    answer_tokens: int
    cost_usd: float | None


class Estimate(Node):
    rows: int
    attempts: int
    stages: tuple[StageEstimate, ...]

    @property
    def cost_usd(self) -> float | None:
        """Of one attempt a row; None when a stage's is unknown."""
        costs = [stage.cost_usd for stage in self.stages]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def at_most(self) -> float | None:
        return None if self.cost_usd is None else self.cost_usd * self.attempts


def estimate(
    bundle: Bundle, plan: str, config: RunConfig, todo: Mapping[str, Collection[str]] | None = None
) -> Estimate:
    """The estimate for a plan of the bundle; with `todo` for those stages of those rows only."""
    sizes = {entry["id"]: sum(len(m["template"]) for m in entry["messages"]) for entry in bundle.json("prompts.json")}
    rows = plan_rows(bundle, plan)
    stages = []
    for stage in stages_of(bundle, plan):
        wanted = rows if todo is None else [row for row in rows if stage in todo.get(row.id, ())]
        found = _stage(stage, wanted, sizes, config)
        if found is not None:
            stages.append(found)
    count = len(rows) if todo is None else len(todo)
    return Estimate(rows=count, attempts=bundle.policy.plan(plan).attempts, stages=tuple(stages))


def _stage(stage: str, rows: list[PlanRow], sizes: Mapping[str, int], config: RunConfig) -> StageEstimate | None:
    role: Role = role_of("judge" if stage.startswith("score:") else stage)
    table = config.role(role)
    if stage == "reason":
        rows = [row for row in rows if falls_to_the_model(row, config.reason)]
    prompts = [] if table is None else [p for row in rows if (p := prompt_of(stage, row)) in sizes]
    if table is None or not prompts:
        return None
    prompt_tokens = sum(sizes[prompt] // CHARACTERS_PER_TOKEN + SLOT_TOKENS for prompt in prompts)
    answer_tokens = len(prompts) * (table.max_tokens or DEFAULT_ANSWER_TOKENS)
    endpoint = config.endpoints[table.endpoint]
    return StageEstimate(
        stage=stage,
        role=role,
        model=table.model or getattr(endpoint, "model", ""),
        requests=len(prompts),
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
        cost_usd=_cost(
            prompt_tokens, answer_tokens, table.input_price, table.output_price, endpoint.kind == "embedded"
        ),
    )


def _cost(
    prompt_tokens: int, answer_tokens: int, input_price: float | None, output_price: float | None, own: bool
) -> float | None:
    if own and input_price is None and output_price is None:
        return 0.0
    if input_price is None or output_price is None:
        return None
    return (prompt_tokens * input_price + answer_tokens * output_price) / 1_000_000
