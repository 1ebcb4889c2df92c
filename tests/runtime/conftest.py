from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1]))

from faults.server import Answer, FaultyServer

from policylang.runtime.completion import Completion
from policylang.runtime.models.client import ChatModel

Asks = Callable[..., Completion]


@pytest.fixture
def faulty() -> Iterator[Callable[..., FaultyServer]]:
    """Makes servers that give the listed answers."""
    servers: list[FaultyServer] = []

    def make(*answers: Answer) -> FaultyServer:
        servers.append(FaultyServer(list(answers)).__enter__())
        return servers[-1]

    yield make
    for server in servers:
        server.__exit__()


@pytest.fixture
def ask() -> Asks:
    """Asks one question of the model at a URL, with a client of its own."""

    def one(url: str, *, messages: Any = None, seed: int = 1, schema: Any = None, **settings: Any) -> Completion:
        async def go() -> Completion:
            async with ChatModel("teacher", "m", url, **{"retries": 0, "timeout": 20.0, **settings}) as model:
                return await model.complete(messages or [{"role": "user", "content": "Hi"}], seed=seed, schema=schema)

        return asyncio.run(go())

    return one
