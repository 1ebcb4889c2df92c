"""Calls that are paid for once: every request goes through the ledger, and equal requests share one answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .completion import Completion, Message, Parameters, Schema
from .errors import ConfigError
from .ledger import Ledger

if TYPE_CHECKING:
    from .models.client import ChatModel

GRACE = 10.0
"""Seconds that requests in flight get to finish when a run stops: they are paid for already."""


def request_key(model: str, messages: Sequence[Message], parameters: Parameters, schema: Schema | None = None) -> str:
    """The identity of a request: sha256 over its canonical JSON, with every image in it by its own sha256.

    Two requests with one key would have to be answered alike, so the second is never sent.
    """
    request = {
        "model": model,
        "messages": _by_hash(list(messages)),
        "parameters": parameters.model_dump(exclude_none=True),
        "schema": schema,
    }
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _by_hash(value: Any) -> Any:
    """The value with the payload of each base64 data URL replaced by its hash."""
    if isinstance(value, str) and value.startswith("data:"):
        head, mark, payload = value.partition(";base64,")
        try:
            content = base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError):
            return value
        return f"{head};sha256,{hashlib.sha256(content).hexdigest()}" if mark else value
    if isinstance(value, Mapping):
        return {name: _by_hash(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_by_hash(item) for item in value]
    return value


@dataclass
class Usage:
    """What this session has used so far, for a progress line. Answers from the ledger cost nothing again."""

    requests: int = 0
    from_ledger: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0

    def add(self, completion: Completion) -> None:
        self.requests += 1
        self.prompt_tokens += completion.prompt_tokens
        self.completion_tokens += completion.completion_tokens
        self.cost_usd += completion.cost_usd or 0.0
        self.unpriced += completion.cost_usd is None


class Caller:
    """Asks the models that play the roles, at most `concurrency` requests at a time over all of them.

    An answer is in the ledger before anyone sees it. Requests run in tasks of their own: when a row that waits for one
    is cancelled, the request goes on, and its answer is kept for the next time. Use it as an async context manager;
    leaving waits up to `GRACE` seconds for requests in flight.
    """

    def __init__(self, ledger: Ledger, models: Mapping[str, ChatModel], *, concurrency: int = 4) -> None:
        self.ledger = ledger
        self.models = models
        self.usage = Usage()
        self._places = asyncio.Semaphore(concurrency)
        self._flights: dict[str, asyncio.Task[Completion]] = {}
        self._sent: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def in_flight(self) -> int:
        """Requests that are under way now."""
        return len(self._sent)

    async def complete(
        self,
        role: str,
        messages: Sequence[Message],
        *,
        seed: int,
        schema: Schema | None = None,
        max_tokens: int | None = None,
        temperature: float | None = None,
    ) -> tuple[Completion, bool]:
        """The completion, and whether it was had for nothing: from the ledger, or from an equal request in flight.

        Raises ModelError, LedgerError, and ConfigError when nothing plays the role.
        """
        model = self.models.get(role)
        if model is None:
            raise ConfigError(
                f"no model plays the role {role}", f"Add [roles.{role}] to policyc.toml.", key=f"roles.{role}"
            )
        parameters = model.parameters(seed, max_tokens, temperature)
        key = request_key(model.model, messages, parameters, schema)
        known = self.ledger.find_call(key)
        if known is not None:
            self.usage.from_ledger += 1
            return known, True
        flight = self._flights.get(key)
        shared = flight is not None
        if flight is None:
            flight = asyncio.create_task(self._fly(key, model, messages, parameters, schema))
            flight.add_done_callback(_look)
            self._flights[key] = flight
        return await asyncio.shield(flight), shared

    async def close(self, grace: float = GRACE) -> None:
        """Drop the requests that wait for a place; let those in flight finish for up to `grace` seconds."""
        flights = list(self._flights.items())
        if not flights:
            return
        for key, flight in flights:
            if key not in self._sent:
                flight.cancel()
        _, late = await asyncio.wait([flight for _, flight in flights], timeout=grace)
        for flight in late:
            flight.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _fly(
        self, key: str, model: ChatModel, messages: Sequence[Message], parameters: Parameters, schema: Schema | None
    ) -> Completion:
        try:
            async with self._places:
                self._sent.add(key)
                try:
                    completion = await model.complete(
                        messages,
                        seed=parameters.seed,
                        schema=schema,
                        max_tokens=parameters.max_tokens,
                        temperature=parameters.temperature,
                    )
                finally:
                    self._sent.discard(key)
                self.usage.add(completion)
                self.ledger.record_call(key, model.role, completion)
            return completion
        finally:
            del self._flights[key]


def _look(flight: asyncio.Task[Completion]) -> None:
    """Take note of an error that nobody waits for any more, so that asyncio does not complain about it."""
    if not flight.cancelled():
        flight.exception()
