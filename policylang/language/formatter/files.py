"""Formatting files where they are: what would change, and writing it without a moment in which the file is broken."""

from __future__ import annotations

import contextlib
import difflib
import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Report
from ..source import MAX_BYTES, SourceFile, Span, UnreadableSourceError, decode, open_file, read
from .format import Style, format_source


@dataclass
class Formatted:
    """A file before and after. `after` is None where it has errors; then `report` tells them.

    `before` is the text with its own line ends and byte order mark; `source` is what spans of the report refer to.
    """

    name: str
    before: str = ""
    after: str | None = None
    report: Report = field(default_factory=Report)
    source: SourceFile | None = None

    @property
    def changed(self) -> bool:
        """Would writing it change a byte?"""
        return self.after is not None and self.after != self.before

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, each with its line end."""
        before, after = (_lines(text) for text in (self.before, self.after or ""))
        for line in difflib.unified_diff(before, after, self.name, self.name):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def format_bytes(name: str, data: bytes, style: Style, path: Path | None = None) -> Formatted:
    """What the formatter makes of the bytes of a file. A byte order mark goes, and every line ends in a line feed."""
    found = Formatted(name)
    try:
        found.source = decode(name, data, path)
    except UnreadableSourceError as error:
        _tell(found, error)
        return found
    found.before = data.decode("utf-8")
    text = format_source(found.source, found.report, style)
    size = len(text.encode()) if text is not None else 0
    if size > MAX_BYTES:
        message = f"with this layout the file would have {size:,} bytes; a policy file may have {MAX_BYTES:,}"
        found.report.add("POL0102", message, Span(name, 0, 0), "Split it into several files of one folder.")
    else:
        found.after = text
    return found


def format_file(path: Path, name: str, style: Style, folder: Path | None = None) -> Formatted:
    """What the formatter makes of a file, which diagnostics will call `name`. Nothing is written.

    Links are followed, but where the file was found in a `folder`, not out of it.
    """
    found = Formatted(name)
    try:
        if folder is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
            raise UnreadableSourceError(
                "POL0108",
                f"the file is a link that leads out of {folder}",
                "Name the file itself to format what the link leads to.",
            )
        with open_file(path) as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            read(path, name)  # refuses it, and says how large it is
    except UnreadableSourceError as error:
        _tell(found, error)
    except OSError as error:
        reason = error.strerror or str(error)
        found.report.add("POL0108", f"the file cannot be read: {reason}", Span(name, 0, 0), "Check its rights.")
    else:
        return format_bytes(name, data, style, path)
    return found


def replace_text(path: Path, text: str) -> None:
    """Write a file as a whole or not at all. Its rights and its owner stay; a link stays a link. Raises OSError."""
    target = Path(os.path.realpath(path))
    old = target.stat()
    if not os.access(target, os.W_OK):  # the folder's rights alone would let us replace it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    descriptor, fresh = tempfile.mkstemp(prefix=".policyc-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):
                os.chown(fresh, old.st_uid, old.st_gid)
        Path(fresh).chmod(stat.S_IMODE(old.st_mode))
        os.replace(fresh, target)  # noqa: PTH105 - onto the old one
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def _tell(found: Formatted, error: UnreadableSourceError) -> None:
    found.source = SourceFile(found.name, error.text)
    place = Span(found.name, error.offset, min(error.offset + 1, len(error.text)))
    found.report.add(error.code, error.message, place, error.advice)


def _lines(text: str) -> list[str]:
    """Lines as tools for patches see them: they end in a line feed and nothing else."""
    return io.StringIO(text, newline="\n").readlines()
