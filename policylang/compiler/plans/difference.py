"""Two compilations of one plan: which rows stay as they are, which have to be made or judged again, and why.

Rows are the same when they are defined the same (see `PlanRow.id`); comments, layout and the version number change
nothing. A row that is the same is stale from the first stage on whose prompt, clause or verdict has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from policylang.language.meaning.expr import Node

from ..bundle import Bundle
from .files import plan_rows
from .rows import PlanRow

GENERATING = ("request", "describe", "reason", "answer")
Fate = Literal["keep", "judge again", "regenerate", "new", "drop"]


class UnrelatedError(ValueError):
    """The two bundles hold no plan of one policy."""


class RowChange(Node):
    """`stages` are those to do (again), in order; `reasons` say why, for people."""

    id: str
    clause: str
    fate: Fate
    stages: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class PlanDifference(Node):
    """`rows` has the rows of the new plan in order, then those that are dropped."""

    against: str
    rows: tuple[RowChange, ...]

    @property
    def fates(self) -> dict[Fate, int]:
        counts = Counter(row.fate for row in self.rows)
        return {fate: counts[fate] for fate in ("keep", "judge again", "regenerate", "new", "drop")}

    @property
    def todo(self) -> dict[str, tuple[str, ...]]:
        """The stages to do, by row."""
        return {row.id: row.stages for row in self.rows if row.stages}


def stages_of(bundle: Bundle, plan: str) -> tuple[str, ...]:
    """The stages that a plan's rows go through, scoring by its rubrics included."""
    definition = bundle.policy.plan(plan)
    scores = (f"score:{name}" for name in definition.accept_by if "judge" in definition.stages)
    return (*definition.stages, *scores)


def prompt_of(stage: str, row: PlanRow) -> str:
    """The id of the prompt that a row uses in a stage; empty where it uses none."""
    if stage == "describe":
        return "describe_image/policy" if row.factors.get("modality", "text") != "text" else ""
    if stage.startswith("score:"):
        return f"score/{stage.removeprefix('score:')}"
    return {
        "request": f"write_request/{row.clause}.{row.label}",
        "reason": f"reason/{row.category}",
        "answer": f"answer/{row.category}",
        "judge": f"judge/{row.category}.{row.surface}",
    }[stage]


def difference(old: Bundle, new: Bundle, plan: str) -> PlanDifference:
    """What becomes of the rows of `plan` from `old` to `new`. Raises UnrelatedError."""
    if old.manifest.policy != new.manifest.policy:
        raise UnrelatedError(f"it is of the policy {old.manifest.policy}, not of {new.manifest.policy}")
    if plan not in old.manifest.plans:
        raise UnrelatedError(f"it has no plan {plan}; its plans are {', '.join(old.manifest.plans) or 'none'}")
    before = {row.id: row for row in plan_rows(old, plan)}
    comparison = _Comparison(old, new, stages_of(new, plan), frozenset(stages_of(old, plan)))
    after = plan_rows(new, plan)
    kept = {row.id for row in after}
    changes = [comparison.change(before.get(row.id), row) for row in after]
    changes += [RowChange(id=row.id, clause=row.clause, fate="drop") for row in before.values() if row.id not in kept]
    manifest = old.manifest
    return PlanDifference(against=f"{manifest.policy} {manifest.version}", rows=tuple(changes))


class _Comparison:
    def __init__(self, old: Bundle, new: Bundle, stages: Sequence[str], before: frozenset[str]) -> None:
        self.old, self.new = old, new
        self.stages, self.before = stages, before
        self.old_prompts, self.new_prompts = _prompts(old), _prompts(new)

    def change(self, was: PlanRow | None, row: PlanRow) -> RowChange:
        stages = tuple(stage for stage in self.stages if prompt_of(stage, row))
        if was is None:
            return RowChange(id=row.id, clause=row.clause, fate="new", stages=stages)
        stale = dict(self._stale(was, row, stages))
        if not stale:
            return RowChange(id=row.id, clause=row.clause, fate="keep")
        generated = [stage for stage in stages if stage in GENERATING and stage in stale]
        fate: Fate = "regenerate" if generated else "judge again"
        # what is generated rests on what was generated before, and every judge sees all of it
        todo = stages[stages.index(generated[0]) :] if generated else tuple(stage for stage in stages if stage in stale)
        reasons = tuple(dict.fromkeys(stale.values()))
        return RowChange(id=row.id, clause=row.clause, fate=fate, stages=todo, reasons=reasons)

    def _stale(self, was: PlanRow, row: PlanRow, stages: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Stages that cannot stay as they are, each with the reason; the weightiest reason comes last."""
        for stage in stages:
            prompt = prompt_of(stage, row)
            if stage not in self.before:
                yield stage, f"the stage {stage} is new"
            elif self.old_prompts.get(prompt) != self.new_prompts.get(prompt):
                yield stage, f"the prompt {prompt} has changed"
        first = next((stage for stage in stages if stage != "describe"), None)
        if first is None:
            return
        if was.verdict != row.verdict:
            yield _first_of(stages, "reason", first), f"the verdict was {was.verdict.level}, is {row.verdict.level}"
        if self.old.manifest.clauses.get(row.clause) != self.new.manifest.clauses[row.clause]:
            yield first, f"the clause {row.clause} has changed"


def _first_of(stages: Sequence[str], wanted: str, otherwise: str) -> str:
    return wanted if wanted in stages else otherwise


def _prompts(bundle: Bundle) -> Mapping[str, str]:
    return {entry["id"]: entry["sha256"] for entry in bundle.json("prompts.json")}
