"""Facets and factors."""

from __future__ import annotations

from typing import Literal

from ..meaning.expr import NO, YES
from ..meaning.policy import Facet, FacetValue
from ..source import Span
from ..syntax import tree
from .scope import Scope


def resolve_facet(node: tree.Facet, scope: Scope) -> Facet | None:
    """The facet, or None (with a report) when it has no values or its name is taken."""
    key = f"facet:{node.name}"
    if not scope.declare(key, node.name, "facet"):
        scope.doubtful.add(node.name.text)
        return None
    values, kind = _values(node, scope)
    if values is None:
        scope.doubtful.add(node.name.text)
        return None
    question, default = "", None
    seen: dict[str, Span] = {}
    for item in node.items:
        if isinstance(item, tree.Prose):
            continue
        scope.once(item.keyword, item.span, seen)
        if item.keyword == "ask":
            question = scope.place(f"{key}.question", item.words[0])
        else:
            default = item.words[0].text
            if default not in [value.name for value in values]:
                scope.no_value(item.words[0], f"`{node.name}`", [value.name for value in values])
                default = None
    if not question and not node.controlled:
        scope.report.add(
            "POL0403", f"facet `{node.name}` has no question", node.name.span, 'Add one: `ask "What does ...?"`.'
        )
    return Facet(
        id=node.name.text,
        title=scope.place(f"{key}.title", node.title),
        question=question,
        text=scope.prose(key, node.items),
        kind=kind,
        controlled=node.controlled,
        default=default,
        surfaces=scope.surface_ids(node.on.surfaces) if node.on else (),
        values=values,
    )


def _values(
    node: tree.Facet, scope: Scope
) -> tuple[tuple[FacetValue, ...] | None, Literal["unordered", "ordered", "boolean"]]:
    key = f"facet:{node.name}"
    if node.yes_no:
        if node.values is not None:
            scope.report.add(
                "POL0315", "a yes/no facet has its values already", node.values.span, "Remove them, or `yes/no`."
            )
        return (FacetValue(name=NO), FacetValue(name=YES)), "boolean"
    if node.values is None or len(node.values.items) < 2:
        scope.report.add(
            "POL0313",
            f"facet `{node.name}` needs at least two values",
            node.name.span,
            'List them, each with what it means: `none "..." some "..."`; or write `yes/no` after its name.',
        )
        return None, "unordered"
    values = []
    for item in node.values.items:
        if scope.declare(f"{key}={item.name}", item.name, "value"):
            text = scope.place(f"{key}={item.name}.text", item.text)
            values.append(FacetValue(name=item.name.text, text=text))
    return tuple(values), "ordered" if node.values.ordered else "unordered"
