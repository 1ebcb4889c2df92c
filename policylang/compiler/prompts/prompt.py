"""A compiled prompt: messages with slots, and how slots are filled.

Slots take data, never template code: values are put in as they are and never rendered again (only white space at the
edges of a message goes). Templates run in jinja's sandbox with strict undefined, and in the harmless part of its
language (`subset.py`). A value of another type than its slot declares is an error.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Literal

from jinja2 import Template, TemplateError

from policylang.language.meaning.expr import Node
from policylang.language.meaning.hashing import canonical_json

from .subset import TemplateRefusedError, environment, parse_template

Value = str | list[str]
Role = Literal["system", "user", "assistant"]

MAX_RENDERED = 1_000_000
"""Characters of one message; a prompt beyond it is a mistake."""

_MARK = re.compile(r"^\{#--- (system|user|assistant) ---#\}\n", re.MULTILINE)


class PromptError(Exception):
    """A prompt cannot be rendered: a slot is missing, unknown or of the wrong type."""


class Slot(Node):
    """What a prompt wants at run time. `lines` is a list of strings; a slot that is not required may be empty."""

    name: str
    type: Literal["text", "lines"]
    required: bool = True
    text: str = ""


class SourceRange(Node):
    """Characters `start` up to `end` of a message's template come from `source`: a key of the bundle's `sources`."""

    start: int
    end: int
    source: str


class Message(Node):
    role: Role
    template: str
    sources: tuple[SourceRange, ...] = ()


class Prompt(Node):
    """`id` is `STAGE/SCOPE`. `template` says where the words between the policy's own come from."""

    id: str
    stage: str
    scope: str
    template: str
    messages: tuple[Message, ...]
    slots: tuple[Slot, ...]
    clauses: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()
    """Exemplars that stand in the prompt, and therefore never measure it."""

    @functools.cached_property
    def sha256(self) -> str:
        """Of what a model can see: the messages' templates."""
        seen = [(message.role, message.template) for message in self.messages]
        return hashlib.sha256(canonical_json(seen).encode()).hexdigest()

    def text(self) -> str:
        """The prompt as a file that people can read: each message under a comment with its role."""
        return "".join(f"{{#--- {m.role} ---#}}\n{m.template}\n" for m in self.messages)


def split_messages(text: str) -> list[tuple[Role, str]]:
    """The inverse of `Prompt.text`: roles and templates."""
    parts = _MARK.split(text)
    return [(role, body.removesuffix("\n")) for role, body in zip(parts[1::2], parts[2::2], strict=True)]  # type: ignore[misc]


def render(prompt: Prompt, values: Mapping[str, Value]) -> list[dict[str, str]]:
    """The messages with the slots filled, as chat messages (`role`, `content`). Raises PromptError."""
    slots = {slot.name: slot for slot in prompt.slots}
    unknown = set(values) - set(slots)
    if unknown:
        raise PromptError(f"{prompt.id} has no slot {', '.join(sorted(unknown))}")
    filled: dict[str, Any] = {}
    for slot in prompt.slots:
        value = values.get(slot.name)
        if value is None:
            if slot.required:
                raise PromptError(f"{prompt.id} needs a value for its slot {slot.name}")
            value = [] if slot.type == "lines" else ""
        if not (isinstance(value, str) if slot.type == "text" else _is_lines(value)):
            raise PromptError(f"slot {slot.name} of {prompt.id} takes {slot.type}, not {type(value).__name__}")
        filled[slot.name] = value
    return [{"role": m.role, "content": _render(prompt, m.template, filled)} for m in prompt.messages]


def _is_lines(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _render(prompt: Prompt, template: str, values: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    size = 0
    try:
        for piece in _compiled(template).generate(values):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_RENDERED:
                raise PromptError(f"{prompt.id} would have more than {MAX_RENDERED:,} characters")
    except TemplateRefusedError as error:
        raise PromptError(f"{prompt.id} cannot be rendered: its template {error.message}") from None
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        raise PromptError(f"{prompt.id} cannot be rendered: {error}") from None
    return "".join(pieces).strip()


@functools.lru_cache(maxsize=4096)
def _compiled(template: str) -> Template:
    return environment().from_string(parse_template(template))
