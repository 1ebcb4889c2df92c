"""The policy as Markdown, for people: the same words and rules that the prompts are made of, as one document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policylang.language.meaning.policy import Category, Clause, Exemplar, Facet, Policy

from .wording import effect_line

_ACTIONS = {
    "refuse": "Decline",
    "safe_complete": "Help with the safe part",
    "comply": "Help",
    "escalate": "Hand over to a person",
}
_LINK = re.compile(r"\](?P<mark>[(:])(?P<gap>[ \t\n]*)(?P<target>[^\s)]*)")
_HARMLESS_TARGET = re.compile(r"https?://|mailto:|[\w./-]*([?#]|\Z)", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_BLOCK_MARK = re.compile(r"[-+>=~|]|\d+[.)]")
_LABELS = {"violates": "Violates", "complies": "Complies", "borderline": "Borderline"}


def book(policy: Policy) -> str:
    """The whole policy as one Markdown document."""
    return "\n".join(_document(policy)).rstrip() + "\n"


def _document(policy: Policy) -> Iterator[str]:
    yield f"# {_plain(policy.title or policy.name)}\n"
    levels = ", ".join(policy.levels)
    yield f"`{policy.name}` version {policy.version}. Levels, from no violation to the worst: {levels}.\n"
    if policy.text:
        yield f"{_prose(policy.text)}\n"
    if policy.terms:
        yield "## Terms\n"
        for term in policy.terms:
            also = f" (also: {', '.join(map(_plain, term.also))})" if term.also else ""
            yield f"- **{_plain(term.phrase)}**{also}: {_plain(term.text)}"
        yield ""
    for category in policy.categories:
        yield from _category(category, policy)
    if policy.facets:
        yield "## What a judge has to find out\n"
        for facet in policy.facets:
            yield from _facet(facet)


def _category(category: Category, policy: Policy) -> Iterator[str]:
    depth = category.id.count(".") + 2
    code = f" ({_plain(category.code)})" if category.code else ""
    yield f"{'#' * min(depth, 5)} {_plain(category.title or category.name)}{code}\n"
    if category.text:
        yield f"{_prose(category.text)}\n"
    if category.maps:
        yield f"In other taxonomies: {', '.join(f'`{name}`' for name in category.maps)}.\n"
    for clause in category.clauses:
        yield from _clause(clause, policy, depth + 1)


def _clause(clause: Clause, policy: Policy, depth: int) -> Iterator[str]:
    yield f"{'#' * min(depth, 6)} {_plain(clause.label)}. {_plain(clause.title or clause.name)}\n"
    yield f"*{_plain(effect_line(policy, clause))}.*{' Locked.' if clause.locked else ''} `{clause.id}`\n"
    if clause.text:
        yield f"{_prose(clause.text)}\n"
    if clause.overrides:
        yield f"Goes before {', '.join(f'`{name}`' for name in clause.overrides)}.\n"
    if clause.respond:
        guidance = f": {_plain(clause.respond.guidance)}" if clause.respond.guidance else ""
        yield f"**{_ACTIONS[clause.respond.action]}**{guidance}\n"
    for exemplar in clause.exemplars:
        yield from _exemplar(exemplar)
    if clause.exemplars:
        yield ""


def _exemplar(exemplar: Exemplar) -> Iterator[str]:
    yield f"- **{_LABELS[exemplar.label]}.** “{_plain(exemplar.request)}”"
    for image in exemplar.images:
        yield f"  - Picture: {_plain(image.caption or image.path)}"
    if exemplar.because:
        yield f"  - Why: {_plain(exemplar.because)}"
    if exemplar.ideal:
        yield f"  - A good answer: {_plain(exemplar.ideal)}"
    if exemplar.rejected:
        yield f"  - Not like this: {_plain(exemplar.rejected)}"


def _facet(facet: Facet) -> Iterator[str]:
    yield f"### {_plain(facet.title or facet.id)}\n"
    if facet.question:
        yield f"{_plain(facet.question)}\n"
    if facet.text:
        yield f"{_prose(facet.text)}\n"
    for value in facet.values:
        yield f"- `{value.name}`{f': {_plain(value.text)}' if value.text else ''}"
    yield ""


def _prose(text: str) -> str:
    """Prose is the author's own Markdown, less HTML and links that run something, and with its code fences closed."""
    fence = _open_fence(text)
    if fence:  # it would swallow the rest of the book
        text += f"\n{fence}"
    return _LINK.sub(_disarmed, text.replace("<", "&lt;"))


def _open_fence(text: str) -> str:
    """The fence of a code block that the text does not close; empty if there is none."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match and not fence:
            fence = match["fence"]
        elif match and match["fence"].startswith(fence) and not match["info"].strip():
            fence = ""
    return fence


def _disarmed(link: re.Match[str]) -> str:
    """A link that leads somewhere stays; any other becomes the words that it is made of."""
    if _HARMLESS_TARGET.match(link["target"]):
        return link[0]
    return f"]\\{link['mark']}{link['gap']}{link['target']}"


def _plain(text: str) -> str:
    """Words on one line, in which no character is Markdown."""
    words = " ".join(text.split())
    escaped = "".join(f"\\{c}" if c in "\\`*_[]#" else "&lt;" if c == "<" else c for c in words)
    mark = _BLOCK_MARK.match(escaped)
    return f"{mark[0][:-1]}\\{escaped[mark.end() - 1 :]}" if mark else escaped
