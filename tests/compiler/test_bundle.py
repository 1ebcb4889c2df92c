"""The bundle: what is written is what is read, what was tampered with is told, and nothing of others is touched."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_policy import SMALL, loaded

from policylang.compiler.bundle import MANIFEST, Bundle, BundleError, dump_json, is_bundle
from policylang.compiler.compile import CompileError, compile_bundle
from policylang.language.load import load_text

SMALL_BUNDLE = compile_bundle(loaded(SMALL))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    SMALL_BUNDLE.write(tmp_path / "bundle")
    return tmp_path / "bundle"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def forge(folder: Path, change: Callable[[dict[str, Any]], None], **files: bytes) -> None:
    """Write files into a bundle and put their hashes into its manifest, as someone would who knows how it is made."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    for name, data in files.items():
        path = name.replace("__", ".")
        (folder / path).write_bytes(data)
        manifest["files"][path] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    change(manifest)
    (folder / MANIFEST).write_bytes(dump_json(manifest))


def error_of(folder: Path) -> str:
    with pytest.raises(BundleError) as caught:
        Bundle.read(folder)
    assert "policyc compile" in caught.value.advice
    return caught.value.message.replace(str(folder), "BUNDLE")


# ------------------------------------------------------------------------------------------------- written and read


def test_a_bundle_is_read_back_as_it_was_written(folder: Path) -> None:
    found = Bundle.read(folder)
    assert found.files == SMALL_BUNDLE.files
    assert found.manifest == SMALL_BUNDLE.manifest
    assert found.sha256 == SMALL_BUNDLE.sha256
    assert found.policy == loaded(SMALL).policy


def test_the_quickstart_survives_the_disk(quickstart: Bundle, tmp_path: Path) -> None:
    quickstart.write(tmp_path / "bundle")
    assert Bundle.read(tmp_path / "bundle").sha256 == quickstart.sha256


def test_the_manifest_lists_every_file_with_its_hash_and_size(folder: Path) -> None:
    on_disk = {path: data for path, data in contents(folder).items() if path != MANIFEST}
    listed = json.loads((folder / MANIFEST).read_bytes())["files"]
    assert listed == {
        path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for path, data in on_disk.items()
    }


def test_writing_again_replaces_the_old_bundle_with_all_its_files(folder: Path) -> None:
    shorter = compile_bundle(loaded(SMALL.replace("clause care", "clause kindness")))
    shorter.write(folder)
    assert contents(folder).keys() == {*shorter.files, MANIFEST}
    assert Bundle.read(folder).sha256 == shorter.sha256
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_an_empty_folder_and_one_that_is_not_there_are_both_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "a/b/new"):
        SMALL_BUNDLE.write(tmp_path / name)
        assert Bundle.read(tmp_path / name).sha256 == SMALL_BUNDLE.sha256


def test_a_policy_with_errors_is_not_compiled() -> None:
    found = load_text(SMALL.replace("when intent = do", "when intent = undo"))
    with pytest.raises(CompileError, match="1 errors"):
        compile_bundle(found)
    assert [diagnostic.code for diagnostic in found.report.sorted()] == ["POL0201"]


# ------------------------------------------------------------------------------------- what is there and is not ours


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("mine")
    with pytest.raises(BundleError, match=r"bundle is a file$"):
        SMALL_BUNDLE.write(tmp_path / "bundle")
    assert (tmp_path / "bundle").read_text() == "mine"


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "",
        "not json",
        "[]",
        "7",
        '{"name": "A browser extension", "manifest_version": 3}',
        '{"tool": "policylang"}',
        '{"tool": "a bundler", "files": {"index.html": {}}}',
    ],
)
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, manifest: str | None) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    if manifest is not None:
        (folder / MANIFEST).write_text(manifest)
    before = contents(folder)
    with pytest.raises(BundleError, match="is not empty and holds no bundle"):
        SMALL_BUNDLE.write(folder)
    assert contents(folder) == before


@pytest.mark.parametrize("stranger", ["notes.txt", ".git/config", "prompts/mine.j2"])
def test_what_someone_added_to_a_bundle_is_left_alone(folder: Path, stranger: str) -> None:
    (folder / stranger).parent.mkdir(exist_ok=True)
    (folder / stranger).write_text("mine")
    before = contents(folder)
    with pytest.raises(BundleError, match=re.escape(f"holds {stranger}, which is not part of the bundle")):
        SMALL_BUNDLE.write(folder)
    assert contents(folder) == before


def test_a_bundle_that_cannot_be_written_leaves_the_old_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = compile_bundle(loaded(SMALL.replace("1.2.0", "1.3.0")))
    replace = os.replace

    def fails_at_the_end(source: Path, target: Path) -> None:
        if Path(source).name == "new":
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails_at_the_end)
    with pytest.raises(OSError, match="No space left"):
        other.write(folder)
    assert Bundle.read(folder).sha256 == SMALL_BUNDLE.sha256


# ------------------------------------------------------------------------------------------------------ tampered with


def test_a_folder_without_a_bundle(tmp_path: Path) -> None:
    assert not is_bundle(tmp_path)
    assert error_of(tmp_path) == "BUNDLE holds no bundle: it has no manifest.json"
    assert error_of(tmp_path / "nothing") == "BUNDLE holds no bundle: it has no manifest.json"
    (tmp_path / "file").write_text("")
    assert error_of(tmp_path / "file") == "BUNDLE holds no bundle: it has no manifest.json"
    (tmp_path / "odd" / MANIFEST).mkdir(parents=True)
    assert error_of(tmp_path / "odd").startswith("BUNDLE/manifest.json cannot be read: ")


@pytest.mark.parametrize("path", sorted(SMALL_BUNDLE.files))
def test_every_file_is_held_against_its_hash(folder: Path, path: str) -> None:
    data = (folder / path).read_bytes()
    (folder / path).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert error_of(folder) == f"BUNDLE/{path} is not what was compiled: its hash differs"
    (folder / path).write_bytes(data[: len(data) // 2])
    assert error_of(folder) == f"BUNDLE/{path} is not what was compiled: its size differs"
    (folder / path).unlink()
    assert error_of(folder) == f"BUNDLE/{path} cannot be read: No such file or directory"


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, -3])
def test_a_truncated_manifest(folder: Path, keep: float) -> None:
    data = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(data[: int(keep * len(data)) if keep == 0.5 else int(keep)])
    assert error_of(folder).startswith("BUNDLE/manifest.json is not a manifest of this version: Invalid JSON")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("schema_version", "2", "schema_version: Input should be '1'"),
        ("tool", "other", "tool: Input should be 'policylang'"),
        ("files", [], "files: Input should be an object"),
        ("surprise", 1, "surprise: Extra inputs are not permitted"),
    ],
)
def test_a_manifest_of_another_kind(folder: Path, field: str, value: object, message: str) -> None:
    forge(folder, lambda manifest: manifest.update({field: value}))
    assert error_of(folder) == f"BUNDLE/manifest.json is not a manifest of this version: {message}"


@pytest.mark.parametrize(
    "path",
    ["../secret", "/etc/passwd", "prompts/../../secret", "", ".", "..", "a\0b", "..\\secret", "a/../policy.json"],
)
def test_names_that_lead_out_of_the_bundle_are_refused(folder: Path, path: str) -> None:
    secret = b"secret"
    (folder.parent / "secret").write_bytes(secret)
    entry = {"sha256": hashlib.sha256(secret).hexdigest(), "bytes": len(secret)}
    forge(folder, lambda manifest: manifest["files"].update({path: entry}))
    assert error_of(folder) == f"the manifest of BUNDLE names {path!r}, which is no file of a bundle"


def test_a_device_in_place_of_a_file_is_not_read(folder: Path) -> None:
    (folder / "policy.md").unlink()
    os.mkfifo(folder / "policy.md")
    assert error_of(folder) == "BUNDLE/policy.md is not a file"
    (folder / "policy.md").unlink()
    (folder / "policy.md").symlink_to("/dev/zero")
    assert error_of(folder) == "BUNDLE/policy.md is not a file"


def test_a_forged_bundle_does_not_hold_together(folder: Path) -> None:
    other = compile_bundle(loaded(SMALL.replace("Wordnorm", "Othernorm"))).files["policy.json"]
    forge(folder, lambda manifest: None, policy__json=other)
    assert error_of(folder) == "BUNDLE/policy.json is not the policy that manifest.json speaks of"
    forge(folder, lambda manifest: None, policy__json=b'{"name": 7}')
    assert error_of(folder).startswith("BUNDLE/policy.json is no policy: ")
    forge(folder, lambda manifest: manifest["files"].pop("policy.json"))
    assert error_of(folder) == "BUNDLE/manifest.json does not name policy.json"


def test_a_plan_without_rows_does_not_hold_together(folder: Path) -> None:
    forge(folder, lambda manifest: manifest.update(plans=["ghost"]))
    assert error_of(folder) == "BUNDLE/manifest.json does not name plans/ghost/plan.json"
