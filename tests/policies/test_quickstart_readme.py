"""The quickstart's README does what it says: its commands run, and what it promises comes out."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from policylang.cli.commands import policyc
from policylang.cli.main import main
from policylang.learning.export import FOLDER

ROOT = Path(__file__).parents[2]
README = (ROOT / "examples/quickstart/README.md").read_text("utf-8")
FENCES = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [shlex.split(line, comments=True) for fence in FENCES for line in fence.splitlines() if line.strip()]


def needs_a_model(words: list[str]) -> bool:
    return words[1] == "models" or (words[1] == "run" and "--dry-run" not in words)


WITHOUT_MODEL = [words for words in COMMANDS if not needs_a_model(words)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository's root with the quickstart in it, to write into."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "examples/quickstart", folder / "examples/quickstart")
    return folder


def test_it_shows_the_steps() -> None:
    assert all(words[0] == "policyc" for words in COMMANDS)
    assert [words[1] for words in WITHOUT_MODEL] == ["check", "compile", "plan", "run"]
    assert [words[1] for words in COMMANDS if needs_a_model(words)] == ["models", "run"]


@pytest.mark.parametrize("words", WITHOUT_MODEL, ids=" ".join)
def test_a_command_that_needs_no_model_runs(
    words: list[str], root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(words[1:]) == 0
    told = capfd.readouterr()
    assert told.err == "", "no warnings either"
    assert told.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_spelled_right(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    context = click.Context(policyc, info_name="policyc")
    command, rest = policyc.get_command(context, words[1]), words[2:]
    if isinstance(command, click.Group):
        command, rest = command.get_command(context, rest[0]), rest[1:]
    assert command is not None
    with command.make_context(words[1], list(rest)):
        pass


def test_the_files_that_it_names_are_there() -> None:
    named = re.findall(r"`((?:categories/|policies/|plans|policy|draw_images)[\w./]*\.(?:pol|py|toml))`", README)
    assert len(set(named)) >= 7
    for name in named:
        assert (ROOT / "examples/quickstart" / name).is_file() or (ROOT / name).is_file(), name


def test_the_folder_that_it_promises_is_where_a_run_goes() -> None:
    policy, plan = re.search(r"`runs/([\w.]+)/(\w+)/`", README).groups()  # type: ignore[union-attr]
    header = (ROOT / "examples/quickstart/policy.pol").read_text("utf-8")
    assert f"policy {policy} " in header
    plans = re.findall(r"^plan (\w+)", (ROOT / "examples/quickstart/plans.pol").read_text("utf-8"), re.MULTILINE)
    assert plans[0] == plan, "the first plan is what `policyc run` takes without --plan"
    assert f"`{FOLDER}/train.jsonl`" in README
