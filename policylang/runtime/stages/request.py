"""Request: the teacher writes what a user might say, for the case of the row."""

from __future__ import annotations

from collections.abc import Iterable

from policylang.compiler.wording import describe_case

from ..wordings import (
    MAX_REQUEST_CHARACTERS,
    MAX_REQUEST_WORDS,
    is_garbled,
    refuses,
    speaks_of_its_task,
    unwrap,
    was_cut,
    whole_sentences,
)
from .draft import Draft, Rejection

ROLE = "teacher"


async def write_request(draft: Draft) -> None:
    """Fill `request`. Raises Rejection for what is no request, and for what copies an exemplar or another row.

    A request that stands is claimed at once: of two equal ones that are written side by side, one is refused here, and
    not both accepted later. Whoever gives the draft up has to give the claim back.
    """
    row, policy = draft.row, draft.shop.policy
    observed = {v: value for v, value in row.case.items() if v not in row.factors}
    facts, setting = describe_case(policy, observed), describe_case(policy, row.factors)
    completion = await draft.call(
        "request",
        ROLE,
        f"write_request/{row.clause}.{row.label}",
        {
            "facts": facts,
            "setting": setting,
            "image_description": draft.picture.caption if draft.picture else "",
        },
    )
    text = unwrap(completion.text)
    if was_cut(text, completion.finish_reason):
        text = whole_sentences(text)
    draft.request = text
    if completion.refusal or refuses(text):
        raise Rejection("request: the teacher refused to write it")
    if not text:
        raise Rejection("request: empty")
    if is_garbled(text):
        raise Rejection("request: holds characters that are no text")
    if (
        was_cut(text, completion.finish_reason)
        or len(text.split()) > MAX_REQUEST_WORDS
        or len(text) > MAX_REQUEST_CHARACTERS
    ):
        raise Rejection("request: too long")
    if speaks_of_its_task(text) or _repeats(text, (*facts, *setting)):
        raise Rejection("request: talks about the task instead of being a request")
    copied = draft.shop.exemplars.nearest(text)
    if copied is not None:
        raise Rejection(f"request: a near copy of the exemplar {copied}")
    if any(name != row.id for name, _ in draft.shop.requests.near(text)):
        raise Rejection("request: a near copy of another row's")
    draft.shop.requests.add(row.id, text)


def _repeats(text: str, lines: Iterable[str]) -> bool:
    """Does the text hold one of the lines of its brief, `Deception: misleading`, where a person uses words?"""
    plain = text.casefold()
    return any(line.split(" (")[0].casefold() in plain for line in lines)
