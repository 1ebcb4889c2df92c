"""`policyc models`: what is here, getting more, and serving it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from policylang.cli.main import main
from policylang.runtime.models.files import DEFAULT_MODEL, REGISTRY, find_model

POLICYC = Path(sys.executable).with_name("policyc")
SIZE = REGISTRY[DEFAULT_MODEL].size


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYC_HOME", str(tmp_path))
    return tmp_path


def listed(capsys) -> dict:
    assert main(["models", "list", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["models"][0]


def test_a_model_that_is_not_pulled_is_listed_as_such(empty_home, capsys):
    model = listed(capsys)
    assert (model["name"], model["state"], model["path"]) == (DEFAULT_MODEL, "not pulled", None)
    assert main(["models", "list"]) == 0
    assert "not pulled" in capsys.readouterr().out


def test_a_damaged_model_is_listed_as_such(empty_home, capsys):
    path = empty_home / "models" / f"{DEFAULT_MODEL}.gguf"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(SIZE)
    assert listed(capsys)["state"] == "damaged: pull it again"


def test_serving_what_is_not_pulled_says_how_to_pull(empty_home, capsys):
    assert main(["models", "serve"]) == 2
    assert f"policyc models pull {DEFAULT_MODEL}" in capsys.readouterr().err


@pytest.mark.model
def test_pull_and_list(capsys):
    assert main(["models", "pull", "--quiet"]) == 0
    told = capsys.readouterr()
    assert not told.err
    assert str(find_model(DEFAULT_MODEL).path) in told.out
    assert listed(capsys)["state"] == "pulled, hash ok"


@pytest.mark.model
def test_serve_prints_an_address_that_answers_and_ends_on_ctrl_c(tmp_path):
    assert main(["models", "pull", "--quiet"]) == 0
    command = [POLICYC, "models", "serve", "--port", "0", "--slots", "1", "--context", "512", "--log", tmp_path / "log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        told = ""
        while "model = " not in told:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            told += line
        url = next(line for line in told.splitlines() if line.startswith("base_url")).split('"')[1]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/models") as response:
            served = json.load(response)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert "Stopped." in process.stderr.read()
    assert [model["id"] for model in served["data"]] == [DEFAULT_MODEL]
    assert f'model = "{DEFAULT_MODEL}"' in told


@pytest.mark.model
def test_a_port_that_is_taken(tmp_path, capsys):
    import socket

    assert main(["models", "pull", "--quiet"]) == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["models", "serve", "--port", port, "--context", "512", "--log", str(tmp_path / "log")]) == 2
    assert "is the port free?" in capsys.readouterr().err
