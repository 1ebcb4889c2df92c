"""A shell that reads the script completes policyc's commands and options."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policylang.cli.main import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_for_that_shell_and_this_program(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_POLICYC_COMPLETE={shell}_complete" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("line", "word", "found"),
    [("policyc mod", 1, {"models"}), ("policyc models se", 2, {"serve"}), ("policyc models pull --js", 3, {"--json"})],
)
def test_bash_completes(line, word, found):
    bin_folder = Path(sys.executable).parent
    code = (
        f'eval "$(policyc completion bash)"; COMP_WORDS=({line}); COMP_CWORD={word}; '
        '_policyc_completion policyc; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert set(done.stdout.split()) == found


def test_json_holds_the_script(capsys):
    assert main(["completion", "zsh", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["shell"] == "zsh"
    assert "_POLICYC_COMPLETE=zsh_complete" in found["script"]


def test_an_unknown_shell_is_met_with_the_list(capsys):
    assert main(["completion", "tcsh"]) == 2
    told = capsys.readouterr()
    assert all(shell in told.err for shell in ("bash", "zsh", "fish"))
    assert not told.out
