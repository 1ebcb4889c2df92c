"""Describe: what the picture of a row shows, in words. By a captioner that sees it, or by the policy's own caption."""

from __future__ import annotations

import base64
import random

from policylang.compiler.compile import image_path
from policylang.language.meaning.policy import Exemplar, Image, Use

from ..sample import Picture
from ..wordings import is_garbled, is_too_long, refuses, whole_sentences
from .draft import Draft, Rejection, Workshop

ROLE = "captioner"
WITH_PICTURE = frozenset({"image_text", "image"})
DRAWN = frozenset({"typographic"})
_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}
"""Media types by the first bytes of a file, whatever its name says."""
BEGINNING = 60
"""Characters in which a captioner that declines says so. Later on, "I can't read the sign" is a description."""


def choose_picture(draft: Draft) -> None:
    """Give a row whose modality has a picture one of its category's, its clause's own first."""
    modality = draft.row.factors.get("modality", "text")
    if modality in DRAWN:
        raise Rejection("picture: typographic images cannot be drawn by this version")
    if modality not in WITH_PICTURE:
        return
    choices = _pictures(draft.shop, draft.row.category, draft.row.clause)
    if not choices:
        raise Rejection(f"picture: no exemplar of {draft.row.category} has one")
    exemplar, image = random.Random(draft.seed("picture")).choice(choices)
    draft.picture = Picture(
        path=image_path(image.sha256, image.path),
        sha256=image.sha256,
        caption=image.caption,
        exemplar=exemplar.id,
        description=image.caption,
    )


def _pictures(shop: Workshop, category: str, clause: str) -> list[tuple[Exemplar, Image]]:
    found = [
        (owner.id == clause, exemplar, image)
        for owner in shop.policy.category(category).clauses
        for exemplar in owner.exemplars
        for image in exemplar.images
        if Use.CALIBRATION not in exemplar.use
    ]
    own = [(exemplar, image) for mine, exemplar, image in found if mine]
    return own or [(exemplar, image) for _, exemplar, image in found]


async def describe_image(draft: Draft) -> None:
    """Let the captioner look at the picture, where there is one of each."""
    if draft.picture is None or not draft.shop.plays(ROLE):
        return
    data = draft.shop.bundle.files[draft.picture.path]
    media_type = next(found for start, found in _TYPES.items() if data.startswith(start))
    url = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    completion = await draft.call("describe", ROLE, "describe_image/policy", {}, image_url=url)
    if not completion.text.strip():
        raise Rejection("describe: the captioner said nothing")
    if completion.refusal or refuses(completion.text[:BEGINNING]):
        raise Rejection("describe: the captioner refused to look")
    if is_garbled(completion.text):
        raise Rejection("describe: holds characters that are no text")
    if is_too_long(completion.text):
        raise Rejection("describe: too long")
    draft.picture = draft.picture.model_copy(
        update={"description": whole_sentences(completion.text), "described_by": completion.model}
    )
