"""The part of jinja that a prompt may use: inputs in `{{ }}`, `{% if %}`, `{% for %}`, comparisons and four filters.

Jinja's sandbox keeps a template from Python's internals, but not from using up all memory or never ending: it folds
`'a' * 10**9` while compiling, and loops within loops multiply. Here nothing is left that could do either. A loop runs
over one input and holds no other loop, so a rendering takes time linear in the template and in what the slots hold.
Every template is held against this before it is rendered, also one that comes from a bundle.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_DEPTH = 30
"""Nodes within nodes: far more than a prompt needs, far less than Python's compiler can take."""

MAX_TEMPLATE = 1_000_000
"""Characters."""

MAX_NODES = 20_000
"""Each is a line of Python that jinja generates and Python compiles: as many take about a second."""

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.For,
    nodes.Filter,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
_SPOKEN = {
    "Getattr": "an attribute",
    "Getitem": "an index",
    "Call": "a call",
    "Assign": "an assignment",
    "AssignBlock": "an assignment",
    "Include": "an include",
    "Import": "an import",
    "FromImport": "an import",
    "Extends": "another template",
    "Block": "a block",
    "Macro": "a macro",
    "CallBlock": "a macro",
    "FilterBlock": "a filter over a block",
    "Concat": "`~`",
    "CondExpr": "an `if` inside `{{ }}`",
    "Test": "a test",
    "List": "a list",
    "Tuple": "several names or values at once",
    "Dict": "a dictionary",
}
_ARITHMETIC = (nodes.BinExpr, nodes.UnaryExpr)
_TAG = re.compile(r"<(/?)(case|image|answer|reasoning)\b", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JINJA_OBJECTS = frozenset({"self", "loop", "super", "caller", "varargs", "kwargs"})


class TemplateRefusedError(Exception):
    """A template is no jinja, or uses more of it than this. `message` completes "the template ..."."""

    def __init__(self, message: str, advice: str = "Use its inputs in {{ }}, {% if %} and {% for %} only.") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def fenced(value: str) -> str:
    """Text from outside, so that it cannot close the fence that it stands in."""
    return _TAG.sub(lambda match: f"‹{match[1]}{match[0][len(match[1]) + 1 :]}", value)


@functools.cache
def environment() -> ImmutableSandboxedEnvironment:
    """The one environment in which prompts are rendered: no loader, no globals, four harmless filters."""
    env = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    env.globals.clear()
    kept = {name: env.filters[name] for name in ("join", "lower", "upper", "trim")}
    env.filters.clear()
    env.filters.update(kept | {"fenced": fenced})
    env.tests.clear()
    return env


def parse_template(text: str) -> nodes.Template:
    """The tree of a template that uses only what it may. Raises TemplateRefusedError."""
    if len(text) > MAX_TEMPLATE:
        raise TemplateRefusedError(f"has {len(text):,} characters", f"At most {MAX_TEMPLATE:,} are allowed.")
    try:
        tree = environment().parse(text)
    except (TemplateSyntaxError, ValueError, OverflowError) as error:
        raise TemplateRefusedError(f"is no valid jinja: {str(error).rstrip('.')}", "Correct its braces.") from None
    except RecursionError:
        raise _too_deep() from None
    for number, (node, above) in enumerate(_walk(tree)):
        if number == MAX_NODES:
            raise TemplateRefusedError(f"has more than {MAX_NODES:,} parts", "Shorten it.")
        _check(node, above)
    return tree


def _walk(tree: nodes.Template) -> Iterator[tuple[nodes.Node, tuple[nodes.Node, ...]]]:
    """Every node with those that it stands in, without recursion: a template may be as deep as its author likes."""
    pending: list[tuple[nodes.Node, tuple[nodes.Node, ...]]] = [(tree, ())]
    while pending:
        node, above = pending.pop()
        if len(above) > MAX_DEPTH:
            raise _too_deep()
        yield node, above
        pending += [(child, (*above, node)) for child in reversed(list(node.iter_child_nodes()))]


def _check(node: nodes.Node, above: tuple[nodes.Node, ...]) -> None:
    if not isinstance(node, _ALLOWED):
        kind = type(node).__name__
        spoken = _SPOKEN.get(kind, "arithmetic" if isinstance(node, _ARITHMETIC) else kind.lower())
        raise TemplateRefusedError(f"uses {spoken}, which templates may not")
    if isinstance(node, nodes.Name) and node.name in _JINJA_OBJECTS:
        raise TemplateRefusedError(f"uses `{node.name}`, which is jinja's own")
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and _SURROGATE.search(node.value):
        raise TemplateRefusedError("has half of a character in quotes", "Write the whole character.")
    if isinstance(node, nodes.Filter):
        _check_filter(node)
    if isinstance(node, nodes.For):
        if any(isinstance(outer, nodes.For) for outer in above):
            raise TemplateRefusedError("has a loop within a loop, which may take for ever")
        if not isinstance(node.iter, nodes.Name) or node.recursive:
            raise TemplateRefusedError("loops over something other than an input", "Write {% for line in INPUT %}.")


def _check_filter(node: nodes.Filter) -> None:
    known = environment().filters
    if node.name not in known:
        raise TemplateRefusedError(f"uses the filter `{node.name}`", f"There is {', '.join(sorted(known))}.")
    # `join` can also fetch attributes, and with texts that are joined themselves it would grow without bound.
    texts = all(isinstance(argument, nodes.Const) and isinstance(argument.value, str) for argument in node.args)
    may_have = 1 if node.name == "join" else 0
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not texts or len(node.args) > may_have:
        raise TemplateRefusedError(
            f"gives the filter `{node.name}` more than it takes",
            'It takes one text in quotes: join(", ").' if may_have else "It takes nothing.",
        )


def _too_deep() -> TemplateRefusedError:
    return TemplateRefusedError(f"is nested more than {MAX_DEPTH} deep", "Take some of the inner parts out.")
