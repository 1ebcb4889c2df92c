"""`policyc` starts fast, helps, and ends every mistake with a message and the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import policylang
from policylang.cli.commands import COMMANDS, Entry
from policylang.cli.main import main

POLICYC = Path(sys.executable).with_name("policyc")


def policyc(*words: str, **settings) -> subprocess.CompletedProcess:
    return subprocess.run([POLICYC, *words], capture_output=True, text=True, check=False, **settings)


def imported_by(*words: str) -> set[str]:
    code = "import sys; from policylang.cli.main import main; main(sys.argv[1:]); print('|'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split("|"))


def test_the_version():
    assert policyc("--version").stdout == f"policyc {policylang.__version__}\n"


def test_the_version_imports_almost_nothing():
    """So that it costs less than three bare Pythons: what is imported is the same on every machine, time is not."""
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; print('|'.join(sys.modules))"], capture_output=True, text=True, check=True
    )
    more = imported_by("--version") - set(bare.stdout.strip().split("|"))
    assert more == {"__future__", "policylang", "policylang.cli", "policylang.cli.main"}


def test_help_imports_nothing_heavy():
    heavy = {"openai", "pydantic", "lark", "jinja2", "rich", "numpy", "pyarrow", "highspy", "aiohttp"}
    assert not heavy & imported_by("--help")


def test_help_lists_every_command_and_every_command_is_there():
    help_text = policyc("--help").stdout
    for name, entry in COMMANDS.items():
        assert name in help_text
        assert entry.help.split()[0] in help_text
        own = policyc(name, "--help")
        assert own.returncode == 0, own.stderr
        assert own.stdout.startswith(f"Usage: policyc {name}")


def test_help_shows_examples():
    assert "Examples:" in policyc("--help").stdout


def test_no_words_at_all_is_wrong_use_and_helps():
    done = policyc()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["modles"], 'There is no command "modles". Did you mean "models"?'),
        (["qqqqqq"], "policyc --help"),
        (["models", "pull", "--nope"], "--nope"),
        (["models", "serve", "--port", "high"], "high"),
        (["completion", "tcsh"], "tcsh"),
    ],
)
def test_wrong_use(words, said, capsys):
    assert main(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.startswith("error: ")
    assert not told.out


def test_with_json_an_error_is_json(capsys):
    assert main(["models", "pull", "no-such-model", "--json"]) == 2
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert (error["kind"], error["message"]) == ("ModelError", "unknown model no-such-model")
    assert "smollm2-135m" in error["advice"]
    assert not told.err


def test_a_key_in_the_way_is_not_a_colour(tmp_path):
    done = policyc("modles", env={**os.environ, "NO_COLOR": "1"})
    assert "\x1b" not in done.stderr + done.stdout, "there is no colour where there is no terminal"


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Makes a command `odd` with the given body."""

    def make(body: str) -> None:
        lines = textwrap.indent(textwrap.dedent(body), "    ")
        source = (
            f"import click, sys\n@click.command()\n@click.option('--json', is_flag=True)\ndef odd(json):\n{lines}\n"
        )
        (tmp_path / "odd_command.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "odd_command", raising=False)
        monkeypatch.setitem(COMMANDS, "odd", Entry("odd_command:odd", "Odd."))

    return make


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("return None", 0, ""),
        ("return 3", 3, ""),
        ("sys.exit(1)", 1, ""),
        ("raise KeyboardInterrupt", 130, "Run the same command again to go on."),
        ("open('/no/such/file')", 2, "/no/such/file: No such file or directory"),
        (
            "from policylang.runtime.errors import LedgerError; raise LedgerError('It broke.', 'Mend it.')",
            2,
            "Mend it.",
        ),
        ("from policylang.runtime.errors import ConfigError; raise ConfigError('x: y')", 2, "x: y"),
        ("from policylang.compiler.bundle import BundleError; raise BundleError('No bundle.', 'Make one.')", 2, "Make"),
        ("raise MemoryError", 2, "not enough memory"),
        ("raise RuntimeError('boom')", 70, "RuntimeError: boom"),
        ("1 / 0", 70, "POLICYC_TRACEBACK=1"),
    ],
)
def test_however_a_command_ends(command, capsys, body, code, said):
    command(body)
    assert main(["odd"]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert bool(told.err) == bool(said)


def test_a_fault_of_the_program_can_be_looked_into(command, monkeypatch):
    command("1 / 0")
    monkeypatch.setenv("POLICYC_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["odd"])


def test_a_reader_that_goes_away_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([POLICYC, "--help"], stdout=writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        assert process.stderr.read() == ""
    assert process.returncode == 0
