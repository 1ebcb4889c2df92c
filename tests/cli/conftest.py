"""The command line in the test's own process, and a small policy to use it on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1]))

from faults.server import FaultyServer
from lab import POLICY, Done, Policyc, Teacher, config, endpoint

from policylang.cli.main import main


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same width for every test, whatever runs it: output is wrapped to fit."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def policyc(capfd: pytest.CaptureFixture[str]) -> Policyc:
    def run(*words: str | Path) -> Done:
        capfd.readouterr()
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    return run


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a sound policy; the working folder is the one above it."""
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "policy.pol").write_text(POLICY, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return folder


@pytest.fixture
def teach(lab: Path) -> Iterator[Callable[..., FaultyServer]]:
    """Starts an endpoint for the policy and writes a policyc.toml that points there."""
    servers: list[FaultyServer] = []

    def start(teacher: Teacher | None = None, **settings: Any) -> FaultyServer:
        servers.append(endpoint(teacher or Teacher()).__enter__())
        (lab / "policyc.toml").write_text(config(servers[-1].url, **settings), "utf-8")
        return servers[-1]

    yield start
    for server in servers:
        server.__exit__()
