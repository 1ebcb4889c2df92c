r"""How the smallest things are written in a .pol file: texts, numbers and conditions.

Every function here gives text that the parser reads back as exactly its argument, or raises ValueError for what no
file can say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ..meaning.expr import YES, And, AtLeast, Expr, Not, Or, Test
from ..meaning.policy import Policy, ScoreRule, ScoreTest

Domains = Mapping[str, tuple[str, ...]]

_IMPOSSIBLE = re.compile("[\r\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_QUOTES_TOGETHER = re.compile(r'"(?="|\Z)')
_WIDTH = 80


def quoted(text: str) -> str:
    """A text in "quotes", on one line."""
    _check(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def prose(text: str, indent: str) -> str:
    '''A text in """three quotes""": in lines of its own where it has several, else on the line where it stands.'''
    _check(text)
    escaped = _QUOTES_TOGETHER.sub(r"\"", text.replace("\\", "\\\\"))
    if _survives_dedent(text) and ("\n" in text or len(text) > _WIDTH):
        lines = [f"{indent}{line}".rstrip() for line in escaped.split("\n")]
        return "\n".join(['"""', *lines, f'{indent}"""'])
    escaped = escaped.replace("\n", "\\n").replace("\t", "\\t")
    if escaped[:1].isspace():
        escaped = f"\\{escaped}"
    if escaped[-1:].isspace():
        raise ValueError(f"prose cannot end in white space: {text[-20:]!r}")
    return f'"""{escaped}"""'


def text_of(text: str, indent: str) -> str:
    """A text where the grammar takes quotes or prose: the one that reads better."""
    return prose(text, indent) if "\n" in text and _survives_dedent(text) else quoted(text)


def number(value: float) -> str:
    """A number without an exponent: `4`, `2.5`."""
    if value < 0:
        raise ValueError(f"a policy has no negative numbers: {value}")
    return f"{Decimal(repr(value)).normalize():f}"


def condition(expr: Expr, policy: Policy, extra: Domains | None = None) -> str:
    """A condition. `extra` gives the values of variables that exist only where it stands, such as `label` in a plan."""
    match expr:
        case Test():
            return _test(expr, policy, extra or {})
        case Not(item=item):
            return f"not {_inner(item, (And, Or), policy, extra)}"
        case And(items=items) if len(items) > 1:
            return " and ".join(_inner(item, (And, Or), policy, extra) for item in items)
        case Or(items=items) if len(items) > 1:
            return " or ".join(_inner(item, (Or,), policy, extra) for item in items)
        case AtLeast(count=count, items=items):
            return f"at least {count} of {{ {', '.join(condition(item, policy, extra) for item in items)} }}"
        case _:
            raise ValueError(f"no condition of a file means {expr!r}")


def _inner(expr: Expr, loose: tuple[type, ...], policy: Policy, extra: Domains | None) -> str:
    """A part of a condition, in parentheses where it would otherwise fall apart."""
    spelled = condition(expr, policy, extra)
    return f"({spelled})" if isinstance(expr, loose) else spelled


def _test(test: Test, policy: Policy, extra: Domains) -> str:
    name, values = test.variable, test.values
    domain = extra[name] if name in extra else policy.domain(name)
    if not values:
        return f"{name} not in {{{', '.join(domain)}}}"
    if len(values) > 1:
        return f"{name} in {{{', '.join(values)}}}"
    is_question = name not in extra and (name in {c.id for c in policy.clauses} or policy.facet(name).kind == "boolean")
    return name if is_question and values == (YES,) else f"{name} = {values[0]}"


def score_condition(rule: ScoreTest | ScoreRule) -> str:
    """The acceptance rule of a rubric."""
    if isinstance(rule, ScoreTest):
        return f"{rule.subject} {rule.compare} {number(rule.number)}"
    if len(rule.items) < 2:
        raise ValueError(f"no acceptance rule of a file means {rule!r}")
    loose = ("and", "or") if rule.op == "and" else ("or",)
    parts = []
    for item in rule.items:
        spelled = score_condition(item)
        parts.append(f"({spelled})" if isinstance(item, ScoreRule) and item.op in loose else spelled)
    return f" {rule.op} ".join(parts)


def _check(text: str) -> None:
    found = _IMPOSSIBLE.search(text)
    if found is not None:
        raise ValueError(f"no policy file may hold the character U+{ord(found[0]):04X}")


def _survives_dedent(text: str) -> bool:
    """Would the text come back as it is if it stood in lines of its own, all indented alike?"""
    lines = text.split("\n")
    return bool(text) and text == text.strip() and all(line == line.rstrip() for line in lines)
