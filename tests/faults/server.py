"""An HTTP server that misbehaves on purpose. It stands in for endpoints that fail, never for a model."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = Callable[[BaseHTTPRequestHandler], None]


def reply(status: int, body: bytes | dict[str, Any], kind: str = "application/json", **headers: str) -> Answer:
    """A whole answer; header names are written with `_` for `-`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def completion(text: str | None = "Fine.", **changes: Any) -> dict[str, Any]:
    """The body of a good answer, with some of its fields changed."""
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
        **changes,
    }


GOOD = reply(200, completion())
HTML = reply(200, b"<html><body>Welcome to the login page</body></html>", "text/html")
EMPTY_CHOICES = reply(200, completion(choices=[]))
BROKEN_JSON = reply(200, b'{"id": "c1", "choices": [{"mess')


def error(status: int, message: str, **headers: str) -> Answer:
    return reply(status, {"error": {"message": message, "type": "some_error"}}, **headers)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """Half of a body, then the line is dead."""
    content = json.dumps(completion()).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def slow(seconds: float, then: Answer = GOOD) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        then(handler)

    return answer


@dataclass(frozen=True)
class Request:
    """`at` is in seconds of the monotonic clock; the names of `headers` are in lower case."""

    at: float
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """Equal for requests that ask the same."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()


@dataclass
class FaultyServer:
    """Gives its answers one by one; the last one goes on. `requests` are those that arrived.

    An answer finds the request that it is for as `handler.asked`.
    """

    answers: list[Answer]
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        faulty = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.asked = Request(time.monotonic(), self.path, headers, body)
                with lock:
                    faulty.requests.append(self.asked)
                    number = len(faulty.requests) - 1
                try:
                    faulty.answers[min(number, len(faulty.answers) - 1)](self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def times_sent(self) -> Counter[str]:
        """How often each request arrived, by its key."""
        return Counter(request.key for request in self.requests)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"
