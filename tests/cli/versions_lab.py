"""Versions of the small policy, in folders and in a git repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lab import POLICY

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def version(folder: str, *changes: tuple[str, str], text: str = POLICY) -> str:
    """A folder with the policy after replacements, each of which must find its text."""
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "policy.pol").write_text(text, "utf-8")
    return folder


def git(*words: str, folder: str | Path = ".") -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env=os.environ | IDENTITY)


def commit(folder: str | Path = ".") -> None:
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", "A version", folder=folder)
