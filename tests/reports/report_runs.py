"""Samples as a run makes them, out of the policy's own exemplars."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from policylang import __version__
from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import image_path
from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.rubrics import JudgeRubric
from policylang.compiler.skeleton import citations, skeleton, verify
from policylang.language.meaning.policy import Exemplar, Policy
from policylang.runtime.completion import Completion
from policylang.runtime.ledger import Ledger, RunIdentity, Status
from policylang.runtime.sample import CallRecord, Judgement, Origin, Picture, Reasoning, RejectedWords, Sample, Scores
from policylang.runtime.stages.judge import conclude

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
MODEL = "smollm2-135m-instruct"

Record = tuple[Sample, Status]
MakeRun = Callable[..., Path]


@dataclass
class Samples:
    """Makes the sample of a row out of the policy's own exemplars, compiled rationales and decision tables."""

    bundle: Bundle
    policy: Policy = field(init=False)
    rubrics: dict[tuple[str, str], JudgeRubric] = field(init=False)

    def __post_init__(self) -> None:
        self.policy = self.bundle.policy
        found = [
            JudgeRubric.model_validate_json(data)
            for path, data in self.bundle.files.items()
            if path.startswith("rubrics/") and path.count("/") == 1
        ]
        self.rubrics = {(rubric.category, rubric.surface): rubric for rubric in found}

    def rows(self, plan: str = "quickstart") -> list[PlanRow]:
        lines = self.bundle.files[f"plans/{plan}/rows.jsonl"].splitlines()
        return [PlanRow.model_validate_json(line) for line in lines]

    def of(self, row: PlanRow, *, attempt: int = 0, worded: bool = False, agrees: bool = True) -> Sample:
        exemplar = self._exemplar(row)
        return Sample(
            row=row,
            attempt=attempt,
            origin=self._origin(row),
            picture=self._picture(row),
            request=exemplar.request,
            reasoning=self._reasoning(row, worded=worded),
            answer=exemplar.ideal.strip() or "Here is what helps, in a few plain steps.",
            judgements=(self._judgement(row, agrees=agrees),),
            scores=(Scores(rubric="rationale", scores={"policy_grounding": 4}, mean=4.0, accepted=True),),
            judge_advisory=True,
            calls=tuple(self._calls(row)),
        )

    def _exemplar(self, row: PlanRow) -> Exemplar:
        own = [one for clause, one in self.policy.exemplars if clause.id == row.clause]
        return next((one for one in own if one.label is row.label), own[0])

    def _origin(self, row: PlanRow) -> Origin:
        manifest = self.bundle.manifest
        return Origin(
            policy=manifest.policy,
            version=manifest.version,
            policy_sha256=manifest.policy_sha256,
            clause_sha256=manifest.clauses[row.clause],
            bundle_sha256=self.bundle.sha256,
            tool_version=__version__,
        )

    def _picture(self, row: PlanRow) -> Picture | None:
        if row.factors.get("modality") != "image_text":
            return None
        pictured = [one for clause, one in self.policy.exemplars if clause.category == row.category for _ in one.images]
        exemplar = pictured[row.index % len(pictured)]
        image = exemplar.images[0]
        return Picture(
            path=image_path(image.sha256, image.path),
            sha256=image.sha256,
            caption=image.caption,
            exemplar=exemplar.id,
            description=image.caption,
        )

    def _reasoning(self, row: PlanRow, *, worded: bool) -> Reasoning:
        bones = skeleton(self.policy, row.clause, row.case, row.surface)
        text = bones.render()
        if worded:
            text = f"The user asks about this, and [{bones.cite[0]}] decides it. {bones.decision[-1]} That is why."
            assert verify(text, bones, self.policy) == []
            return Reasoning(text=text, teacher=MODEL, cites=citations(text))
        words = "I think this is fine, because nobody would mind it and it is only a question after all."
        refused = RejectedWords(text=words, problems=tuple(verify(words, bones, self.policy)))
        assert refused.problems
        return Reasoning(text=text, teacher="symbolic", cites=citations(text), rejected=(refused,))

    def _judgement(self, row: PlanRow, *, agrees: bool) -> Judgement:
        rubric = self.rubrics[(row.category, row.surface)]
        planned = {item.id: row.case[item.id] for item in rubric.items}
        if agrees:
            return conclude(rubric.table, row.surface, planned, row.verdict.level)
        return Judgement(surface=row.surface, answers={}, error="the reply is not JSON")

    def _calls(self, row: PlanRow) -> Iterable[CallRecord]:
        prompts = {entry["id"]: entry["sha256"] for entry in json.loads(self.bundle.files["prompts.json"])}
        for stage, role, prompt in (
            ("request", "teacher", f"write_request/{row.clause}.{row.label}"),
            ("reason", "teacher", f"reason/{row.category}"),
            ("answer", "target", f"answer/{row.category}"),
            ("judge", "judge", f"judge/{row.category}.{row.surface}"),
        ):
            yield CallRecord(
                stage=stage,
                role=role,
                model=MODEL,
                prompt=prompt,
                prompt_sha256=prompts[prompt],
                seed=row.seed,
                prompt_tokens=420,
                completion_tokens=60,
            )


def write_run(
    folder: Path,
    bundle: Bundle,
    records: Iterable[Record],
    *,
    plan: str = "quickstart",
    price: float | None = None,
    started_with: str | None = None,
) -> Path:
    """A run folder with these samples, in a real ledger with a call for each of theirs."""
    bundle.write(folder / "bundle")
    identity = RunIdentity(bundle=started_with or bundle.sha256, plan=plan, tool_version=__version__)
    with Ledger.open(folder / "ledger.sqlite", identity) as ledger:
        for number, (sample, status) in enumerate(records):
            for place, call in enumerate(sample.calls):
                completion = Completion(
                    text="…",
                    model=call.model,
                    finish_reason="stop",
                    prompt_tokens=call.prompt_tokens,
                    completion_tokens=call.completion_tokens,
                    cost_usd=price,
                )
                ledger.record_call(f"{number}-{place}", call.role, completion)
            reason = "; ".join(sample.problems)
            data = sample.model_dump(mode="json")
            ledger.finish(sample.row.id, sample.attempt, status, reason, data, position=sample.row.index)
    return folder
