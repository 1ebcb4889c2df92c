"""Whether values can stand in one row, decided exactly: propagation over the exclusions, and search where that ends.

A state is the set of symbols still open. An exclusion whose every column but one lies inside it takes its symbols from
that last column (unit propagation, as in D. Sabin, E. C. Freuder, "Contradicting conventional wisdom in constraint
satisfaction", 1994); what propagation leaves open is tried, the narrowest column first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from .encoding import Encoding
from .problems import EntangledError

MOST_WORK = 2_000_000
"""Looks at an exclusion for one question; about a second."""
CACHED = 200_000

Order = Callable[[int, list[int]], list[int]]
"""Given a column and its open values, the values in the order to try."""


class Solver:
    """Answers over the exclusions of one model. `used` restricts it to some of them, by number."""

    def __init__(self, encoding: Encoding, used: Collection[int] | None = None) -> None:
        self.encoding = encoding
        self._clauses = {
            at: list(parts.items()) for at, parts in enumerate(encoding.exclusions) if used is None or at in used
        }
        touching: list[list[int]] = [[] for _ in encoding.levels]
        for at, parts in self._clauses.items():
            for column, _ in parts:
                touching[column].append(at)
        self._touching = touching
        masks = encoding.masks
        whole = {
            at: (sum(forbidden for _, forbidden in parts), sum(masks[c] for c, _ in parts))
            for at, parts in self._clauses.items()
        }
        self._checks = [[whole[at] for at in clauses] for clauses in touching]
        self.constrained = [c for c, clauses in enumerate(touching) if clauses]
        self._known: dict[tuple[int, int], int] = {}
        self._blamed: set[int] = set()
        self.spent = 0
        self.root = self._propagate(encoding.everything, self.constrained)

    def assign(self, state: int, column: int, value: int) -> int:
        """The state after `column` takes `value` and all that follows from it; 0 when that is seen to be impossible."""
        symbol = self.encoding.first[column] + value
        if not state >> symbol & 1:
            return 0
        if not self._touching[column]:
            return state & ~self.encoding.masks[column] | 1 << symbol
        key = state, symbol
        found = self._known.get(key)
        if found is None:
            found = self._propagate(state & ~self.encoding.masks[column] | 1 << symbol, (column,))
            if len(self._known) > CACHED:
                self._known.clear()
            self._known[key] = found
        return found

    def fix(self, row: Sequence[int], state: int | None = None) -> int:
        """The state after the values of a partial row; 0 when propagation shows that they cannot stand together."""
        state = self.root if state is None else state
        for column, value in enumerate(row):
            if value >= 0 and state:
                state = self.assign(state, column, value)
        return state

    def satisfied(self, bits: int, column: int) -> bool:
        """Whether a complete row, as a set of symbols, has nothing forbidden in which `column` takes part."""
        return not any(bits & every == bits & mask for every, mask in self._checks[column])

    def solve(self, state: int, order: Order) -> int:
        """A state in which every constrained column has one value, or 0 when there is none."""
        most = self.spent + MOST_WORK
        stack: list[Iterator[int]] = [iter((state,))] if state else []
        while stack:
            state = next(stack[-1], -1)
            if state < 0:
                stack.pop()
                continue
            if not state:
                continue
            if self.spent > most:
                raise EntangledError
            column = self._narrowest(state)
            if column < 0:
                return state
            stack.append(self._branches(state, column, order))
        return 0

    def _branches(self, state: int, column: int, order: Order) -> Iterator[int]:
        for value in order(column, self.open_values(state, column)):
            yield self.assign(state, column, value)

    def open_values(self, state: int, column: int) -> list[int]:
        bits = (state & self.encoding.masks[column]) >> self.encoding.first[column]
        return [at for at in range(self.encoding.levels[column]) if bits >> at & 1]

    def possible(self, row: Sequence[int]) -> bool:
        """Whether a partial row can be completed."""
        return bool(self.solve(self.fix(row), lambda _, values: values))

    def conflict(self, row: Sequence[int]) -> list[int]:
        """For a partial row that cannot be completed: exclusions that forbid it, of which none can be left out."""
        self._known.clear()
        self._blamed = set()
        state = self._propagate(self.encoding.everything, self.constrained)
        if self.solve(self.fix(row, state), lambda _, values: values):
            raise ValueError("the row can be completed")
        needed = sorted(self._blamed)
        for at in list(needed):
            fewer = [other for other in needed if other != at]
            if not Solver(self.encoding, fewer).possible(row):
                needed = fewer
        return needed

    def _narrowest(self, state: int) -> int:
        best, least = -1, 1 << 30
        for column in self.constrained:
            size = (state & self.encoding.masks[column]).bit_count()
            if 1 < size < least:
                best, least = column, size
        return best

    def _propagate(self, state: int, changed: Collection[int]) -> int:
        masks = self.encoding.masks
        queue = list(changed)
        while queue:
            touched = self._touching[queue.pop()]
            self.spent += len(touched)
            for at in touched:
                left = -1
                for column, forbidden in self._clauses[at]:
                    here = state & masks[column]
                    if here & ~forbidden:
                        if left >= 0 or not here & forbidden:
                            break
                        left = column
                else:
                    self._blamed.add(at)
                    if left < 0:
                        return 0
                    state &= ~dict(self._clauses[at])[left]
                    queue.append(left)
        return state
