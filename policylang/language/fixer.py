"""The fixer: applies the fixes of diagnostics, round by round, and never makes anything worse.

A round applies all fixes that do not overlap, first come, first served, and checks what comes of it. Where that is
worse than before, as a whole, half of them are tried, and so on down to one, which is then given up. Nothing is
written here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .diagnostics import Diagnostic, Edit, Severity
from .diagnostics.edits import edited, without_overlaps
from .diagnostics.machine import Finding, finding
from .load import Loaded
from .source import MAX_BYTES, SourceFile

MAX_CHECKS = 100
"""Each round makes progress, and real files need two or three; this bounds what a hostile one can cost."""

Texts = Mapping[Path, bytes]
Check = Callable[[Texts], list[Loaded]]
"""Loads everything, with these texts instead of the files at those (real) paths."""


@dataclass
class Fixed:
    """What the fixer has made. `loaded` is the state after it, `fixed` what it has fixed, in order.

    `before` and `after` have the bytes of the files that change, by their real path; `names` what to call them.
    """

    loaded: list[Loaded]
    fixed: list[Finding] = field(default_factory=list)
    before: dict[Path, bytes] = field(default_factory=dict)
    after: dict[Path, bytes] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)


def fix_all(check: Check, files: Collection[Path], *, unsafe: bool = False) -> Fixed:
    """Fix what can be fixed in `files` (real paths), and nothing elsewhere; with `unsafe`, the likeliest reading too.

    Raises OSError when a file cannot be read.
    """
    state = Fixed(check({}))
    given_up: set[tuple[object, ...]] = set()
    seen = {_key(state.after)}
    checks = 1
    while checks < MAX_CHECKS:
        sources = _sources(state.loaded)
        batch = _choose(state.loaded, sources, files, given_up, unsafe=unsafe)
        while batch and checks < MAX_CHECKS:
            proposal = _apply(batch, sources, state)
            loaded = check(proposal)
            checks += 1
            if _key(proposal) not in seen and _badness(loaded) <= _badness(state.loaded):
                seen.add(_key(proposal))
                state.loaded, state.after = loaded, proposal
                state.fixed += [finding(diagnostic, sources) for diagnostic in batch]
                break
            if len(batch) == 1:
                given_up.add(_identity(batch[0], sources))
            batch = batch[: len(batch) // 2]
        else:
            if not _choose(state.loaded, sources, files, given_up, unsafe=unsafe):
                break
    state.after = {path: data for path, data in state.after.items() if data != state.before[path]}
    return state


def _sources(loaded: Sequence[Loaded]) -> dict[str, SourceFile]:
    return {name: source for one in loaded for name, source in one.sources.items()}


def _choose(
    loaded: Sequence[Loaded],
    sources: Mapping[str, SourceFile],
    files: Collection[Path],
    given_up: Collection[tuple[object, ...]],
    *,
    unsafe: bool,
) -> list[Diagnostic]:
    found = dict.fromkeys(diagnostic for one in loaded for diagnostic in one.report.sorted())
    return without_overlaps(
        diagnostic
        for diagnostic in found
        if diagnostic.fix
        and (unsafe or diagnostic.fix.safe)
        and all(_real_path(edit, sources) in files for edit in diagnostic.fix.edits)
        and _identity(diagnostic, sources) not in given_up
    )


def _identity(diagnostic: Diagnostic, sources: Mapping[str, SourceFile]) -> tuple[object, ...]:
    """A fix, wherever fixes of other lines have moved it to."""
    span = diagnostic.span
    source = sources[span.file]
    line, column = source.position(span.start)
    return diagnostic.code, diagnostic.message, span.file, source.line(line), column


def _real_path(edit: Edit, sources: Mapping[str, SourceFile]) -> Path | None:
    source = sources.get(edit.span.file)
    return None if source is None or source.path is None else Path(os.path.realpath(source.path))


def _apply(batch: Sequence[Diagnostic], sources: Mapping[str, SourceFile], state: Fixed) -> dict[Path, bytes]:
    edits: dict[Path, list[Edit]] = {}
    for diagnostic in batch:
        for edit in diagnostic.fix.edits if diagnostic.fix else ():
            path = _real_path(edit, sources)
            assert path is not None  # noqa: S101 - they were chosen for it
            edits.setdefault(path, []).append(edit)
            state.names[path] = edit.span.file
    texts = dict(state.after)
    for path, changes in edits.items():
        if path not in state.before:
            with path.open("rb") as file:
                state.before[path] = file.read(MAX_BYTES + 1)
        texts[path] = edited(texts.get(path, state.before[path]), changes)
    return texts


def _key(texts: Texts) -> frozenset[tuple[Path, bytes]]:
    return frozenset(texts.items())


def _badness(loaded: Sequence[Loaded]) -> tuple[int, ...]:
    """Errors of syntax, of names, of meaning, then warnings: what a mistake of an earlier kind hid is not new."""
    found = {diagnostic for one in loaded for diagnostic in one.report}
    errors = [diagnostic.code[3:5] for diagnostic in found if diagnostic.severity is Severity.ERROR]
    left_out = sum(one.report.left_out for one in loaded)
    counts = [errors.count(kind) for kind in ("01", "02", "03")]
    return (left_out + counts[0], *counts[1:], len(found) - len(errors))
