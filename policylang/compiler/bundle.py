"""The bundle: all artefacts of a compiled policy, in a folder with a manifest. Same sources, same bytes.

manifest.json          schema version, tool version, hashes of the policy, of its clauses and of every file
policy.json            the meaning
policy.md              the policy for people
sources.json           where each piece of the policy stands in the source files
prompts/STAGE/SCOPE.j2 the prompts, to read; prompts.json has them with slots and source maps
rubrics/               judge rubrics, one for a category and surface; quality/ has the quality rubrics
plans/NAME/            rows.jsonl, rows.parquet and plan.json: what is claimed, and the report that shows it
images/SHA256.EXT      the pictures of exemplars
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import ValidationError

from policylang import __version__
from policylang.language.meaning.expr import Node
from policylang.language.meaning.hashing import clause_hash, exemplar_hash, policy_hash
from policylang.language.meaning.policy import Policy

MANIFEST = "manifest.json"
POLICY = "policy.json"
TOOL: Literal["policylang"] = "policylang"
_AGAIN = "Compile the policy again: policyc compile POLICY -o FOLDER."


class BundleError(Exception):
    """A bundle that cannot be read or written. `advice` says what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class FileEntry(Node):
    sha256: str
    bytes: int


class Manifest(Node):
    schema_version: Literal["1"] = "1"
    tool: Literal["policylang"] = TOOL
    tool_version: str
    policy: str
    version: str
    policy_sha256: str
    clauses: dict[str, str]
    exemplars: dict[str, str]
    plans: tuple[str, ...]
    files: dict[str, FileEntry]


def dump_json(value: Any) -> bytes:
    """JSON that people can read and that has one spelling: two spaces, sorted keys, a line break at the end."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


class Bundle:
    """Artefacts by their path in the bundle. Made by `compile_bundle`, or read back from a folder."""

    def __init__(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        self.manifest = manifest
        self.files = dict(files)

    @classmethod
    def of(cls, policy: Policy, files: Mapping[str, bytes]) -> Bundle:
        manifest = Manifest(
            tool_version=__version__,
            policy=policy.name,
            version=policy.version,
            policy_sha256=policy_hash(policy),
            clauses={clause.id: clause_hash(policy, clause) for clause in policy.clauses},
            exemplars={exemplar.id: exemplar_hash(exemplar) for _, exemplar in policy.exemplars},
            plans=tuple(plan.id for plan in policy.plans),
            files={
                path: FileEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
                for path, data in sorted(files.items())
            },
        )
        return cls(manifest, files)

    @property
    def sha256(self) -> str:
        """Of the manifest, and so of everything in the bundle."""
        return hashlib.sha256(self._manifest_bytes()).hexdigest()

    def _manifest_bytes(self) -> bytes:
        return dump_json(self.manifest.model_dump(mode="json"))

    @cached_property
    def policy(self) -> Policy:
        return Policy.model_validate_json(self.files[POLICY])

    def json(self, path: str) -> Any:
        return json.loads(self.files[path])

    def write(self, folder: Path) -> None:
        """Write to a folder, all of it or nothing. An older bundle there is replaced; anything else is left alone."""
        if folder.exists() and not folder.is_dir():
            raise BundleError(f"{folder} is a file", "Name a folder with -o.")
        if folder.is_dir():
            _only_a_bundle(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
            fresh = Path(temporary) / "new"
            for path, data in {**self.files, MANIFEST: self._manifest_bytes()}.items():
                target = fresh / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            if folder.exists():
                os.replace(folder, Path(temporary) / "old")  # noqa: PTH105 - onto a name that may not exist
            try:
                os.replace(fresh, folder)  # noqa: PTH105
            except OSError:
                with contextlib.suppress(OSError):
                    shutil.move(Path(temporary) / "old", folder)
                raise

    @classmethod
    def read(cls, folder: Path) -> Bundle:
        """Read a bundle and check every file against the manifest. Raises BundleError."""
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise BundleError(f"{folder} holds no bundle: it has no {MANIFEST}", _AGAIN) from None
        except OSError as error:
            raise BundleError(f"{folder / MANIFEST} cannot be read: {error.strerror}", _AGAIN) from None
        except ValidationError as error:
            problem = error.errors()[0]
            reason = ": ".join([*map(str, problem["loc"]), problem["msg"]])
            raise BundleError(f"{folder / MANIFEST} is not a manifest of this version: {reason}", _AGAIN) from None
        files = {path: _read_file(folder, path, entry) for path, entry in manifest.files.items()}
        bundle = cls(manifest, files)
        _hold_together(bundle, folder)
        return bundle


def _read_file(folder: Path, path: str, entry: FileEntry) -> bytes:
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path or "\\" in path:
        raise BundleError(f"the manifest of {folder} names {path!r}, which is no file of a bundle", _AGAIN)
    place = folder / path
    try:
        # The size first: a name may have become that of a device, or of something that does not fit into memory.
        if not place.is_file() and place.exists():
            raise BundleError(f"{place} is not a file", _AGAIN)
        data = place.read_bytes() if place.stat().st_size == entry.bytes else None
    except OSError as error:
        raise BundleError(f"{place} cannot be read: {error.strerror}", _AGAIN) from None
    if data is None or hashlib.sha256(data).hexdigest() != entry.sha256:
        raise BundleError(f"{place} is not what was compiled: its {'size' if data is None else 'hash'} differs", _AGAIN)
    return data


def _hold_together(bundle: Bundle, folder: Path) -> None:
    """Raise BundleError for a manifest that was made up: it lacks files, or speaks of another policy."""
    manifest = bundle.manifest
    plans = [f"plans/{plan}/{name}" for plan in manifest.plans for name in ("plan.json", "rows.jsonl", "rows.parquet")]
    for path in (POLICY, "policy.md", "prompts.json", "sources.json", *plans):
        if path not in bundle.files:
            raise BundleError(f"{folder / MANIFEST} does not name {path}", _AGAIN)
    try:
        policy = bundle.policy
    except ValidationError as error:
        raise BundleError(f"{folder / POLICY} is no policy: {error.errors()[0]['msg']}", _AGAIN) from None
    plan_ids = tuple(plan.id for plan in policy.plans)
    if policy_hash(policy) != manifest.policy_sha256 or plan_ids != manifest.plans:
        raise BundleError(f"{folder / POLICY} is not the policy that {MANIFEST} speaks of", _AGAIN)


def _only_a_bundle(folder: Path) -> None:
    """Raise BundleError for a folder that holds anything but a bundle, so that nothing else is ever replaced."""
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    there = sorted(path.relative_to(folder).as_posix() for path in files)
    if not there:
        return
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        known = {MANIFEST, *manifest["files"]} if manifest["tool"] == TOOL else set()
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        known = set()
    if not known:
        raise BundleError(f"{folder} is not empty and holds no bundle", "Name a new folder with -o.")
    strangers = [path for path in there if path not in known]
    if strangers:
        raise BundleError(
            f"{folder} holds {strangers[0]}, which is not part of the bundle that is there",
            "Move it elsewhere, or name a new folder with -o.",
        )


def is_bundle(path: Path) -> bool:
    return (path / MANIFEST).is_file()
