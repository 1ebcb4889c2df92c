"""Near copies: texts that share most of their words in the same order.

The measure is the Jaccard similarity of word triples (Broder 1997, "On the resemblance and containment of documents"),
exact, over an index of the triples, so that only texts that share one are compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

THRESHOLD = 0.6
WIDTH = 3
_WORD = re.compile(r"\w+")

Name = TypeVar("Name", bound=Hashable)


def shingles(text: str) -> frozenset[str]:
    """The word triples of a text, whatever its case and punctuation; short texts count as one."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) <= WIDTH:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[i : i + WIDTH]) for i in range(len(words) - WIDTH + 1))


class CopyIndex(Generic[Name]):
    """Texts by name; `nearest` finds the one that a new text is a near copy of."""

    def __init__(self) -> None:
        self._shingles: dict[Name, frozenset[str]] = {}
        self._holders: dict[str, dict[Name, None]] = defaultdict(dict)

    def add(self, name: Name, text: str) -> None:
        """Put a text in, in place of the one that has its name."""
        self.discard(name)
        found = shingles(text)
        self._shingles[name] = found
        for shingle in found:
            self._holders[shingle][name] = None

    def discard(self, name: Name) -> None:
        """Take a text out, if it is there."""
        for shingle in self._shingles.pop(name, ()):
            del self._holders[shingle][name]

    def near(self, text: str) -> list[tuple[Name, float]]:
        """All near copies of a text with their similarity, the nearest first."""
        own = shingles(text)
        shared: dict[Name, int] = defaultdict(int)
        for shingle in own:
            for name in self._holders.get(shingle, ()):
                shared[name] += 1
        found = [(name, count / len(own | self._shingles[name])) for name, count in shared.items()]
        return sorted((pair for pair in found if pair[1] >= THRESHOLD), key=lambda pair: -pair[1])

    def nearest(self, text: str) -> Name | None:
        near = self.near(text)
        return near[0][0] if near else None
