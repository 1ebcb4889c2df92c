"""What is asked of a model beside the words, and what comes back: the two values that a run keeps of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

Message = Mapping[str, Any]
"""A chat message as OpenAI defines it. Images are `image_url` content parts that hold a data URL."""

Schema = Mapping[str, Any]
"""A JSON Schema that the answer has to fit."""


class Parameters(BaseModel):
    """None leaves a choice to the endpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    temperature: float | None = None
    max_tokens: int | None = None


class Completion(BaseModel):
    """What a model answered, and what that took. `cost_usd` is None where a price is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    model: str
    finish_reason: str
    refusal: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float | None = None
    latency_s: float = 0.0
