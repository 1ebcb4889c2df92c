"""The compiler: a loaded policy in, a bundle out. A new artefact is one line in `compile_bundle`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from policylang.language.library import shipped
from policylang.language.load import Loaded
from policylang.language.meaning.policy import Policy
from policylang.language.source import SourceFile

from .book import book
from .bundle import Bundle, dump_json
from .plans import CompiledPlan, PlanError, compile_plan, rows_jsonl, rows_parquet
from .prompts import Prompt, compile_prompts
from .prompts.user_templates import check_templates
from .rubrics import JudgeRubric, QualityRubric, check_answers, judge_rubrics, quality_rubric

Files = dict[str, bytes]


class CompileError(Exception):
    """The policy has errors; they stand in `loaded.report`."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(f"{loaded.report.errors} errors")
        self.loaded = loaded


def compile_bundle(loaded: Loaded) -> Bundle:
    """Compile everything. Raises CompileError when the policy, its templates or its plans have errors."""
    policy = checked(loaded)
    plans = compile_plans(loaded, policy)
    return Bundle.of(
        policy,
        {
            "policy.json": dump_json(policy.model_dump(mode="json")),
            "policy.md": book(policy).encode(),
            "sources.json": dump_json(_sources(loaded)),
            **_prompts(compile_prompts(policy)),
            **_rubrics(judge_rubrics(policy), tuple(map(quality_rubric, policy.rubrics))),
            **{path: data for plan in plans for path, data in _plan(plan).items()},
            **_images(policy, loaded.root),
        },
    )


def checked(loaded: Loaded) -> Policy:
    """The policy of what was loaded, its templates and answers checked as well. Raises CompileError."""
    if loaded.policy is not None:
        check_templates(loaded.policy, loaded.spans, loaded.report)
        check_answers(loaded.policy, loaded.spans, loaded.report)
    if loaded.policy is None or loaded.report.errors:
        raise CompileError(loaded)
    return loaded.policy


def compile_plans(loaded: Loaded, policy: Policy) -> list[CompiledPlan]:
    """The rows of every plan. A plan that cannot be met is an error of the policy, at the place of the plan."""
    compiled = []
    for plan in policy.plans:
        try:
            compiled.append(compile_plan(policy, plan))
        except PlanError as error:
            for problem in error.problems:
                place = loaded.spans.get(f"plan:{plan.id}.{problem.item}", loaded.spans[f"plan:{plan.id}"])
                loaded.report.add("POL0318", f"plan `{plan.id}`: {problem.message}", place, _sentence(problem.hint))
    if loaded.report.errors:
        raise CompileError(loaded)
    return compiled


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _prompts(prompts: tuple[Prompt, ...]) -> Files:
    index = [prompt.model_dump(mode="json") | {"sha256": prompt.sha256} for prompt in prompts]
    return {"prompts.json": dump_json(index)} | {f"prompts/{p.id}.j2": p.text().encode() for p in prompts}


def _rubrics(judging: tuple[JudgeRubric, ...], quality: tuple[QualityRubric, ...]) -> Files:
    files = {
        f"rubrics/{rubric.category}.{rubric.surface}.json": dump_json(rubric.model_dump(mode="json"))
        for rubric in judging
    }
    for rubric in quality:
        files[f"rubrics/quality/{rubric.rubric.id}.json"] = dump_json(rubric.model_dump(mode="json"))
    return files


def _plan(plan: CompiledPlan) -> Files:
    return {
        f"plans/{plan.plan}/rows.jsonl": rows_jsonl(plan.rows),
        f"plans/{plan.plan}/rows.parquet": rows_parquet(plan.rows),
        f"plans/{plan.plan}/plan.json": dump_json(plan.report.model_dump(mode="json")),
    }


def _images(policy: Policy, root: Path) -> Files:
    files = {}
    for _, exemplar in policy.exemplars:
        for image in exemplar.images:
            files[image_path(image.sha256, image.path)] = (root / image.path).read_bytes()
    return files


def image_path(sha256: str, original: str) -> str:
    """Where an image lies in a bundle."""
    return f"images/{sha256}{Path(original).suffix.lower()}"


def _sources(loaded: Loaded) -> dict[str, Any]:
    """Places of the policy's own things: `{key: {file, line, column, end_line, end_column}}`."""
    found = {}
    for key, span in loaded.spans.items():
        source = loaded.sources.get(span.file)
        if source is None:
            continue
        (line, column), (end_line, end_column) = source.position(span.start), source.position(span.end)
        found[key] = {
            "file": _portable(source, loaded.root),
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        }
    return found


def _portable(source: SourceFile, root: Path) -> str:
    """The name of a source file on any machine: from the policy's folder, or from the library that ships."""
    if source.path is None:
        return source.name
    for folder, prefix in ((root, ""), (shipped(), "library:")):
        with contextlib.suppress(ValueError):
            return prefix + source.path.resolve().relative_to(folder.resolve()).as_posix()
    return source.path.name
