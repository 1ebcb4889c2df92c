"""Policies as they stand in a git revision: `git:main`, `git:HEAD~1`, `git:v1.2:policies/acme`."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .loading import fail

PREFIX = "git:"
MAX_BYTES = 1 << 30
"""Of one policy's folder in a revision."""

_SECONDS = 120


class Revision(NamedTuple):
    """`path` is from the top of the repository; None: the path that it is compared with."""

    name: str
    path: PurePosixPath | None


def is_revision(text: str) -> bool:
    return text.startswith(PREFIX)


def parse_revision(text: str) -> Revision:
    """Read `git:REV` or `git:REV:PATH`. What is not one ends the command."""
    name, _, path = text.removeprefix(PREFIX).partition(":")
    if not name or name.startswith("-") or any(not letter.isprintable() for letter in text):
        fail(f"{text!r} names no git revision", "Write git:REVISION or git:REVISION:PATH, such as git:main.")
    place = PurePosixPath(path) if path else None
    if place is not None and (place.is_absolute() or ".." in place.parts):
        fail(f"{path} is no path from the top of the repository", "Write it as git does: git:main:policies/acme.")
    return Revision(name, place)


def check_out(revision: Revision, beside: Path, target: Path) -> Path:
    """Write what a revision has at a path into the folder `target`; return the path there.

    `beside` is the path in the working tree that the revision is of, unless it names one itself; it need not exist any
    more. A file comes with its folder, where its parts and pictures are.
    """
    folder = _nearest_folder(beside)
    top = Path(_git(folder, "rev-parse", "--show-toplevel", why="is in no git repository").decode().removesuffix("\n"))
    commit = _git(
        folder,
        *("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision.name}^{{commit}}"),
        why=f"has no git revision {revision.name}",
    )
    name = commit.decode().strip()
    path = _in_repository(beside, top) if revision.path is None else revision.path
    kind = _kind(top, name, path, revision.name)
    whole = path if kind == "tree" else path.parent
    # A pathspec of git is a pattern; this one is to mean the folder of that very name.
    spec = [f":(literal){whole}"] if whole.parts else []
    _unpack(_git(top, "archive", "--format=tar", name, "--", *spec, why="could not be read"), target)
    return target / path


def _nearest_folder(path: Path) -> Path:
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _in_repository(path: Path, top: Path) -> PurePosixPath:
    try:
        return PurePosixPath(Path(os.path.realpath(path)).relative_to(os.path.realpath(top)).as_posix())
    except ValueError:
        fail(f"{path} does not lie in the git repository {top}", "Name its path there: git:REVISION:PATH.")


def _kind(top: Path, commit: str, path: PurePosixPath, revision: str) -> str:
    if not path.parts:
        return "tree"
    why = f"has nothing at {path} in the revision {revision}"
    return _git(top, "cat-file", "-t", f"{commit}:{path}", why=why).decode().strip()


def _git(folder: Path, *words: str, why: str) -> bytes:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        fail("there is no git to read the revision with", "Install git, or give the old version as a folder.")
    except subprocess.TimeoutExpired:
        fail(f"git did not answer in {_SECONDS} seconds", "Give the old version as a folder.")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        fail(f"{folder} {why}", said[-1] if said else "Give one that `git rev-parse` knows.")
    return done.stdout


def _unpack(archive: bytes, target: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = tar.getmembers()
        if sum(member.size for member in members) > MAX_BYTES:
            fail("the folder is too large to compare", "Name the policy's own folder: git:REVISION:PATH.")
        try:
            tar.extractall(target, members=members, filter="data")
        except tarfile.FilterError as error:
            fail(f"the revision holds what may not be unpacked: {error}", "Give the old version as a folder.")
