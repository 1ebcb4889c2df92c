"""policyc fmt: one layout for all policies."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from policylang.language.diagnostics.machine import to_json
from policylang.language.diagnostics.text import render
from policylang.language.formatter import WIDTH, Style
from policylang.language.formatter.files import Formatted, format_bytes, format_file, replace_text
from policylang.language.library import pol_files
from policylang.language.source import MAX_BYTES

from .loading import DATA_HAS_ERRORS, Json, fail
from .output import Output, counted, output_options

STANDARD_INPUT = Path("-")
CANNOT_WRITE = 2

_DONE = {"unchanged": "already formatted", "reformatted": "reformatted", "would reformat": "would be reformatted"}
_DONE |= {"error": "with errors", "not written": "not written"}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(
    epilog="""\b
Examples:
  policyc fmt                       every .pol file below this folder
  policyc fmt --check policies/     for CI: exit code 1 if a file is not formatted
  policyc fmt --diff policy.pol     what would change
  policyc fmt - < in.pol > out.pol  for editors"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; list what would change. Exit code 1 if anything would.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change. Exit code 1 if anything would.")
@click.option("--reflow", is_flag=True, help="Fill the paragraphs of prose to the width.")
@click.option("--width", type=click.IntRange(20, 1000), default=WIDTH, show_default=True, help="Columns of a line.")
@output_options
def command(output: Output, paths: tuple[Path, ...], check: bool, diff: bool, reflow: bool, width: int) -> None:
    """Format policies in place: indentation, spaces, line breaks. A folder stands for every .pol file below it.

    Comments and single empty lines stay where they are, and what a policy says stays the same. Prose keeps its lines;
    with --reflow, paragraphs are filled, but not lists, turns of exemplars, model answers and templates.

    A file with syntax errors is left alone, and its errors are shown. Line ends become LF, and a byte order mark goes.
    Exit code 1 when a file has errors, 2 when one cannot be written.
    """
    style = Style(width, reflow)
    dry = check or diff
    if STANDARD_INPUT in paths:
        if len(paths) > 1:
            fail("standard input and files cannot be formatted together", "Give - alone, or files and folders.")
        _format_input(output, style, dry=dry, diff=diff)
        return
    files = [
        (found, "error" if found.after is None else "unchanged" if not found.changed else _change(path, found, dry=dry))
        for path, folder in _files(paths or (Path(),))
        for found in [format_file(path, path.as_posix(), style, folder)]
    ]
    _say(output, files, diff=diff)
    _finish({status for _, status in files})


def _files(paths: tuple[Path, ...]) -> Iterator[tuple[Path, Path | None]]:
    """Each file once, with the folder in which it was found; all paths are looked at before the first is given."""
    found: dict[str, tuple[Path, Path | None]] = {}
    for path in paths:
        if not path.exists():
            fail(f"there is nothing at {path}", "Give .pol files, folders, or - for standard input.")
        inside = pol_files(path) if path.is_dir() else [path]
        if not inside:
            fail(f"there is no .pol file in {path}", "Give a .pol file, or a folder with one.")
        for file in inside:
            found.setdefault(os.path.realpath(file), (file, path if path.is_dir() else None))
    yield from found.values()


def _change(path: Path, found: Formatted, *, dry: bool) -> str:
    if dry:
        return "would reformat"
    assert found.after is not None  # noqa: S101 - the caller has looked
    try:
        replace_text(path, found.after)
    except OSError as error:
        click.echo(f"{click.style('error: ', fg='red', bold=True)}{found.name}: {error.strerror or error}", err=True)
        return "not written"
    return "reformatted"


def _format_input(output: Output, style: Style, *, dry: bool, diff: bool) -> None:
    found = format_bytes("<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1), style)
    status = "error" if found.after is None else "unchanged"
    if found.changed:
        status = "would reformat" if dry else "reformatted"
    if dry or output.as_json or found.after is None:
        _say(output, [(found, status)], diff=diff, text=not dry)
    else:
        sys.stdout.buffer.write(found.after.encode())
    _finish({status})


def _say(output: Output, files: list[tuple[Formatted, str]], *, diff: bool, text: bool = False) -> None:
    if output.as_json:
        output.result(_document(files, diff=diff, text=text), "")
        return
    for found, status in files:
        sources = {found.name: found.source} if found.source is not None else {}
        click.echo(render(found.report.sorted(), sources, colour=sys.stderr.isatty()), err=True, nl=False)
        if diff and found.changed:
            for line in found.diff():
                heading = line.startswith(("---", "+++")) or None
                click.secho(line.removesuffix("\n"), fg=_COLOURS.get(line[0]), bold=heading)
        elif status in ("reformatted", "would reformat"):
            click.echo(f"{status} {found.name}")
    counts = Counter(status for _, status in files)
    output.say(
        ", ".join(f"{counted(counts[status], 'file')} {done}" for status, done in _DONE.items() if counts[status])
    )


def _document(files: list[tuple[Formatted, str]], *, diff: bool, text: bool) -> Json:
    """The JSON for programs: `ok`, each file with its status, all diagnostics."""
    listed = []
    for found, status in files:
        entry: Json = {"file": found.name, "status": status}
        if diff:
            entry["diff"] = "".join(found.diff()) if found.changed else ""
        if text:
            entry["text"] = found.after
        listed.append(entry)
    diagnostics = [
        to_json(diagnostic, {found.name: found.source} if found.source is not None else {})
        for found, _ in files
        for diagnostic in found.report.sorted()
    ]
    ok = all(status in ("unchanged", "reformatted") for _, status in files)
    return {"ok": ok, "files": listed, "diagnostics": diagnostics}


def _finish(statuses: set[str]) -> None:
    """Exit as the worst that has happened says."""
    if "not written" in statuses:
        raise SystemExit(CANNOT_WRITE)
    if statuses & {"error", "would reformat"}:
        raise SystemExit(DATA_HAS_ERRORS)
