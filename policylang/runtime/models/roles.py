"""From policyc.toml to models that can be called: one for each role, with the servers that they need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ROLES, EmbeddedEndpoint, OpenAIEndpoint, Role, RoleTable, RunConfig, api_key
from .embedded import EmbeddedServer
from .files import find_model

if TYPE_CHECKING:
    from .client import ChatModel


@asynccontextmanager
async def open_models(
    config: RunConfig, log_folder: Path, roles: Iterable[Role] = ROLES
) -> AsyncIterator[dict[str, ChatModel]]:
    """The models of the roles that are asked for and played by someone. A key or file that is missing is found first,
    before any server starts; the embedded servers write to `log_folder` and end with the block.

    Raises ConfigError and ModelError.
    """
    cast = {role: table for role in roles if (table := config.role(role)) is not None}
    beside = None if config.source is None else config.source.parent
    used = {table.endpoint: config.endpoints[table.endpoint] for table in cast.values()}
    keys: dict[str, str | None] = {}
    addresses: dict[str, tuple[str, str]] = {}
    async with AsyncExitStack() as stack:
        servers = {}
        for name, endpoint in used.items():
            match endpoint:
                case OpenAIEndpoint():
                    keys[name] = api_key(endpoint, f"endpoints.{name}.api_key_env")
                case EmbeddedEndpoint():
                    file = find_model(endpoint.model, beside)
                    log = log_folder / f"{name}.log"
                    servers[name] = EmbeddedServer(file, slots=endpoint.slots, context=endpoint.context, log=log)
        for name, server in servers.items():
            stack.callback(server.stop)
            await asyncio.to_thread(server.start)
            keys[name] = server.api_key
            addresses[name] = (server.url, server.model.identity)
        models: dict[str, ChatModel] = {}
        for role, table in cast.items():
            model = _bind(role, table, config, keys[table.endpoint], addresses.get(table.endpoint))
            models[role] = await stack.enter_async_context(model)
        yield models


def _bind(
    role: Role, table: RoleTable, config: RunConfig, key: str | None, address: tuple[str, str] | None
) -> ChatModel:
    from .client import ChatModel  # openai takes a second to import, and much that imports this module calls nobody

    endpoint = config.endpoints[table.endpoint]
    free = 0.0 if isinstance(endpoint, EmbeddedEndpoint) else None  # nobody sends a bill for one's own machine
    url, model = address or (endpoint.base_url if isinstance(endpoint, OpenAIEndpoint) else "", table.model or "")
    return ChatModel(
        role,
        model,
        url,
        api_key=key,
        temperature=table.temperature,
        max_tokens=table.max_tokens,
        input_price=free if table.input_price is None else table.input_price,
        output_price=free if table.output_price is None else table.output_price,
        timeout=endpoint.timeout,
        retries=endpoint.retries,
    )
