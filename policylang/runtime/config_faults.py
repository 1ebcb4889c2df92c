"""Faults that pydantic finds in policyc.toml, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean "teacher"?`, or nothing when no known word is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f', did you mean "{close[0]}"?' if close else ""


def describe(error: ValidationError, model: type[BaseModel]) -> tuple[str, str, str]:
    """The first fault as (key path, message, advice). The values of the file are not repeated: one may be a key."""
    fault = error.errors(include_url=False, include_input=False)[0]
    path, table = _follow(fault["loc"], model)
    key = ".".join(path)
    kind, context = fault["type"], fault.get("ctx", {})
    match kind:
        case "extra_forbidden":
            known = _keys(table)
            return key, f"unknown key{did_you_mean(path[-1], known)}", f"Keys that may stand here: {', '.join(known)}."
        case "missing":
            return key, "missing", f"Add {path[-1]} under [{'.'.join(path[:-1])}]." if path[:-1] else f"Add [{key}]."
        case "union_tag_not_found":
            return f"{key}.kind", "missing", 'Say kind = "embedded" or kind = "openai".'
        case "union_tag_invalid":
            return f"{key}.kind", "unknown kind of endpoint", 'Say kind = "embedded" or kind = "openai".'
        case "literal_error" if fault["loc"][-1] == "[key]":
            known = _literals(table)
            advice = f"Names that may stand here: {', '.join(known)}."
            return key, f"unknown name{did_you_mean(path[-1], known)}", advice
        case "literal_error":
            return key, "unknown value", f"It can be {context.get('expected', 'another value')}."
        case "value_error":
            return key, str(context.get("error", fault["msg"])), ""
        case _ if kind in _EXPECTED:
            return key, f"must be {_EXPECTED[kind]}", ""
    return key, _plain(fault["msg"]), ""


def _plain(message: str) -> str:
    return message.replace("Input should be", "must be", 1)


def _follow(location: tuple[int | str, ...], model: type[BaseModel]) -> tuple[list[str], Any]:
    """The path as it stands in the file, and the type of the table that holds the last key.

    pydantic's own path also names the member of a union that it chose and marks a key with `[key]`.
    """
    path: list[str] = []
    holder: Any = model
    here: Any = model
    for step in map(str, location):
        member = next((m for m in _members(here) if step in _tags(m)), None)
        if member is not None:
            here = member
        elif step != "[key]":
            path.append(step)
            holder = here
            here = _child(here, step)
    return path, holder


def _child(holder: Any, key: str) -> Any:
    if isinstance(holder, type) and issubclass(holder, BaseModel):
        field = holder.model_fields.get(key)
        return field.annotation if field is not None else None
    return get_args(holder)[1] if get_origin(holder) is dict else None


def _members(hint: Any) -> list[type[BaseModel]]:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else ()
    return [member for member in members if isinstance(member, type) and issubclass(member, BaseModel)]


def _tags(model: type[BaseModel]) -> tuple[str, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field is not None else ()


def _keys(holder: Any) -> list[str]:
    return list(holder.model_fields) if isinstance(holder, type) and issubclass(holder, BaseModel) else []


def _literals(holder: Any) -> list[str]:
    key = get_args(holder)[0] if get_origin(holder) is dict else None
    return [str(word) for word in get_args(key)] if get_origin(key) is Literal else []
