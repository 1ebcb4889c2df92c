"""The embedded server: llama.cpp's own OpenAI-compatible server on loopback, in a process of its own.

A process, so that it can be killed, shares no interpreter lock with the run, and takes nobody down when it crashes.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import secrets
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast
from urllib.parse import urlsplit

from ..errors import ModelError
from .files import ModelFile

START_TIMEOUT = 300.0
"""Seconds that loading a model may take."""

CACHE_MIB = 512
"""Memory for prompts that lost their slot, so that a shared prefix is not computed again."""

_PROGRAM = Path(__file__).with_name("embedded_process.py")


class EmbeddedServer:
    """Serves one model as `http://127.0.0.1:PORT/v1`. Use it as a context manager, or `start()` and `stop()` it.

    `slots` requests run side by side, each with `context` tokens. `port` 0 takes a free one. Unless `open_to_all`, only
    requests that carry `api_key` (new for every server) are answered: other users of the machine have no business here.
    What the engine says goes to `log`.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        slots: int = 4,
        context: int = 4096,
        log: Path,
        port: int = 0,
        open_to_all: bool = False,
    ) -> None:
        self.model = model
        self.slots = slots
        self.context = context
        self.log = log
        self.port = port
        self.api_key = None if open_to_all else secrets.token_urlsafe(24)
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __repr__(self) -> str:
        return f"EmbeddedServer(model={self.model.name!r}, url={self.url!r})"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, timeout: float = START_TIMEOUT) -> None:
        """Start the process and wait until it answers. Raises ModelError."""
        if importlib.util.find_spec("xllamacpp") is None:
            raise ModelError(
                "not_found",
                "the embedded model server is not installed",
                "Install it (pip install 'policylang[local]'), or point the endpoint in policyc.toml to a URL.",
            )
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # A process group of its own: Ctrl-C reaches the run alone, which then ends the server in its own time.
                start_new_session=True,
                # Spinning threads make llama.cpp several times slower on shared cores.
                env={**os.environ, "OMP_WAIT_POLICY": "passive"},
            )
        try:
            self.url = self._hand_over(self._process, timeout)
            _check_health(self.url)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _hand_over(self, process: subprocess.Popen[str], timeout: float) -> str:
        """Give the process its settings, and get the address where it listens."""
        to_server, from_server = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        settings = {
            "path": str(self.model.path),
            "alias": self.model.identity,
            "host": "127.0.0.1",
            "port": self.port,
            "slots": self.slots,
            "context": self.context,
            "threads": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            "cache_mib": CACHE_MIB,
            "api_keys": [] if self.api_key is None else [self.api_key],
        }
        try:
            to_server.write(json.dumps(settings) + "\n")
            to_server.flush()
        except BrokenPipeError:
            raise self._failed("it ended at once") from None
        readable, _, _ = select.select([from_server], [], [], timeout)
        if not readable:
            raise self._failed(f"no sign of life within {timeout:g} seconds")
        line = from_server.readline()
        if not line:
            process.wait()
            raise self._failed(f"its process ended with code {process.returncode}")
        answer = json.loads(line)
        if "error" in answer:
            raise self._failed("llama.cpp gave up")
        return f"{answer['url']}/v1"

    def _failed(self, why: str) -> ModelError:
        said = [line for line in _tail(self.log) if " E " in line or "rror" in line]
        words = said[0].split(" E ", 1)[-1].strip() if said else ""
        return ModelError(
            "server",
            f"{self.model.name} ({self.model.path}) could not be served: {why}" + (f": {words}" if words else ""),
            f"Is the file whole, is there memory for it, is the port free? The server's own words: {self.log}",
        )


def _tail(log: Path, size: int = 8192) -> list[str]:
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - size))
        return file.read().decode("utf-8", "replace").splitlines()


def _check_health(url: str) -> None:
    """One request past every proxy: the server that answers is ours, and ready."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except OSError as error:
        raise ModelError("server", f"{url}: the embedded server does not answer: {error}") from None
    finally:
        connection.close()
    if status != http.client.OK:
        raise ModelError("server", f"{url}: the embedded server is not healthy (HTTP {status})")
