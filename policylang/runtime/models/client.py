"""A model in its role, called over HTTP. Every model is called this way, the embedded one too."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from openai import AsyncOpenAI, BadRequestError, DefaultAioHttpClient, DefaultAsyncHttpxClient, OpenAIError
from pydantic import ValidationError

from ..completion import Completion, Message, Parameters, Schema
from .faults import nonsense, translate
from .wire import ChatCompletion, Usage

if TYPE_CHECKING:
    from httpx2 import AsyncClient

SCHEMA_NAME = "answer"

MAX_BODY = 2_000_000
"""Characters of a response. No chat completion is that long; what is would only fill the ledger."""


class ChatModel:
    """One model in one role. Use it as an async context manager, or `close()` it.

    Prices are in USD per million tokens, `timeout` in seconds. 408, 409, 429, 5xx and broken connections are tried
    again `retries` times, with exponential backoff and jitter, and as a Retry-After header says (openai's own rules).
    """

    def __init__(
        self,
        role: str,
        model: str,
        base_url: str,
        *,
        api_key: str | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        input_price: float | None = None,
        output_price: float | None = None,
        timeout: float = 60.0,
        retries: int = 3,
    ) -> None:
        self.role = role
        self.model = model
        self.base_url = base_url
        self.temperature = temperature
        self.max_tokens = max_tokens
        self.input_price = input_price
        self.output_price = output_price
        self.timeout = timeout
        self._key = api_key
        self._limit_name = "max_tokens"
        self._client = AsyncOpenAI(
            base_url=base_url,
            # An empty key would make openai look for OPENAI_API_KEY, and hand it to whoever listens here.
            api_key=api_key or "none",
            timeout=timeout,
            max_retries=retries,
            http_client=_transport(base_url, timeout),
        )

    def __repr__(self) -> str:
        return f"ChatModel(role={self.role!r}, model={self.model!r}, base_url={self.base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.close()

    def parameters(self, seed: int, max_tokens: int | None = None, temperature: float | None = None) -> Parameters:
        """The parameters of a request, the role's own where none are given."""
        return Parameters(
            seed=seed,
            temperature=self.temperature if temperature is None else temperature,
            max_tokens=self.max_tokens if max_tokens is None else max_tokens,
        )

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        seed: int,
        schema: Schema | None = None,
        max_tokens: int | None = None,
        temperature: float | None = None,
    ) -> Completion:
        """Ask for one completion; with `schema` (a JSON Schema), for text that is JSON of that shape.

        The text is not checked against the schema: endpoints differ in how strict they are. Raises ModelError.
        """
        parameters = self.parameters(seed, max_tokens, temperature)
        start = time.perf_counter()
        try:
            text = await self._request(messages, parameters, schema)
        except OpenAIError as error:
            raise translate(error, self.model, self.base_url, self.timeout, self._key) from None
        return self._read(text, time.perf_counter() - start)

    async def _request(self, messages: Sequence[Message], parameters: Parameters, schema: Schema | None) -> str:
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), "seed": parameters.seed}
        if parameters.temperature is not None:
            body["temperature"] = parameters.temperature
        if schema is not None:
            wanted = {"name": SCHEMA_NAME, "schema": dict(schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        if parameters.max_tokens is not None:
            body[self._limit_name] = parameters.max_tokens
        # The raw text, because openai builds its types from anything, and takes its time for it.
        create = self._client.chat.completions.with_raw_response.create
        try:
            response = await create(**body)
        except BadRequestError as error:
            # OpenAI's reasoning models know the limit only by its new name, most other servers only by the old one.
            if "max_tokens" not in body or "max_completion_tokens" not in str(error.body):
                raise
            self._limit_name = "max_completion_tokens"
            body[self._limit_name] = body.pop("max_tokens")
            response = await create(**body)
        return str(response.http_response.text)

    def _read(self, text: str, seconds: float) -> Completion:
        if len(text) > MAX_BODY:
            what = f"the answer has {len(text):,} characters; {MAX_BODY:,} are allowed"
            raise nonsense(self.base_url, what, text[:MAX_BODY], self._key)
        try:
            answer = ChatCompletion.model_validate_json(text)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, fault["loc"]))
            what = f"{where}: {fault['msg']}" if where else "it is not JSON of the right shape"
            raise nonsense(self.base_url, f"the answer is not a chat completion ({what})", text, self._key) from None
        choice, usage = answer.choices[0], answer.usage
        message = choice.message
        return Completion(
            text=message.content or message.refusal or "",
            model=answer.model or self.model,
            finish_reason=choice.finish_reason or "unknown",
            refusal=bool(message.refusal) or choice.finish_reason == "content_filter",
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
            cached_tokens=usage.cached_tokens if usage else 0,
            cost_usd=self._cost(usage) if usage else None,
            latency_s=round(seconds, 4),
        )

    def _cost(self, usage: Usage) -> float | None:
        if self.input_price is None or self.output_price is None:
            return None
        return (usage.prompt_tokens * self.input_price + usage.completion_tokens * self.output_price) / 1e6


def _transport(base_url: str, timeout: float) -> AsyncClient:
    """aiohttp underneath where it is installed: half the CPU of openai's default for the same calls.

    A server on this machine is never reached through the proxy that the environment names.
    """
    trust = not _is_loopback(urlsplit(base_url).hostname or "")
    try:
        return DefaultAioHttpClient(timeout=timeout, trust_env=trust)
    except RuntimeError:  # openai's way to say that aiohttp is not there
        return DefaultAsyncHttpxClient(timeout=timeout, trust_env=trust)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
