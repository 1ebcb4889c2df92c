"""What commands share: policies and bundles from paths, and what the compiler says of them."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click

from policylang.compiler.bundle import Bundle, BundleError, is_bundle
from policylang.compiler.compile import CompileError, compile_bundle
from policylang.language.diagnostics.machine import to_json
from policylang.language.diagnostics.text import render, summary
from policylang.language.library import pol_files
from policylang.language.load import Loaded, load_policy
from policylang.language.meaning.policy import Policy

DATA_HAS_ERRORS = 1

Json = dict[str, object]


class WrongUseError(Exception):
    """The command cannot do what it was asked; `advice` says what can be done instead. Exit code 2."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def fail(message: str, advice: str = "") -> NoReturn:
    """End the command with an error that says what to do."""
    raise WrongUseError(message, advice)


def say_diagnostics(loaded: Sequence[Loaded], *, err: bool = True) -> None:
    """All diagnostics of what was loaded, in colour on a terminal, each once, then one line that counts them."""
    stream = sys.stderr if err else sys.stdout
    shown: set[object] = set()
    errors = warnings = 0
    files: set[str] = set()
    for one in loaded:
        fresh = [diagnostic for diagnostic in one.report.sorted() if diagnostic not in shown]
        shown.update(fresh)
        files.update(one.sources)
        errors += sum(diagnostic.severity == "error" for diagnostic in fresh)
        warnings += sum(diagnostic.severity == "warning" for diagnostic in fresh)
        click.echo(render(fresh, one.sources, colour=stream.isatty()), err=err, nl=False)
    if errors or warnings:
        click.echo(summary(errors, warnings, len(files)), err=err)


def diagnostics_json(loaded: Iterable[Loaded]) -> list[Json]:
    """The same for programs, each once."""
    found: dict[str, Json] = {}
    for one in loaded:
        for diagnostic in one.report.sorted():
            found.setdefault(repr(diagnostic), to_json(diagnostic, one.sources))
    return list(found.values())


def load(path: Path, search: Sequence[Path]) -> Loaded:
    """A policy; a path that is not there, or a folder without any .pol file, ends the command."""
    if path.is_dir() and not pol_files(path):
        fail(f"there is no .pol file in {path}", "Give a .pol file, or a folder with one.")
    try:
        return load_policy(path, search)
    except FileNotFoundError:
        fail(f"there is nothing at {path}", "Give a .pol file or a folder with a policy.")


def sound(path: Path, search: Sequence[Path], *, as_json: bool) -> tuple[Loaded, Policy]:
    """A policy without errors. Errors are said, and end the command."""
    loaded = load(path, search)
    if loaded.policy is None:
        if as_json:
            click.echo(json.dumps({"ok": False, "diagnostics": diagnostics_json([loaded])}, indent=2))
        else:
            say_diagnostics([loaded])
        raise SystemExit(DATA_HAS_ERRORS)
    return loaded, loaded.policy


def bundle_of(path: Path, search: Sequence[Path]) -> Bundle:
    """The bundle in a folder, or the one that a policy compiles to. Errors end the command; warnings are said."""
    try:
        if is_bundle(path):
            return Bundle.read(path)
        loaded = load(path, search)
        bundle = compile_bundle(loaded)
        say_diagnostics([loaded])
    except CompileError as error:
        if click.get_current_context().params.get("as_json"):
            click.echo(json.dumps({"ok": False, "diagnostics": diagnostics_json([error.loaded])}, indent=2))
        else:
            say_diagnostics([error.loaded])
        raise SystemExit(DATA_HAS_ERRORS) from None
    except BundleError as error:
        fail(error.message, error.advice)
    return bundle


def plan_name(bundle: Bundle, name: str | None) -> str:
    """The plan that was asked for, or the policy's first."""
    plans = bundle.manifest.plans
    if name is None and plans:
        return plans[0]
    if name in plans:
        return str(name)
    known = f"Its plans: {', '.join(plans)}." if plans else "Add one: plan NAME { size 100 ... }."
    close = difflib.get_close_matches(name or "", plans, n=1)
    fail(f"the policy has no plan{f' {name}' if name else ''}", f"Did you mean {close[0]}? {known}" if close else known)
