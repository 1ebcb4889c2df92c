"""The levels of two policies, put in one order by their names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

LOWEST = ""
"""The lowest levels of all ladders are one, whatever they are called: they mean that nothing is violated."""


class Ladders:
    """What is known of the order of the levels of two policies: what either ladder says, and what follows from both."""

    def __init__(self, first: tuple[str, ...], second: tuple[str, ...]) -> None:
        self.first = first
        self.second = second
        steps: dict[str, set[str]] = {}
        for ladder in (first, second):
            for low, high in pairwise([LOWEST, *ladder[1:]]):
                steps.setdefault(low, set()).add(high)
        self._above = {level: _reached(steps, level) for level in (LOWEST, *first[1:], *second[1:])}

    def compare(self, first: str, second: str) -> int | None:
        """Is a level of the first policy above (1), below (-1) or the same as (0) one of the second; None: unknown.

        The two ladders may contradict each other; then the levels between which they do are in no order.
        """
        one = LOWEST if first == self.first[0] else first
        other = LOWEST if second == self.second[0] else second
        if one == other:
            return 0
        above, below = one in self._above[other], other in self._above[one]
        if above == below:
            return None
        return 1 if above else -1

    def remarks(self, first: str, second: str) -> Iterator[str]:
        """What there is to say of ladders that differ, in policies of those names."""
        if self.first == self.second:
            return
        yield (
            f"the ladders differ: {' < '.join(self.first)} in {first}, {' < '.join(self.second)} in {second}; "
            "levels are compared by name, and the lowest ones are the same"
        )
        for one in self.first:
            strange = [other for other in self.second if self.compare(one, other) is None]
            if strange:
                names = ", ".join(f"`{other}`" for other in strange)
                yield f"nothing says how `{one}` of {first} stands to {names} of {second}"


def _reached(steps: dict[str, set[str]], start: str) -> frozenset[str]:
    pending, seen = [start], set[str]()
    while pending:
        for level in steps.get(pending.pop(), ()):
            if level not in seen:
                seen.add(level)
                pending.append(level)
    return frozenset(seen)
