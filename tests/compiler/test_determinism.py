"""Same sources, same bytes: whatever the seed of hashes, the folder that one stands in, and the order of files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from small_policy import SMALL, loaded

from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import compile_bundle
from policylang.language.load import load_policy
from policylang.language.meaning.policy import Policy
from policylang.language.printer import to_source
from policylang.testing import policies

HEAD, _, CATEGORY = SMALL.partition('category harm "Wordharm"')
FILES = {
    "policy.pol": HEAD + "import std.facets ^1 (framing, specificity)\n",
    "categories/harm.pol": 'category harm "Wordharm"' + CATEGORY,
    "categories/fraud.pol": """category fraud "Fraud" {
      forbid low "Tricks" { trick "A trick" { when framing = fiction or specificity > general } }
    }""",
    "zz_terms.pol": 'term "trick" """A way to fool someone."""',
}

COMPILE = """
import sys
from policylang.compiler.compile import compile_bundle
from policylang.language.load import load_policy
sys.stdout.write(compile_bundle(load_policy(sys.argv[1])).sha256)
"""


def write(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(FILES[name], "utf-8")
    return folder


def bundle_of(path: Path) -> Bundle:
    return compile_bundle(load_policy(path))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("policy"), list(FILES))


@pytest.fixture(scope="module")
def expected(source: Path) -> Bundle:
    return bundle_of(source)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_another_process_gives_the_same_bytes(source: Path, expected: Bundle, seed: str, tmp_path: Path) -> None:
    """With another seed of hashes, from another folder, with the policy at another place and named in another way."""
    elsewhere = shutil.copytree(source, tmp_path / "a place" / "policy")
    where, name = {"0": (tmp_path, elsewhere), "1": (elsewhere.parent, "policy"), "4242": (elsewhere, ".")}[seed]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C", "COLUMNS": "40"}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, str(name)],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == expected.sha256


def test_the_order_in_which_files_are_made_and_listed_says_nothing(
    expected: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, list(reversed(FILES)))
    list_folder = Path.iterdir

    def backwards(folder: Path) -> Iterator[Path]:
        return iter(sorted(list_folder(folder), reverse=True))

    monkeypatch.setattr(Path, "iterdir", backwards)
    assert bundle_of(tmp_path).files == expected.files


def test_the_file_or_its_folder_is_the_same_policy(source: Path, expected: Bundle) -> None:
    assert bundle_of(source / "policy.pol").files == expected.files


def test_line_ends_and_a_byte_order_mark_say_nothing(source: Path, expected: Bundle, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert bundle_of(tmp_path).files == expected.files


def test_a_comment_changes_where_things_stand_and_nothing_else(source: Path, expected: Bundle, tmp_path: Path) -> None:
    write(tmp_path, list(FILES))
    (tmp_path / "policy.pol").write_text("# a comment\n" + FILES["policy.pol"], "utf-8")
    found = bundle_of(tmp_path)
    changed = {path for path, data in found.files.items() if data != expected.files[path]}
    assert changed == {"sources.json"}
    assert found.manifest.policy_sha256 == expected.manifest.policy_sha256


def test_no_path_of_the_machine_is_in_a_bundle(source: Path, expected: Bundle) -> None:
    for path, data in expected.files.items():
        assert str(source).encode() not in data, path
        assert str(Path.cwd()).encode() not in data, path
    places = {place["file"] for place in expected.json("sources.json").values()}
    assert places == {*FILES, "library:std/facets.pol"}


@given(policies(max_categories=2, images=False, plans=False, templates=False))
def test_compiling_twice_gives_the_same_bytes(policy: Policy) -> None:
    text = to_source(policy)
    assert compile_bundle(loaded(text)).files == compile_bundle(loaded(text)).files
