"""Request: the teacher writes what a user might say, for the case of the row."""

from __future__ import annotations

from policylang.compiler.wording import describe_case

from ..wordings import MAX_REQUEST_WORDS, refuses, speaks_of_its_task, unwrap, was_cut
from .draft import Draft, Rejection

ROLE = "teacher"


async def write_request(draft: Draft) -> None:
    """Fill `request`. Raises Rejection for what is no request, and for what copies an exemplar or another row."""
    row, policy = draft.row, draft.shop.policy
    observed = {v: value for v, value in row.case.items() if v not in row.factors}
    completion = await draft.call(
        "request",
        ROLE,
        f"write_request/{row.clause}.{row.label}",
        {
            "facts": describe_case(policy, observed),
            "setting": describe_case(policy, row.factors),
            "image_description": draft.picture.caption if draft.picture else "",
        },
    )
    text = unwrap(completion.text)
    draft.request = text
    if completion.refusal or refuses(text):
        raise Rejection("request: the teacher refused to write it")
    if not text:
        raise Rejection("request: empty")
    if was_cut(text, completion.finish_reason) or len(text.split()) > MAX_REQUEST_WORDS:
        raise Rejection("request: too long")
    if speaks_of_its_task(text):
        raise Rejection("request: talks about the task instead of being a request")
    copied = draft.shop.exemplars.nearest(text)
    if copied is not None:
        raise Rejection(f"request: a near copy of the exemplar {copied}")
    if draft.shop.requests.nearest(text) not in (None, row.id):
        raise Rejection("request: a near copy of another row's")
