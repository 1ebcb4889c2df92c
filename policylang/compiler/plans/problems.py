"""What is wrong with a plan, in words that say what to do."""

from __future__ import annotations

from policylang.language.meaning.expr import Node


class PlanProblem(Node):
    """`item` is the part of the plan that it is about, as it is written there: `quota label`, `cover boundaries`."""

    item: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.item}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class PlanError(Exception):
    """The plan cannot be met. `problems` is never empty."""

    def __init__(self, plan: str, problems: tuple[PlanProblem, ...]) -> None:
        super().__init__("\n".join([f"plan {plan} cannot be met:", *(f"  {problem}" for problem in problems)]))
        self.plan = plan
        self.problems = problems
