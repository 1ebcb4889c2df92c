"""The part of a chat completion that is read here. openai's own types take whatever comes; these do not."""

from __future__ import annotations

from pydantic import BaseModel, Field


class PromptDetails(BaseModel):
    cached_tokens: int | None = None


class Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: PromptDetails | None = None

    @property
    def cached_tokens(self) -> int:
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0


class Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None


class ChatCompletion(BaseModel):
    """Unknown fields are let pass: every server has some of its own."""

    model: str | None = None
    choices: list[Choice] = Field(min_length=1)
    usage: Usage | None = None
