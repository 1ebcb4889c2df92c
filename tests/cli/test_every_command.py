"""What holds for every command: help with examples that are true, JSON, exit codes, and no traceback on any input."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from lab import POLICY, Policyc

from policylang.cli.commands import COMMANDS
from policylang.cli.commands import policyc as program


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand with its words."""
    context = click.Context(program)
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", one) for sub, one in command.commands.items())
        else:
            yield name, command


ALL = dict(all_commands())
FROM_A_POLICY = (
    ("check",),
    ("compile", "-o", "build"),
    ("plan",),
    ("run", "--dry-run"),
    ("run", "-o", "out"),
    ("generate", "-o", "out"),
)
each_from_a_policy = pytest.mark.parametrize("words", FROM_A_POLICY, ids=" ".join)


def options_of(command: click.Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("name", ALL)
def test_help_has_examples_and_they_are_true(policyc: Policyc, name: str) -> None:
    done = policyc(*name.split(), "--help")
    assert (done.code, done.err) == (0, "")
    examples = re.findall(r"^ +policyc (.+)$", done.out, re.MULTILINE)
    assert examples or name == "models list", "there is an example"
    for example in examples:
        line = re.split(r" {2,}| < | > | >> |\|", example)[0]
        words = shlex.split(line)
        command = max((other for other in ALL if words[: len(other.split())] == other.split()), key=len, default=None)
        assert command is not None, example
        used = [word for word in words if word.startswith("-") and word != "-"]
        assert set(used) <= options_of(ALL[command]), example
        with ALL[command].make_context(command, words[len(command.split()) :], resilient_parsing=True):
            pass


@pytest.mark.parametrize("name", ALL)
def test_every_command_speaks_json(name: str) -> None:
    assert "--json" in options_of(ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_explained(name: str) -> None:
    silent = [param.name for param in ALL[name].params if isinstance(param, click.Option) and not param.help]
    assert silent == []


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_option_is_met_with_the_way_to_the_help(policyc: Policyc, name: str) -> None:
    done = policyc(*name.split(), "--jsn")
    assert (done.code, done.out) == (2, "")
    assert "--jsn" in done.err
    assert "--json" in done.err, "did you mean"
    assert f"See policyc {name} --help." in done.err
    assert policyc(*name.split(), "--jsn", "--json").json["error"]["kind"] == "UsageError"


@pytest.mark.parametrize("name", ALL)
def test_help_fits_its_terminal(policyc: Policyc, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Only examples and the words of the usage line may be longer: they are there to be copied."""
    monkeypatch.setenv("COLUMNS", "80")
    prose = policyc(*name.split(), "--help").out.split("Examples:")[0].split("Example:")[0]
    long = [line for line in prose.splitlines() if len(line) > 80 and " " in line.strip()]
    assert long == []


# ------------------------------------------------------------------------------------------------ what is given


@each_from_a_policy
def test_a_path_that_is_not_there(policyc: Policyc, lab: Path, words: tuple[str, ...]) -> None:
    done = policyc(words[0], "no/such.pol", *words[1:])
    assert (done.code, done.out) == (2, "")
    assert "there is nothing at no/such.pol" in done.err
    assert policyc(words[0], "no/such.pol", *words[1:], "--json").json["error"]["message"].endswith("no/such.pol")


@each_from_a_policy
def test_a_folder_without_any_policy_file(policyc: Policyc, lab: Path, words: tuple[str, ...]) -> None:
    Path("empty").mkdir()
    Path("empty/notes.txt").write_text("no policy")
    done = policyc(words[0], "empty", *words[1:])
    assert (done.code, done.out) == (2, "")
    assert "there is no .pol file in empty" in done.err


@each_from_a_policy
def test_a_folder_with_parts_and_no_header(policyc: Policyc, lab: Path, words: tuple[str, ...]) -> None:
    Path("parts").mkdir()
    Path("parts/one.pol").write_text('category c "C" { clause x "X" { forbid low } }\n')
    done = policyc(words[0], "parts", *words[1:])
    assert done.code == 1
    assert "POL0203" in done.err
    assert "policy NAME 1.0.0" in done.err


@each_from_a_policy
@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 8, b"policy", b"\xff\xfe\x00", POLICY.replace("prank", "pr\u202eank").encode()[:900]],
    ids=["binary", "a word", "half utf-16", "cut short"],
)
def test_no_file_makes_a_traceback(policyc: Policyc, lab: Path, words: tuple[str, ...], content: bytes) -> None:
    (lab / "policy.pol").write_bytes(content)
    people = policyc(words[0], lab, *words[1:])
    assert (people.code, people.out) == (1, "")
    assert "error[POL" in people.err
    program = policyc(words[0], lab, *words[1:], "--json")
    assert (program.code, program.err) == (1, "")
    assert program.json["ok"] is False
    assert not Path("build").exists()
    assert not Path("out").exists()


@each_from_a_policy
def test_a_file_that_may_not_be_read(policyc: Policyc, lab: Path, words: tuple[str, ...]) -> None:
    (lab / "policy.pol").unlink()
    (lab / "policy.pol").symlink_to(lab / "policy.pol")
    done = policyc(words[0], lab / "policy.pol", *words[1:])
    assert done.code in (1, 2)
    assert done.out == ""
    assert done.err.startswith("error")


def test_two_policies_in_one_folder_are_told_apart(policyc: Policyc, lab: Path) -> None:
    (lab / "second.pol").write_text(POLICY.replace("lab.safety", "lab.second"))
    done = policyc("compile", lab, "-o", "build")
    assert done.code == 1
    assert "Name one: " in done.err
    assert policyc("check", lab).out.count("\n") == 2, "check looks at both"


def test_a_folder_to_search_must_be_there(policyc: Policyc, lab: Path) -> None:
    assert policyc("check", lab, "--search", "no/such/folder").code == 2


def test_an_imported_policy_is_found_with_search(policyc: Policyc, lab: Path) -> None:
    Path("shared").mkdir()
    (lab / "policy.pol").rename("shared/base.pol")
    (lab / "mine.pol").write_text('policy lab.mine 1.0.0 "Mine"\nimport lab.safety ^1\n')
    assert "POL0204" in policyc("check", lab).err
    assert "POL0204" not in policyc("check", lab, "--search", "shared").err


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_file_without_rights_is_an_error(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").chmod(0)
    done = policyc("check", lab)
    assert done.code == 1
    assert "POL0108" in done.err
