"""The pictures that a page shows, each as one data URL, with its size, so that the page does not jump."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_BYTES = 4_000_000
"""A larger picture is named, not shown."""

MAX_TOTAL = 24_000_000
UNKNOWN_SIZE = (4, 3)

_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True)
class InlinePicture:
    """`width` and `height` are in pixels, or the proportions of a box to fit it in where the file does not tell."""

    anchor: str
    url: str
    width: int
    height: int


def inline_pictures(paths: Iterable[str], files: Mapping[str, bytes]) -> dict[str, InlinePicture]:
    """The pictures among the files of a bundle, by path, each once. What is no picture, or too large, is left out."""
    found: dict[str, InlinePicture] = {}
    total = 0
    for path in dict.fromkeys(paths):
        data = files.get(path, b"")
        kind = media_type(data)
        if kind is None or len(data) > MAX_BYTES or total + len(data) > MAX_TOTAL:
            continue
        total += len(data)
        width, height = pixel_size(data) or UNKNOWN_SIZE
        url = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        found[path] = InlinePicture(f"picture-{len(found) + 1}", url, width, height)
    return found


def media_type(data: bytes) -> str | None:
    """The media type of a PNG, JPEG, GIF or WebP file, by its first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _TYPES if data.startswith(signature)), None)


def pixel_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture, from its header; None where it does not tell. At most 65,535 either way."""
    try:
        match media_type(data):
            case "image/png":
                size: tuple[int, int] | None = struct.unpack(">II", data[16:24])
            case "image/gif":
                size = struct.unpack("<HH", data[6:10])
            case "image/jpeg":
                size = _jpeg_size(data)
            case "image/webp":
                size = _webp_size(data)
            case _:
                size = None
    except struct.error:
        return None
    return size if size and all(0 < side < 65_536 for side in size) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """ITU T.81, B.1 and B.2.2: segments follow one another, and the frame's has the size."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = struct.unpack(">xBH", data[at : at + 4])
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """RFC 9649: lossy (VP8), lossless (VP8L) and extended (VP8X) files have it in three places."""
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack("<I", data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            wide, high = data[24:27] + b"\0", data[27:30] + b"\0"
            return struct.unpack("<I", wide)[0] + 1, struct.unpack("<I", high)[0] + 1
    return None
