"""Where output may go: into a new or empty folder, or over what this program has made there itself."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.compiler.bundle import MANIFEST, is_bundle
from policylang.runtime.engine import LEDGER

from .loading import fail

BUNDLE = "bundle"


def is_run(path: Path) -> bool:
    """Is this the folder of a run?"""
    return (path / LEDGER).is_file() and is_bundle(path / BUNDLE)


def claim_bundle_folder(folder: Path) -> None:
    """End the command if a bundle there would take away anything but an older bundle."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        own = {MANIFEST, *manifest["files"]} if manifest["tool"] == "policylang" else set()
    except (OSError, ValueError, KeyError, TypeError):
        own = set()
    if not own:
        fail(f"{folder} is not empty and holds no bundle", "Name a new folder with -o.")
    others = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    strange = sorted(name for name in others if name not in own)
    if strange:
        fail(
            f"{folder} holds {strange[0]}, which is not of the bundle there",
            "Move it elsewhere, or name a new folder with -o.",
        )


def claim_run_folder(folder: Path, *, new: bool) -> None:
    """Make sure that a run in the folder takes nothing away; with `new`, move an older run aside."""
    if folder.is_file():
        fail(f"{folder} is a file", "Name a folder with -o.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not is_bundle(folder / BUNDLE):
        fail(f"{folder} is not empty and holds no run", "Name a new folder with -o.")
    if new:
        aside = next(free for n in range(1, 10_000) if not (free := folder.with_name(f"{folder.name}.{n}")).exists())
        folder.rename(aside)
        click.echo(f"the run that was in {folder} is now in {aside}", err=True)
