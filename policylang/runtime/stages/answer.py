"""Answer: the target writes the response that the policy asks for."""

from __future__ import annotations

from policylang.compiler.wording import directive
from policylang.language.meaning.policy import Action

from ..wordings import (
    is_garbled,
    is_too_long,
    refuses,
    speaks_of_its_task,
    was_cut,
    whole_sentences,
    without_loops,
)
from .draft import Draft, Rejection
from .reason import skeleton_of

ROLE = "target"
MIN_WORDS = 5


async def answer(draft: Draft) -> None:
    """Fill `answer`. Raises Rejection for what is no answer, copies an exemplar's, or does not do what is asked for.

    The target is asked again, with another seed, as often as the configuration allows; the last rejection counts.
    """
    last = draft.shop.config.answer.tries - 1
    for turn in range(last + 1):
        try:
            await _answer(draft, turn)
        except Rejection:
            if turn == last:
                raise
        else:
            return


async def _answer(draft: Draft, turn: int) -> None:
    bones = skeleton_of(draft)
    completion = await draft.call(
        "answer",
        ROLE,
        f"answer/{draft.row.category}",
        {
            "request": draft.request,
            "image_description": draft.image_description,
            "reasoning": draft.reasoning.text if draft.reasoning else "",
            "directive": directive(bones.action, bones.guidance),
        },
        turn=turn,
    )
    text = without_loops(completion.text)
    if was_cut(text, completion.finish_reason):
        text = whole_sentences(text)
    draft.answer = text
    if is_garbled(text):
        raise Rejection("answer: holds characters that are no text")
    if is_too_long(text):
        raise Rejection("answer: too long")
    if len(text.split()) < MIN_WORDS:
        raise Rejection("answer: too short to be one")
    if speaks_of_its_task(text):
        raise Rejection("answer: talks about the policy or its instructions")
    copied = draft.shop.ideals.nearest(text)
    if copied is not None:
        raise Rejection(f"answer: a near copy of the exemplar {copied}")
    declined = completion.refusal or refuses(text)
    if bones.action is Action.COMPLY and declined:
        raise Rejection("answer: declines where the policy says help")
    if bones.action is Action.REFUSE and not declined:
        raise Rejection("answer: does not decline where the policy says so")
