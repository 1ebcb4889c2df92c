"""Partial evaluation of the built-in templates.

A template file has two languages: `[[ ]]` and `[% %]` run now, while compiling; `{{ }}` and `{% %}` are left for run
time. Whatever the policy puts in is escaped for the second, so that prose with braces in it stays prose, and is marked
with where it comes from, which gives the source map.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from .prompt import Message, Role, SourceRange
from .subset import fenced

_SEPARATOR = re.compile(r"^=== (system|user|assistant|examples)\n", re.MULTILINE)
_RUNTIME_CODE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_BEGIN, _MIDDLE, _END = "\x01", "\x02", "\x03"  # cannot occur in a policy: the scanner refuses control characters
_MARKED = re.compile(f"{_BEGIN}([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}")


class Sourced(str):
    """Words of the policy, with the key of the place that they come from."""

    source: str

    def __new__(cls, text: str, source: str) -> Sourced:
        made = super().__new__(cls, text)
        made.source = source
        return made


def _finalize(value: Any) -> Any:
    if isinstance(value, Sourced):
        return f"{_BEGIN}{value.source}{_MIDDLE}{escape(value)}{_END}" if value else ""
    return escape(value) if isinstance(value, str) else value


def escape(text: str) -> str:
    """Text such that rendering it at run time gives it back."""
    return _RUNTIME_CODE.sub(lambda match: "{{ '" + match[0] + "' }}", text)


def _fenced(value: str) -> str:
    """A case of the policy in the form in which a case from outside would be shown."""
    return Sourced(fenced(value), value.source) if isinstance(value, Sourced) else fenced(value)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=False,  # prompts are not HTML
    )
    environment.filters["fenced"] = _fenced
    return environment


@functools.cache
def _sections(name: str) -> list[tuple[str, str]]:
    text = (files("policylang.compiler") / "templates" / f"{name}.j2").read_text("utf-8")
    parts = _SEPARATOR.split(text)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def evaluate_template(name: str, known: Mapping[str, Any]) -> tuple[Message, ...]:
    """The messages of the built-in template `name`, with everything in `known` put in.

    A section `examples` stands for a conversation: it is evaluated for each of `known["examples"]`, and its lines
    `>>> user` and `>>> assistant` begin the turns.
    """
    messages: list[Message] = []
    for role, body in _sections(name):
        if role == "examples":
            for example in known["examples"]:
                messages += _turns(body, {**known, "example": example})
        else:
            messages.append(_message(role, body, known))
    return tuple(message for message in messages if message.template)


def _turns(body: str, known: Mapping[str, Any]) -> list[Message]:
    parts = re.split(r"^>>> (user|assistant)\n", body, flags=re.MULTILINE)
    return [_message(role, text, known) for role, text in zip(parts[1::2], parts[2::2], strict=True)]


def _message(role: str, body: str, known: Mapping[str, Any]) -> Message:
    marked = re.sub(r"\n{3,}", "\n\n", _compiled(body).render(known)).strip()
    template, sources = _read_marks(marked)
    checked: Role = "system" if role == "system" else "assistant" if role == "assistant" else "user"
    return Message(role=checked, template=template, sources=sources)


@functools.cache
def _compiled(body: str) -> Template:
    return _environment().from_string(body)


def _read_marks(marked: str) -> tuple[str, tuple[SourceRange, ...]]:
    parts: list[str] = []
    sources = []
    length = at = 0
    for match in _MARKED.finditer(marked):
        before = marked[at : match.start()]
        start = length + len(before)
        parts += [before, match[2]]
        sources.append(SourceRange(start=start, end=start + len(match[2]), source=match[1]))
        length = start + len(match[2])
        at = match.end()
    parts.append(marked[at:])
    return "".join(parts), tuple(sources)
