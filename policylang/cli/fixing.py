"""Fixes from the command line: which files may change, the diff of what would, and writing it."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from policylang.language.fixer import Check, Fixed, fix_all
from policylang.language.library import Module
from policylang.language.load import Loaded

from .loading import fail
from .output import counted

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def fixed_files(check: Check, paths: Iterable[Path], modules: Sequence[Module], *, unsafe: bool) -> Fixed:
    """The fixes of the files that were named, or lie in a folder that was; what they import is not touched."""
    return fix_all(check, _own_files(paths, modules), unsafe=unsafe)


def _own_files(paths: Iterable[Path], modules: Sequence[Module]) -> set[Path]:
    """A file that is a link is changed where it lies, but only if it was named, or lies in a folder that was."""
    named = [Path(os.path.realpath(path)) for path in paths]
    real = {Path(os.path.realpath(file)) for module in modules for file in module.files}
    folders = [path if path.is_dir() else path.parent for path in named]
    return {path for path in real if path in named or any(path.is_relative_to(folder) for folder in folders)}


def show_diff(fixed: Fixed) -> None:
    """A unified diff of all that would change, and a line that counts it."""
    for path, after in fixed.after.items():
        name = fixed.names[path]
        before_lines, after_lines = (_lines(data) for data in (fixed.before[path], after))
        for line in difflib.unified_diff(before_lines, after_lines, name, name):
            text = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            click.secho(text, nl=False, fg=_COLOURS.get(line[0]), bold=line.startswith(("---", "+++")))
    click.echo(f"would fix {_counts(fixed)}", err=True)


def write_fixes(fixed: Fixed, *, as_text: bool) -> None:
    """Write each file as a whole, or not at all; one that somebody else has changed since ends the command."""
    from policylang.language.formatter.files import replace_text  # the formatter takes time to import

    for path, after in fixed.after.items():
        name = fixed.names[path]
        try:
            if path.read_bytes() != fixed.before[path]:
                fail(f"{name} has changed while it was being fixed", "Run the command again.")
            replace_text(path, after.decode("utf-8"))
        except OSError as error:
            fail(f"{name} cannot be written: {error.strerror or error}", "Check its rights, and those of its folder.")
    if as_text:
        click.echo(f"fixed {_counts(fixed)}", err=True)


def say_what_can_be_fixed(loaded: Iterable[Loaded]) -> None:
    """A line on how many problems have a fix, if any has."""
    fixes = [diagnostic.fix for diagnostic in {found for one in loaded for found in one.report} if diagnostic.fix]
    safe = sum(fix.safe for fix in fixes)
    ways = [(safe, "--fix"), (len(fixes) - safe, "--unsafe-fixes")]
    said = [f"{counted(count, 'problem')} can be fixed with {option}" for count, option in ways if count]
    if said:
        click.echo(", ".join(said), err=True)


def _counts(fixed: Fixed) -> str:
    if not fixed.fixed:
        return "nothing"
    return f"{counted(len(fixed.fixed), 'problem')} in {counted(len(fixed.after), 'file')}"


def _lines(data: bytes) -> list[str]:
    return io.StringIO(data.decode("utf-8"), newline="\n").readlines()
