"""policyc.toml: which model plays which role, where it runs and what it costs. A policy never names a model.

[endpoints.local]
kind = "embedded"               # a llama.cpp server of our own: the run starts and stops it
model = "smollm2-135m"          # a pulled model, a GGUF file, or "hub:owner/repo:file.gguf"

[endpoints.hosted]
kind = "openai"                 # any OpenAI-compatible URL: Ollama, vLLM, a provider
base_url = "https://models.example.com/v1"
api_key_env = "MODELS_API_KEY"  # the name of an environment variable; the key itself is never written down

[roles.teacher]
endpoint = "hosted"
model = "some-model"
input_price = 0.15              # USD per million tokens; left out means unknown, not free
output_price = 0.60

[roles.judge]
endpoint = "local"
advisory = true                 # its verdicts are recorded and decide nothing
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from .config_faults import describe, did_you_mean
from .errors import ConfigError

FILE_NAME = "policyc.toml"

Role = Literal["teacher", "captioner", "judge", "target"]
ROLES: tuple[Role, ...] = get_args(Role)


class Table(BaseModel):
    """A table of the file: frozen, strict about types, closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EmbeddedEndpoint(Table):
    """A llama.cpp server on loopback that lives as long as the run. `context` is in tokens per slot."""

    kind: Literal["embedded"] = "embedded"
    model: str = "smollm2-135m"
    slots: int = Field(default=4, ge=1, le=256)
    context: int = Field(default=4096, ge=256)
    timeout: float = Field(default=600.0, gt=0, description="seconds")
    retries: int = Field(default=2, ge=0, le=20)


class OpenAIEndpoint(Table):
    """Anything that speaks OpenAI's chat completions protocol."""

    kind: Literal["openai"] = "openai"
    base_url: str
    api_key_env: str | None = None
    timeout: float = Field(default=60.0, gt=0, description="seconds")
    retries: int = Field(default=3, ge=0, le=20)

    @field_validator("base_url")
    @classmethod
    def _is_a_plain_url(cls, url: str) -> str:
        parts = urlsplit(url)
        whole = parts.hostname and parts.port != 0 and not any(map(str.isspace, url))
        if parts.scheme not in ("http", "https") or not whole:
            raise ValueError("is not an http(s) URL, such as https://models.example.com/v1")
        if parts.username or parts.password or parts.query:
            raise ValueError("carries a user name, a password or a query; name the key's variable in api_key_env")
        return url.rstrip("/")

    @field_validator("api_key_env")
    @classmethod
    def _is_a_name(cls, name: str | None) -> str | None:
        # The text is not repeated: it may well be the key itself.
        if name is not None and not (name.isidentifier() and name.isascii()):
            raise ValueError("must be the name of an environment variable, and never the key itself")
        return name


Endpoint = Annotated[EmbeddedEndpoint | OpenAIEndpoint, Field(discriminator="kind")]


class RoleTable(Table):
    """What plays a role. Left out, `temperature` and `max_tokens` are the endpoint's own defaults."""

    endpoint: str
    model: str | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    input_price: float | None = Field(default=None, ge=0, description="USD per million tokens")
    output_price: float | None = Field(default=None, ge=0, description="USD per million tokens")
    advisory: bool = False


class ReasonTable(Table):
    """Who words the reasoning over the policy, and what happens to words that the verifier rejects.

    With less than all of `share` the model words that share of the rows, and the symbolic teacher the others.
    """

    teacher: Literal["model", "symbolic"] = "model"
    share: float = Field(default=1.0, ge=0, le=1)
    fallback: Literal["symbolic", "reject"] = "symbolic"


class AnswerTable(Table):
    """How often the target is asked for an answer before the attempt is given up: a new draw costs the answer alone."""

    tries: int = Field(default=1, ge=1, le=10)


class RunTable(Table):
    concurrency: int = Field(default=4, ge=1, le=4096, description="requests in flight")


class RunConfig(Table):
    """The whole file, checked: every role's endpoint exists, and every hosted role names its model."""

    endpoints: dict[str, Endpoint]
    roles: dict[Role, RoleTable]
    reason: ReasonTable = ReasonTable()
    answer: AnswerTable = AnswerTable()
    run: RunTable = RunTable()

    _source: Path | None = PrivateAttr(default=None)

    @property
    def source(self) -> Path | None:
        """The file it was read from; None for the built-in default."""
        return self._source

    def role(self, name: Role) -> RoleTable | None:
        """Who plays a role. A missing target is the teacher; a missing captioner or judge is nobody."""
        found = self.roles.get(name)
        return self.roles.get("teacher") if found is None and name == "target" else found

    def endpoint_of(self, name: Role) -> Endpoint | None:
        table = self.role(name)
        return None if table is None else self.endpoints[table.endpoint]

    def snapshot(self) -> dict[str, object]:
        """The configuration as plain data, for provenance. It holds no secret, because the file cannot hold one."""
        return self.model_dump(mode="json")


BUILT_IN = RunConfig(
    endpoints={"local": EmbeddedEndpoint()},
    roles={
        "teacher": RoleTable(endpoint="local", temperature=0.7, max_tokens=160),
        # The embedded model shows the machinery; on easy cases it judges no better than chance, so it gates nothing.
        "judge": RoleTable(endpoint="local", temperature=0.0, max_tokens=200, advisory=True),
    },
)


def find_config(explicit: Path | None = None, beside: Path | None = None) -> Path | None:
    """The file that holds: the one asked for, else the one beside the policy or bundle, else the working folder's."""
    if explicit is not None:
        return explicit
    folders = [Path.cwd()]
    if beside is not None:
        folders.insert(0, beside if beside.is_dir() else beside.parent)
    return next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).is_file()), None)


def load_config(explicit: Path | None = None, beside: Path | None = None) -> RunConfig:
    """Find and read policyc.toml; without one, everything runs on the embedded model.

    `beside` is the policy file or the bundle's folder. Raises ConfigError.
    """
    path = find_config(explicit, beside)
    if path is None:
        return BUILT_IN
    try:
        text = path.read_bytes().decode("utf-8-sig")
        config = parse_config(tomllib.loads(text), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}", "Check the path given to --config.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8", "Save the file as UTF-8 text.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}", "The format is described at https://toml.io.") from None
    config._source = path
    return config


def parse_config(document: Mapping[str, object], name: str = FILE_NAME) -> RunConfig:
    """Check a document that was read elsewhere. `name` stands in the error messages. Raises ConfigError."""
    try:
        config = RunConfig.model_validate(dict(document))
    except ValidationError as error:
        key, message, advice = describe(error, RunConfig)
        raise ConfigError(f"{name}: {key}: {message}", advice, key=key) from None
    for role, table in config.roles.items():
        endpoint = config.endpoints.get(table.endpoint)
        key = f"roles.{role}.endpoint"
        if endpoint is None:
            known = ", ".join(config.endpoints) or "none"
            hint = did_you_mean(table.endpoint, config.endpoints)
            raise ConfigError(
                f'{name}: {key}: there is no endpoint "{table.endpoint}"{hint}',
                f"Endpoints in this file: {known}. Add [endpoints.{table.endpoint}] or name one of these.",
                key=key,
            )
        if endpoint.kind == "openai" and not table.model:
            key = f"roles.{role}.model"
            raise ConfigError(f"{name}: {key} is missing", "A hosted endpoint needs the model's name.", key=key)
        if endpoint.kind == "embedded" and table.model not in (None, endpoint.model):
            key = f"roles.{role}.model"
            raise ConfigError(
                f'{name}: {key}: the embedded endpoint "{table.endpoint}" serves one model, {endpoint.model}',
                "Leave the key out, or add a second embedded endpoint for the other model.",
                key=key,
            )
    if "teacher" not in config.roles:
        raise ConfigError(
            f"{name}: roles.teacher is missing",
            "Add [roles.teacher] with an endpoint; the other roles are optional.",
            key="roles.teacher",
        )
    return config


def api_key(endpoint: OpenAIEndpoint, key: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The endpoint's key from the environment, or None where it needs none.

    `key` is the path for the message (`endpoints.hosted.api_key_env`). Raises ConfigError when the variable is unset.
    """
    name = endpoint.api_key_env
    if name is None:
        return None
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigError(
            f"{key}: the environment variable {name} is not set",
            f"Set it to the key of {endpoint.base_url}: export {name}=...",
            key=key,
        )
    return value
