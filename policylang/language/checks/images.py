"""Images of exemplars: they exist, lie in the policy's folder, and are images by their first bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ..diagnostics import Report
from ..meaning.policy import Category, Clause, Exemplar, Image, Policy, Turn
from ..source import Span

MAX_BYTES = 20_000_000
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


def with_images(policy: Policy, spans: Mapping[str, Span], root: Path, report: Report) -> Policy:
    """The policy with the sha256 of every image file."""

    def image(one: Image) -> Image:
        digest = _digest(one, spans.get(f"image:{one.path}", spans["policy"]), root, report)
        return one.model_copy(update={"sha256": digest or ""})

    def turn(one: Turn) -> Turn:
        return one.model_copy(update={"images": tuple(map(image, one.images))}) if one.images else one

    def exemplar(one: Exemplar) -> Exemplar:
        return one.model_copy(update={"turns": tuple(map(turn, one.turns))}) if one.images else one

    def clause(one: Clause) -> Clause:
        if not any(item.images for item in one.exemplars):
            return one
        return one.model_copy(update={"exemplars": tuple(map(exemplar, one.exemplars))})

    def category(one: Category) -> Category:
        return one.model_copy(update={"clauses": tuple(map(clause, one.clauses))})

    return policy.model_copy(update={"categories": tuple(map(category, policy.categories))})


def _digest(image: Image, place: Span, root: Path, report: Report) -> str | None:
    path = PurePosixPath(image.path)
    try:
        target = (root / path).resolve()
        outside = path.is_absolute() or "\\" in image.path or not target.is_relative_to(root.resolve())
        size = target.stat().st_size if not outside and target.is_file() else None
        data = target.read_bytes() if size is not None and size <= MAX_BYTES else b""
    except (OSError, RuntimeError) as error:  # Path.resolve raises RuntimeError where links lead in a circle
        reason = error.strerror if isinstance(error, OSError) else "its links lead in a circle"
        report.add("POL0309", f"the image `{image.path}` cannot be read: {reason}", place, "Check its path and rights.")
        return None
    if outside:
        report.add(
            "POL0308",
            f"the image `{image.path}` lies outside the policy's folder",
            place,
            "Copy it into the folder and write its path from there.",
        )
        return None
    if size is None:
        report.add("POL0309", f"there is no image `{image.path}`", place, "Paths start from the policy's folder.")
        return None
    if size > MAX_BYTES:
        report.add("POL0309", f"the image has {size:,} bytes", place, f"Make it smaller than {MAX_BYTES:,} bytes.")
        return None
    if not data.startswith(_SIGNATURES) and not (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        report.add("POL0309", f"`{image.path}` is no PNG, JPEG, GIF or WebP image", place, "Convert it to PNG.")
        return None
    return hashlib.sha256(data).hexdigest()
