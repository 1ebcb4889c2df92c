"""Source files and places in them.

Offsets count characters of the decoded text, after the byte order mark is dropped and CRLF has become LF; lines and
columns count from 1.
"""

from __future__ import annotations

import bisect
import errno
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 4_000_000
"""A policy file is read by people; one larger than this is a mistake or an attack."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters `start` up to `end` of the file `file` (its display path)."""

    file: str
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of the other."""
        return Span(self.file, self.start, max(self.end, other.end))


class UnreadableSourceError(Exception):
    """A file that is no policy text. `code`: of the diagnostic. `text`: what can be read of it, if that is of use.

    `offset`: where in the text it stops making sense.
    """

    def __init__(self, code: str, message: str, advice: str, offset: int = 0, text: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice
        self.offset = offset
        self.text = text


@dataclass(frozen=True)
class SourceFile:
    """Text with a name. `path` is None for text that does not come from a file."""

    name: str
    text: str
    path: Path | None = field(default=None, compare=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line break; empty past the end."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    @property
    def lines(self) -> int:
        return len(self._line_starts)


def decode(name: str, data: bytes, path: Path | None = None) -> SourceFile:
    """Bytes as a source file. Raises UnreadableSourceError for what is too large, binary or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise UnreadableSourceError(
            "POL0102",
            f"the file has {len(data):,} bytes; a policy file may have {MAX_BYTES:,}",
            "Split the policy into several files of one folder, one category each.",
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise UnreadableSourceError(
            "POL0101",
            "the file is not text: it has a NUL byte",
            "A .pol file is UTF-8 text. Is this an image, an archive, or a file saved as UTF-16?",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableSourceError(
            "POL0101",
            f"the file is not UTF-8: byte 0x{data[error.start]:02x} cannot stand here",
            "Save the file as UTF-8 (for example: iconv -f latin1 -t utf-8 OLD.pol > NEW.pol).",
            len(_with_plain_line_ends(data[: error.start].decode("utf-8"))),
            _with_plain_line_ends(data.decode("utf-8", "replace")),
        ) from None
    return SourceFile(name, _with_plain_line_ends(text), path)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading. Raises OSError, also for what is there and no file: a pipe would be waited for."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is a folder" if path.is_dir() else "it is a pipe or a device")
    return path.open("rb")


def read(path: Path, name: str) -> SourceFile:
    """A file from disk. Raises UnreadableSourceError, and OSError when it cannot be opened."""
    with open_file(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        size = path.stat().st_size
        raise UnreadableSourceError(
            "POL0102",
            f"the file has {size:,} bytes; a policy file may have {MAX_BYTES:,}",
            "Split the policy into several files of one folder, one category each.",
        )
    return decode(name, data, path)
