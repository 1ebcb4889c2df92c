"""Where policies are found: which files make up one, and where an import is looked for.

A *module* is one .pol file with a `policy` header and its parts: the .pol files without a header in the same folder
and below it, if it is the only one there with a header. So a policy of one page is one file, and a large one a folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from .source import open_file

_HEADER = re.compile(r"""\A\ufeff?(?:\s|#[^\r\n]*[\r\n])*policy\s+([^\s"{}#]+)\s+([^\s"{}#]+)""")
_HEAD_BYTES = 65_536
MAX_FILES = 10_000
_MAX_DIGITS = 18  # of one part of a version that are looked at


@dataclass(frozen=True)
class Module:
    """The files of a policy, its header's first, the others by path. `root` is the folder that its paths start from."""

    root: Path
    files: tuple[Path, ...]

    @property
    def main(self) -> Path:
        return self.files[0]


def shipped() -> Path:
    """The folder of the policies that come with the package."""
    packaged = Path(str(files("policylang"))) / "policies"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "policies"


def header_of(path: Path) -> tuple[str, str] | None:
    """Name and version in a file's header; None when it has none or cannot be read."""
    try:
        with open_file(path) as file:
            match = _HEADER.match(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
    except OSError:
        return None
    return (unicodedata.normalize("NFC", match[1]), match[2]) if match else None


def pol_files(folder: Path) -> list[Path]:
    """All .pol files below a folder, by path; hidden folders and symbolic links to folders are not entered.

    What is called .pol and cannot be read, such as a link to nowhere, is among them: to leave it out would silently
    change what the policy says.
    """
    found: list[Path] = []
    pending = [folder]
    while pending and len(found) < MAX_FILES:
        here = pending.pop()
        try:
            entries = sorted(here.iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                pending += [] if entry.is_symlink() else [entry]
            elif entry.suffix == ".pol":
                found.append(entry)
    return sorted(found, key=lambda path: path.parts)


def modules_below(folder: Path) -> list[Module]:
    """Every module in a folder tree, by path. Files that belong to no header make up a module of their own."""
    paths = pol_files(folder)
    with_header = [path for path in paths if header_of(path) is not None]
    headed = set(with_header)
    owners: dict[Path, list[Path]] = {path: [] for path in with_header}
    orphans: list[Path] = []
    for path in paths:
        if path in headed:
            continue
        owner = _owner(path, with_header)
        (owners[owner] if owner else orphans).append(path)
    modules = [Module(path.parent, (path, *parts)) for path, parts in owners.items()]
    if orphans:
        modules.append(Module(folder, tuple(orphans)))
    return modules


def module_of(path: Path) -> Module:
    """The module that a file begins. A file without a header stands alone."""
    for module in modules_below(path.parent):
        if module.main == path:
            return module
    return Module(path.parent, (path,))


def _owner(path: Path, with_header: Iterable[Path]) -> Path | None:
    """The header in the nearest folder above a part, if that folder has just one."""
    for folder in path.parents:
        here = [header for header in with_header if header.parent == folder]
        if here:
            return here[0] if len(here) == 1 else None
    return None


def find_policy(name: str, folders: Iterable[Path]) -> Iterator[tuple[Module, str]]:
    """Modules of that name with their versions, in the order of the folders."""
    for folder in folders:
        for module in modules_below(folder):
            header = header_of(module.main)
            if header is not None and header[0] == name:
                yield module, header[1]


def satisfies(version: str, wanted: str | None) -> bool:
    """Does a version lie in a range? `^1.2`: 1.2 up to 2; `~1.2`: 1.2.x; `1.2.0`: that one; `1`: any 1.x."""
    if wanted is None:
        return True
    have = _numbers(version)
    mark = wanted[0] if wanted[0] in "^~" else ""
    want = _numbers(wanted.lstrip("^~"))
    if not mark:
        return have[: len(want)] == want
    if mark == "~":
        return have[: min(2, len(want))] == want[:2] and have >= want
    leading = next((i for i, number in enumerate(want) if number), len(want) - 1)
    return have >= want and have[: leading + 1] == want[: leading + 1]


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split("-", 1)[0].split(".")
    return tuple(int(part[:_MAX_DIGITS]) for part in parts if part.isdecimal())
