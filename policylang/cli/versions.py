"""The two versions that a command compares: .pol files, folders, bundles, runs or git revisions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from policylang.compiler.bundle import Bundle, BundleError, is_bundle
from policylang.compiler.compile import CompileError, checked, compile_bundle
from policylang.language.load import Loaded
from policylang.language.meaning.policy import Policy

from .loading import DATA_HAS_ERRORS, diagnostics_json, fail, load, say_diagnostics
from .places import BUNDLE, is_run
from .revisions import check_out, is_revision, parse_revision


class Version:
    """A version of a policy, compiled only where that is asked for. Errors in it end the command, and are said."""

    def __init__(self, given: str, path: Path, search: Sequence[Path]) -> None:
        self.given = given
        self._path = path / BUNDLE if is_run(path) else path
        self._search = search

    @cached_property
    def _compiled(self) -> Bundle | None:
        try:
            return Bundle.read(self._path) if is_bundle(self._path) else None
        except BundleError as error:
            fail(error.message, error.advice)

    @cached_property
    def _loaded(self) -> Loaded:
        return load(self._path, self._search)

    @cached_property
    def policy(self) -> Policy:
        if self._compiled is not None:
            return self._compiled.policy
        try:
            return checked(self._loaded)
        except CompileError as error:
            self._end(error)

    @cached_property
    def bundle(self) -> Bundle:
        if self._compiled is not None:
            return self._compiled
        try:
            return compile_bundle(self._loaded)
        except CompileError as error:
            self._end(error)

    def _end(self, error: CompileError) -> NoReturn:
        if click.get_current_context().params.get("as_json"):
            document = {"ok": False, "version": self.given, "diagnostics": diagnostics_json([error.loaded])}
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            click.echo(f"{self.given} has errors:", err=True)
            say_diagnostics([error.loaded])
        raise SystemExit(DATA_HAS_ERRORS) from None


class Versions(NamedTuple):
    old: Version
    new: Version


@contextmanager
def versions(old: str, new: str, search: Sequence[Path]) -> Iterator[Versions]:
    """Both versions, for as long as they are looked at. A revision without a path is one of the other's path."""
    with ExitStack() as stack:
        yield Versions(
            Version(old, _path(old, new, stack), search),
            Version(new, _path(new, old, stack), search),
        )


def _path(given: str, other: str, stack: ExitStack) -> Path:
    if not is_revision(given):
        return Path(given)
    revision = parse_revision(given)
    # As git does: a path that is named is one of the repository around the working folder.
    beside = Path(other) if revision.path is None and not is_revision(other) else Path()
    if revision.path is None and is_revision(other):
        found = parse_revision(other)
        if found.path is None:
            fail(f"neither {given} nor {other} says of which path", "Add it to one of them: git:REVISION:PATH.")
        revision = revision._replace(path=found.path)
    target = stack.enter_context(tempfile.TemporaryDirectory(prefix="policyc-revision-"))
    return check_out(revision, beside, Path(target))
