"""A sample in the making, and what its stages share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policylang import __version__
from policylang.compiler.bundle import Bundle
from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.prompts import Prompt, render
from policylang.compiler.prompts.prompt import Value
from policylang.compiler.rubrics import JudgeRubric
from policylang.language.meaning.policy import Policy

from ..calls import Caller
from ..completion import Completion
from ..config import RunConfig
from ..near_copies import CopyIndex
from ..sample import CallRecord, Judgement, Origin, Picture, Reasoning, Sample, Scores


class Workshop:
    """What all rows of a run share: the compiled policy, who plays which role, and the way to call them."""

    def __init__(self, bundle: Bundle, config: RunConfig, caller: Caller) -> None:
        self.bundle = bundle
        self.config = config
        self.caller = caller
        self.policy: Policy = bundle.policy
        self.prompts = {entry["id"]: _prompt(entry) for entry in bundle.json("prompts.json")}
        self.rubrics = {
            (rubric.category, rubric.surface): rubric
            for path in bundle.files
            if path.startswith("rubrics/") and path.count("/") == 1
            for rubric in [JudgeRubric.model_validate_json(bundle.files[path])]
        }
        self.exemplars: CopyIndex[str] = CopyIndex()
        """Requests of exemplars, by id, and their answers: who repeats them has learnt nothing but its prompt."""
        self.ideals: CopyIndex[str] = CopyIndex()
        for _, exemplar in self.policy.exemplars:
            self.exemplars.add(exemplar.id, exemplar.request)
            self.ideals.add(exemplar.id, exemplar.ideal)
        self.requests: CopyIndex[str] = CopyIndex()
        """Requests of accepted samples and of drafts in the making, by row id, so that no row repeats another."""
        self.bundle_sha256 = bundle.sha256

    def plays(self, role: str) -> bool:
        return role in self.caller.models

    @property
    def judge_is_advisory(self) -> bool:
        table = self.config.role("judge")
        return table is None or table.advisory

    def origin(self, row: PlanRow) -> Origin:
        manifest = self.bundle.manifest
        return Origin(
            policy=manifest.policy,
            version=manifest.version,
            policy_sha256=manifest.policy_sha256,
            clause_sha256=manifest.clauses[row.clause],
            bundle_sha256=self.bundle_sha256,
            tool_version=__version__,
        )


def _prompt(entry: Mapping[str, Any]) -> Prompt:
    return Prompt.model_validate({key: value for key, value in entry.items() if key != "sha256"})


class Rejection(Exception):  # noqa: N818 - no fault of the program: the end of a draft that cannot become a sample
    """A draft that cannot become a sample; the reason is for people."""


@dataclass
class Draft:
    """One attempt at a row. Stages fill it in order."""

    shop: Workshop
    row: PlanRow
    attempt: int
    picture: Picture | None = None
    request: str = ""
    reasoning: Reasoning | None = None
    answer: str = ""
    judgements: list[Judgement] = field(default_factory=list)
    scores: list[Scores] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)

    @property
    def image_description(self) -> str:
        return self.picture.description if self.picture else ""

    def seed(self, stage: str, turn: int = 0) -> int:
        """A seed of its own for every call, derived from the row's, so that a run can be repeated. 31 bits."""
        text = f"{self.row.seed}:{self.attempt}:{stage}:{turn}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1

    async def call(
        self,
        stage: str,
        role: str,
        prompt_id: str,
        values: Mapping[str, Value],
        *,
        turn: int = 0,
        schema: Mapping[str, Any] | None = None,
        image_url: str | None = None,
    ) -> Completion:
        """Render a prompt, ask the role, and note where the answer comes from. Slots that the prompt lacks are left."""
        prompt = self.shop.prompts[prompt_id]
        known = {slot.name for slot in prompt.slots}
        messages: list[dict[str, Any]] = list(render(prompt, {k: v for k, v in values.items() if k in known}))
        if image_url is not None:
            text = messages[-1]["content"]
            messages[-1] = messages[-1] | {
                "content": [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": image_url}}]
            }
        seed = self.seed(stage, turn)
        completion, cached = await self.shop.caller.complete(role, messages, seed=seed, schema=schema)
        self.calls.append(
            CallRecord(
                stage=stage,
                role=role,
                model=completion.model,
                prompt=prompt.id,
                prompt_sha256=prompt.sha256,
                seed=seed,
                prompt_tokens=completion.prompt_tokens,
                completion_tokens=completion.completion_tokens,
                cost_usd=completion.cost_usd,
                latency_s=completion.latency_s,
                cached=cached,
            )
        )
        return completion

    def sample(self, problems: list[str]) -> Sample:
        return Sample(
            row=self.row,
            attempt=self.attempt,
            origin=self.shop.origin(self.row),
            picture=self.picture,
            request=self.request,
            reasoning=self.reasoning,
            answer=self.answer,
            judgements=tuple(self.judgements),
            scores=tuple(self.scores),
            judge_advisory=self.shop.judge_is_advisory,
            calls=tuple(self.calls),
            problems=tuple(problems),
        )
