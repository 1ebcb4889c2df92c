"""`policyc compile`: a bundle in a folder of its own, the same bytes every time, and nothing else harmed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from lab import POLICY, Policyc

from policylang.compiler.bundle import Bundle


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_says_what_came_out_and_where(policyc: Policyc, lab: Path) -> None:
    done = policyc("compile", lab, "-o", "build")
    assert (done.code, done.err) == (0, "")
    bundle = Bundle.read(Path("build"))
    first, second, third = done.out.splitlines()
    assert first == "lab.safety 1.0.0 → build"
    assert second.endswith("1 rubric; plans: small (4 rows), large (40 rows)")
    assert third.endswith(bundle.sha256)


def test_json_says_the_same_to_programs(policyc: Policyc, lab: Path) -> None:
    done = policyc("compile", lab, "-o", "build", "--json")
    assert (done.code, done.err) == (0, "")
    bundle = Bundle.read(Path("build"))
    assert done.json["ok"] is True
    assert done.json["sha256"] == bundle.sha256
    assert done.json["policy_sha256"] == bundle.manifest.policy_sha256
    assert done.json["plans"] == {"small": 4, "large": 40}
    assert done.json["prompts"] == sum(path.startswith("prompts/") for path in bundle.files)


def test_the_same_sources_give_the_same_bytes(policyc: Policyc, lab: Path) -> None:
    assert policyc("compile", lab, "-o", "one").code == policyc("compile", lab / "policy.pol", "-o", "two").code == 0
    assert contents(Path("one")) == contents(Path("two"))


def test_an_older_bundle_is_replaced_whole(policyc: Policyc, lab: Path) -> None:
    assert policyc("compile", lab, "-o", "build").code == 0
    (lab / "policy.pol").write_text(POLICY[: POLICY.index("plan large")].replace("1.0.0", "1.1.0"))
    assert policyc("compile", lab, "-o", "build").code == 0
    assert Bundle.read(Path("build")).manifest.version == "1.1.0"
    assert not Path("build/plans/large").exists()


def test_with_errors_nothing_is_written(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("forbid high", "forbid hihg"))
    people, program = policyc("compile", lab, "-o", "build"), policyc("compile", lab, "-o", "build", "--json")
    assert people.code == program.code == 1
    assert people.out == ""
    assert "Did you mean `high`?" in people.err
    assert (program.json["ok"], program.err) == (False, "")
    assert not Path("build").exists()


def test_a_plan_that_cannot_be_made_is_an_error_of_the_policy(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("size 4", "size 4\n  at least 9 per clause"))
    done = policyc("compile", lab, "-o", "build")
    assert done.code == 1
    assert "at least 9 per clause" in done.err
    assert not Path("build").exists()


# ------------------------------------------------------------------------------------------------ where it may go


@pytest.mark.parametrize(
    "file",
    ["notes.txt", "manifest.json"],
    ids=["a folder of something else", "a manifest of something else"],
)
def test_a_folder_that_holds_something_else_is_left_alone(policyc: Policyc, lab: Path, file: str) -> None:
    Path("mine").mkdir()
    Path("mine", file).write_text('{"name": "an extension", "files": {}}')
    before = contents(Path("mine"))
    done = policyc("compile", lab, "-o", "mine")
    assert done.code == 2
    assert "mine is not empty and holds no bundle" in done.err
    assert contents(Path("mine")) == before


def test_a_file_of_ones_own_inside_a_bundle_is_not_lost(policyc: Policyc, lab: Path) -> None:
    assert policyc("compile", lab, "-o", "build").code == 0
    Path("build/prompts/notes.txt").write_text("mine")
    done = policyc("compile", lab, "-o", "build")
    assert done.code == 2
    assert "build holds prompts/notes.txt" in done.err
    assert Path("build/prompts/notes.txt").read_text() == "mine"


def test_a_file_is_no_folder(policyc: Policyc, lab: Path) -> None:
    Path("file").write_text("mine")
    done = policyc("compile", lab, "-o", "file")
    assert (done.code, Path("file").read_text()) == (2, "mine")
    assert policyc("compile", lab, "-o", "file/below").code == 2


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").is_dir(), reason="nothing is closed to this user")
def test_a_place_that_cannot_be_written_is_an_error(policyc: Policyc, lab: Path) -> None:
    place = Path("/proc/policyc") if os.geteuid() == 0 else Path("closed/build")
    if place.parts[0] == "closed":
        Path("closed").mkdir(mode=0o500)
    done = policyc("compile", lab, "-o", place)
    assert done.code == 2
    assert f"{place} cannot be written" in done.err
    assert policyc("compile", lab, "-o", place, "--json").json["error"]["kind"] == "WrongUseError"


def test_the_output_is_needed(policyc: Policyc, lab: Path) -> None:
    done = policyc("compile", lab)
    assert done.code == 2
    assert "--output" in done.err


def test_the_manifest_on_disk_vouches_for_every_file(policyc: Policyc, lab: Path) -> None:
    policyc("compile", lab, "-o", "build")
    manifest = json.loads(Path("build/manifest.json").read_text())
    files = contents(Path("build"))
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"
    }
