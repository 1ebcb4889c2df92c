"""Law: the same sources give the same bytes, in any process, whatever the order in which a folder lists its files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from policylang.language.load import load_policy

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "corpus"

PROGRAM = """
import sys
from pathlib import Path
from policylang.language.diagnostics.text import render
from policylang.language.load import load_policy, load_text
from policylang.language.logic.table import compile_table
from policylang.language.meaning.hashing import policy_hash
from policylang.language.printer import to_source

policy = load_policy(sys.argv[1]).policy
print(policy.model_dump_json(), policy_hash(policy))
print(to_source(policy))
for category in policy.categories:
    for surface in policy.surfaces:
        print(compile_table(policy, category.id, surface.id).model_dump_json())
for path in sorted(Path(sys.argv[2]).rglob("*.md")):
    text = path.read_text("utf-8").partition("```pol")[2].partition("\\n")[2].partition("\\n```")[0]
    loaded = load_text(text)
    print(path.name, render(loaded.report, loaded.sources), sorted(loaded.spans))
"""


def output(seed: str, folder: Path) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PROGRAM, str(folder), str(CORPUS)]
    return subprocess.run(command, env=environment, capture_output=True, check=True, cwd=ROOT).stdout


def test_processes_with_other_hash_seeds_say_the_same() -> None:
    first = output("0", ROOT / "examples" / "quickstart")
    assert len(first) > 100_000
    assert first == output("1", ROOT / "examples" / "quickstart") == output("12345", ROOT / "examples" / "quickstart")


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_a_folder_changes_nothing(
    backwards: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "examples" / "quickstart", copy)
    listed = Path.iterdir

    def shuffled(folder: Path) -> Iterator[Path]:
        return iter(sorted(listed(folder), key=lambda path: path.name[::-1], reverse=backwards))

    monkeypatch.setattr(Path, "iterdir", shuffled)
    here, there = load_policy(ROOT / "examples" / "quickstart").policy, load_policy(copy).policy
    assert here is not None
    assert there is not None
    assert here.model_dump_json() == there.model_dump_json()


def test_loading_twice_gives_equal_values() -> None:
    one, other = (load_policy(ROOT / "examples" / "quickstart") for _ in range(2))
    assert one.policy == other.policy
    assert dict(one.spans) == dict(other.spans)
