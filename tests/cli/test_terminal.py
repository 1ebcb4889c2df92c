"""What a shell sees: pipes that close, signals, colours, and progress that only a terminal gets."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from faults.server import FaultyServer, slow
from lab import POLICY, Teacher, config, endpoint

from policylang.cli.progress import NARROW, WIDE

POLICYC = Path(sys.executable).with_name("policyc")
SEEN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_terminal(*words: str | Path, width: int = 100, **environment: str) -> tuple[int, str]:
    """Run a command with all of its output on a terminal of that width; its exit code and what was drawn."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    settings = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    settings |= {"TERM": "xterm-256color", **environment}
    process = subprocess.Popen([POLICYC, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=settings)
    os.close(theirs)
    drawn = b""
    while True:
        try:
            more = os.read(ours, 65_536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not more:
            break
        drawn += more
    os.close(ours)
    return process.wait(), drawn.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "words", [["schema", "policy"], ["explain"], ["explain", "--json"], ["plan", "lab", "--json"]], ids=" ".join
)
def test_a_reader_that_has_seen_enough_is_no_error(lab: Path, words: list[str]) -> None:
    with subprocess.Popen([POLICYC, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_full_disk_is_an_error_and_no_traceback(lab: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [POLICYC, "schema", "policy"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_a_run_that_can_go_on(lab: Path) -> None:
    with FaultyServer([slow(1.0)]) as server:
        (lab / "policyc.toml").write_text(config(server.url))
        with subprocess.Popen(
            [POLICYC, "run", lab], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            deadline = time.monotonic() + 30
            while not server.requests and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    waiting, *rest = err.splitlines()
    assert waiting == "stopping; answers on their way are waited for (Ctrl-C again drops them)"
    assert rest == ["error: interrupted", "   = Run the same command again to go on."]
    with endpoint(Teacher()) as server:
        (lab / "policyc.toml").write_text(config(server.url))
        again = subprocess.run([POLICYC, "run", lab], capture_output=True, text=True, check=False)
    assert (again.returncode, "4 of 4 rows accepted" in again.stdout) == (0, True), again.stderr


def test_colour_is_for_terminals_that_want_it(lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("forbid high", "forbid hihg"))
    code, drawn = on_a_terminal("check", lab)
    assert (code, bool(SEEN.search(drawn))) == (1, True)
    _, plain = on_a_terminal("check", lab, NO_COLOR="1")
    assert "hihg" in plain
    assert not SEEN.search(plain)
    piped = subprocess.run([POLICYC, "check", lab], capture_output=True, text=True, check=False)
    assert not SEEN.search(piped.stdout + piped.stderr)
    assert SEEN.sub("", drawn).replace("\r", "") == piped.stderr


def test_an_error_of_use_has_no_colour_either_with_no_color(lab: Path) -> None:
    assert SEEN.search(on_a_terminal("modles")[1])
    assert not SEEN.search(on_a_terminal("modles", NO_COLOR="1")[1])


@pytest.mark.parametrize("width", [WIDE + 20, NARROW + 4, 50])
def test_progress_fits_its_terminal(lab: Path, width: int) -> None:
    with endpoint(Teacher()) as server:
        (lab / "policyc.toml").write_text(config(server.url))
        code, drawn = on_a_terminal("run", lab, width=width)
    assert code == 0
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", SEEN.sub("", drawn))]
    moving = [line for line in lines if re.search(r"\d/4", line)]
    last = moving[-1]
    assert "4 accepted" in last
    assert "$0.0002" in last
    assert all(len(line) <= width for line in moving)
    assert "…" not in last
    if width >= NARROW:
        assert re.search(r"[\d.]+ rows/min +0\.2k tokens", last)
    assert ("lab.safety small" in last) == (width >= WIDE)


def test_progress_can_be_turned_off(lab: Path) -> None:
    with endpoint(Teacher()) as server:
        (lab / "policyc.toml").write_text(config(server.url))
        _, drawn = on_a_terminal("run", lab, "--quiet")
    assert "4 of 4 rows accepted" in drawn
    assert "rows/min" not in drawn
    assert "?25l" not in drawn, "the cursor is not hidden"


def test_a_second_ctrl_c_drops_what_is_on_its_way(lab: Path) -> None:
    with FaultyServer([slow(30.0)]) as server:
        (lab / "policyc.toml").write_text(config(server.url))
        command = [POLICYC, "run", lab]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            while not server.requests:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            assert process.stderr.readline().startswith("stopping;")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.startswith("error: interrupted")
