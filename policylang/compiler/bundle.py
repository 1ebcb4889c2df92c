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
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import ValidationError

from policylang import __version__
from policylang.language.meaning.expr import Node
from policylang.language.meaning.hashing import clause_hash, exemplar_hash, policy_hash
from policylang.language.meaning.policy import Policy

MANIFEST = "manifest.json"
MAX_FILE = 2_000_000_000


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
    tool: Literal["policylang"] = "policylang"
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

    @property
    def policy(self) -> Policy:
        return Policy.model_validate_json(self.files["policy.json"])

    def json(self, path: str) -> Any:
        return json.loads(self.files[path])

    def write(self, folder: Path) -> None:
        """Write to a folder, all of it or nothing. An older bundle there is replaced; anything else is left alone."""
        if folder.exists() and not folder.is_dir():
            raise BundleError(f"{folder} is a file", "Name a folder with -o.")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
            raise BundleError(f"{folder} is not empty and holds no bundle", "Name a new folder with -o.")
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
        advice = "Compile the policy again: policyc compile POLICY -o FOLDER."
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise BundleError(f"{folder} holds no bundle: it has no {MANIFEST}", advice) from None
        except ValidationError as error:
            raise BundleError(
                f"{folder / MANIFEST} is not a manifest of this version: {error.errors()[0]['msg']}", advice
            ) from None
        files = {}
        for path, entry in manifest.files.items():
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise BundleError(f"the manifest names {path}, outside the bundle", advice)
            try:
                data = (folder / path).read_bytes()
            except OSError as error:
                raise BundleError(f"{folder / path} cannot be read: {error.strerror}", advice) from None
            if hashlib.sha256(data).hexdigest() != entry.sha256:
                raise BundleError(f"{folder / path} is not what was compiled: its hash differs", advice)
            files[path] = data
        return cls(manifest, files)


def is_bundle(path: Path) -> bool:
    return (path / MANIFEST).is_file()
