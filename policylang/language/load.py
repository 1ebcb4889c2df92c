"""From a path to a policy: read, parse, find imports, resolve, check."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .checks import check
from .diagnostics import Related, Report
from .diagnostics.ignores import apply_ignores
from .library import Module, find_policy, module_of, modules_below, satisfies, shipped
from .meaning.policy import Policy
from .resolve import Resolved, resolve
from .source import SourceFile, Span, UnreadableSourceError, decode, read
from .syntax import parse, tree
from .syntax.tree import File

SEARCH_PATH_VARIABLE = "POLICYC_PATH"
MAX_IMPORT_DEPTH = 40


@dataclass
class Loaded:
    """A policy with all that was found on the way. `policy` is None when there are errors.

    `sources` has every file that was read, by the name that spans use; `root` is the folder of the policy's images.
    """

    root: Path
    policy: Policy | None = None
    report: Report = field(default_factory=Report)
    sources: dict[str, SourceFile] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)


def load_policy(path: str | Path, search: Sequence[Path] = ()) -> Loaded:
    """Load the policy that a file begins, or that a folder holds.

    Imports are looked for in the policy's own folder tree, then in `search`, in the folders of $POLICYC_PATH, and in
    the library that ships. Raises FileNotFoundError when there is nothing at `path`.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(path)
    if path.is_dir():
        modules = modules_below(path)
        at_top = [module for module in modules if module.root == path]
        if len(at_top) != 1:
            return _no_single_policy(path, modules)
        module = at_top[0]
    else:
        module = module_of(path)
    return load_module(module, search)


def load_module(module: Module, search: Sequence[Path] = (), texts: Mapping[Path, bytes] | None = None) -> Loaded:
    """Load one module and what it imports.

    `texts` has what to read instead of the files at those paths (without links), such as what an editor has not saved.
    """
    extra = [Path(part) for part in os.environ.get(SEARCH_PATH_VARIABLE, "").split(os.pathsep) if part]
    loader = _Loader((*search, *extra, shipped()), texts)
    loaded = Loaded(module.root, report=loader.report, sources=loader.sources)
    resolved = loader.load(module, ())
    loaded.spans = resolved.spans
    if resolved.policy is not None:
        loaded.policy = check(resolved.policy, resolved.spans, module.root, loader.report)
    apply_ignores(loader.report, loader.sources.values(), set(map(_display, module.files)))
    if loader.report.errors:
        loaded.policy = None
    return loaded


def load_text(text: str, name: str = "policy.pol") -> Loaded:
    """Load a policy from a string. It can import from the library that ships; images are not looked for."""
    loader = _Loader((shipped(),))
    loaded = Loaded(Path(), report=loader.report, sources=loader.sources)
    file = loader.parse(name, lambda: decode(name, text.encode("utf-8", "surrogatepass")))
    if file is not None and not file.broken:
        resolved = loader.resolve([file], None, ())
        loaded.spans = resolved.spans
        if resolved.policy is not None:
            loaded.policy = check(resolved.policy, resolved.spans, None, loader.report)
    apply_ignores(loader.report, loader.sources.values(), {name})
    if loader.report.errors:
        loaded.policy = None
    return loaded


def _no_single_policy(path: Path, modules: list[Module]) -> Loaded:
    loaded = Loaded(path)
    if not modules:
        help_ = "Give a .pol file, or a folder with one."
        loaded.report.add("POL0203", f"there is no .pol file in {path}", Span(str(path), 0, 0), help_)
    else:
        names = ", ".join(str(module.main) for module in modules[:5])
        loaded.report.add("POL0203", f"{path} holds no policy of its own", Span(str(path), 0, 0), f"Name one: {names}.")
    return loaded


class _Loader:
    def __init__(self, search: Sequence[Path], texts: Mapping[Path, bytes] | None = None) -> None:
        self.search = search
        self.texts = texts or {}
        self.report = Report()
        self.sources: dict[str, SourceFile] = {}
        self.done: dict[Path, Resolved] = {}
        self.importing: list[Span] = []

    def load(self, module: Module, above: tuple[str, ...]) -> Resolved:
        """Read and resolve a module; `above` are the names of the policies whose imports led here."""
        if module.main not in self.done:
            names = [_display(path) for path in module.files]
            parsed = [
                self.parse(name, partial(self._read, path, name, module.root if number else None))
                for number, (path, name) in enumerate(zip(module.files, names, strict=True))
            ]
            files = [file for file in parsed if file is not None]
            sound = len(files) == len(module.files) and not any(file.broken for file in files)
            self.done[module.main] = self.resolve(files, module.root, above) if sound else Resolved(None)
        return self.done[module.main]

    def parse(self, name: str, read_source: Callable[[], SourceFile]) -> File | None:
        """The syntax tree of a file, which spans will call `name`; None, with a report, when it cannot be read."""
        try:
            source = read_source()
        except UnreadableSourceError as error:
            self.sources[name] = SourceFile(name, error.text)
            place = Span(name, error.offset, min(error.offset + 1, len(error.text)))
            self.report.add(error.code, error.message, place, error.advice)
            return None
        except OSError as error:
            reason = error.strerror or str(error)
            self.report.add("POL0108", f"the file cannot be read: {reason}", Span(name, 0, 0), "Check its rights.")
            return None
        self.sources[name] = source
        return parse(source, self.report)

    def _read(self, path: Path, name: str, root: Path | None) -> SourceFile:
        """A file; with a `root`, one that was found beside the one that begins the policy. Raises as `read` does."""
        text = self.texts.get(Path(os.path.realpath(path))) if self.texts else None
        if text is not None:
            return decode(name, text, path)
        return read(path, name) if root is None else _read_part(root, path, name)

    def resolve(self, files: list[File], root: Path | None, above: tuple[str, ...]) -> Resolved:
        nodes = [item for file in files for item in file.items if isinstance(item, tree.Import)]
        headers = [item for file in files for item in file.items if isinstance(item, tree.Header)]
        if not headers:
            advice = 'Begin one of its files with `policy NAME 1.0.0 "Title"`.'
            self.report.add("POL0203", "the policy has no header", Span(files[0].name, 0, 0), advice)
        chain = (*above, headers[0].name.text) if headers else above
        imports = {}
        for node in nodes:
            found = self._import(node, root, chain)
            if found is not None:
                imports[node.name.text] = found
        return resolve(files, imports, self.report)

    def _import(self, node: tree.Import, root: Path | None, chain: tuple[str, ...]) -> Resolved | None:
        name, wanted = node.name.text, node.range.text if node.range else None
        if name in chain:
            circle = chain[chain.index(name) :]
            message = f"imports in a circle: {' imports '.join([*circle, name])}"
            steps = self.importing[len(self.importing) - len(circle) + 1 :]
            related = [Related(step, "imported here") for step in steps]
            self.report.add("POL0206", message, node.name.span, "Move what both need elsewhere.", related)
            return None
        if len(chain) > MAX_IMPORT_DEPTH:
            self.report.add(
                "POL0103",
                f"imports are nested more than {MAX_IMPORT_DEPTH} deep",
                node.name.span,
                "Import what is needed from where it is declared.",
            )
            return None
        folders = ([root] if root is not None else []) + list(self.search)
        versions = []
        for module, version in find_policy(name, folders):
            if satisfies(version, wanted):
                self.importing.append(node.name.span)
                resolved = self.load(module, chain)
                self.importing.pop()
                return resolved if resolved.policy is not None else None
            versions.append(version)
        if versions:
            self.report.add(
                "POL0205",
                f"`{name}` is asked for at {wanted}, and there is {', '.join(dict.fromkeys(versions))}",
                node.range.span if node.range else node.span,
                "Change the range, or bring the version that it names.",
            )
        else:
            looked = [f"`{_display(folder)}`" for folder in folders if folder != shipped()]
            self.report.add(
                "POL0204",
                f"there is no policy `{name}`",
                node.name.span,
                f"Looked in {', '.join([*looked, 'the library that ships'])}. "
                f"Add its folder with --search or ${SEARCH_PATH_VARIABLE}.",
            )
        return None


def _read_part(root: Path, path: Path, name: str) -> SourceFile:
    """A file that was found beside the one that begins the policy. Raises as `read` does."""
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise UnreadableSourceError(
            "POL0108",
            "the file is a link that leads out of the policy's folder",
            "Copy the file into the folder, or make it a policy of its own and import that.",
        )
    return read(path, name)


def _display(path: Path) -> str:
    """A path as people would write it: relative to where they are, if it lies below."""
    try:
        return (Path(os.path.realpath(path.parent)) / path.name).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()
