"""Reason: the compiled skeleton put in words, by the teacher if its words stand up to the verifier, else as it is."""

from __future__ import annotations

from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.skeleton import Skeleton, citations, skeleton, verify

from ..config import ReasonTable
from ..sample import Reasoning, RejectedWords
from ..wordings import is_garbled, is_too_long, was_cut, whole_sentences, without_loops
from .draft import Draft, Rejection

ROLE = "teacher"
SYMBOLIC = "symbolic"


def skeleton_of(draft: Draft) -> Skeleton:
    row = draft.row
    return skeleton(draft.shop.policy, row.clause, row.case, row.surface)


async def reason(draft: Draft) -> None:
    """Fill `reasoning`. Raises Rejection where the model's words cannot stand and the configuration has no fallback."""
    bones = skeleton_of(draft)
    rejected: list[RejectedWords] = []
    settings = draft.shop.config.reason
    if falls_to_the_model(draft.row, settings):
        words, problems, model = await _ask(draft, bones)
        if not problems:
            draft.reasoning = Reasoning(text=words, teacher=model, cites=citations(words))
            return
        rejected.append(RejectedWords(text=words, problems=tuple(problems)))
        if settings.fallback == "reject":
            raise Rejection(f"reasoning: {'; '.join(problems)}")
    text = bones.render(draft.image_description)
    draft.reasoning = Reasoning(text=text, teacher=SYMBOLIC, cites=citations(text), rejected=tuple(rejected))


async def _ask(draft: Draft, bones: Skeleton) -> tuple[str, list[str], str]:
    completion = await draft.call(
        "reason",
        ROLE,
        f"reason/{draft.row.category}",
        {"request": draft.request, "image_description": draft.image_description, "skeleton": bones.lines()},
    )
    words = without_loops(completion.text)
    if was_cut(words, completion.finish_reason):
        words = whole_sentences(words)
    problems = verify(words, bones, draft.shop.policy)
    if is_garbled(words):
        problems.append("holds characters that are no text")
    if is_too_long(words):
        problems.append("is too long")
    if completion.refusal:
        problems.append("is a refusal")
    return words, problems, completion.model


def falls_to_the_model(row: PlanRow, settings: ReasonTable) -> bool:
    """Is the row one of those whose reasoning the model words? The same rows in every run of the plan."""
    return settings.teacher == "model" and row.seed % 1000 < settings.share * 1000
