"""Where the parts of a clause stand: its effect, its conditions and every test in them.

The meaning of a policy has no places, and what is noted beside it are those of names and texts. Coverage and mutants
speak of less than that, so the syntax trees are read again. What an expression of the meaning was written as is found
by walking both side by side; where they part, the nearest thing around it has to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ..diagnostics import Report
from ..meaning.expr import And, AtLeast, Expr, Node, Not, Or, Test
from ..meaning.policy import Clause
from ..source import SourceFile, Span
from ..syntax import parse, tree

Path = tuple[int, ...]
"""Which part of a condition: the numbers of the items that lead to it, from the outermost; `not` has one item."""


class Place(Node):
    """A place in a source file, from 1; `text` is the line as it stands there, without its indent."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Places:
    """The places of the parts of one policy's clauses. A policy that comes from no files has none."""

    def __init__(
        self, sources: Mapping[str, SourceFile] | None = None, spans: Mapping[str, Span] | None = None
    ) -> None:
        self._sources = sources or {}
        self._spans = spans or {}

    def name(self, clause: Clause) -> Place | None:
        return self._place(self._spans.get(f"clause:{clause.id}"))

    def effect(self, clause: Clause) -> Place | None:
        for item in self._items(clause):
            if isinstance(item, tree.Effect):
                return self._place(item.span)
        return self.name(clause)

    def override(self, clause: Clause, other: str) -> Place | None:
        return self._place(self._spans.get(f"clause:{clause.id}.overrides.{other}")) or self.name(clause)

    def statement(self, clause: Clause, field: str) -> Place | None:
        """The clause's `when` or `unless` as a whole, with its keyword; the first where its group has one too."""
        written = self._written(clause, field)
        return self._place(written[0].span) if written else self.name(clause)

    def part(self, clause: Clause, field: str, path: Path) -> Place | None:
        """A part of the condition of the clause's `when` or `unless`."""
        known = self._parts(clause, field)
        for length in range(len(path), -1, -1):
            if path[:length] in known:
                return self._place(known[path[:length]])
        return self.statement(clause, field)

    def value(self, facet: str, value: str) -> Place | None:
        return self._place(self._spans.get(f"facet:{facet}={value}") or self._spans.get(f"facet:{facet}"))

    def category(self, category: str) -> Place | None:
        return self._place(self._spans.get(f"category:{category}"))

    # ------------------------------------------------------------ how it is found

    def _place(self, span: Span | None) -> Place | None:
        source = self._sources.get(span.file) if span is not None else None
        if source is None or span is None:
            return None
        line, column = source.position(span.start)
        return Place(file=span.file, line=line, column=column, text=source.line(line).strip())

    @cached_property
    def _clauses(self) -> dict[Span, tuple[tree.Clause, tree.Group | None]]:
        """The clauses of all files by the span of their name."""
        found = {}
        for source in self._sources.values():
            for item in parse(source, Report()).items:
                if isinstance(item, tree.Category):
                    found.update({clause.name.span: (clause, group) for clause, group in _clauses(item)})
        return found

    def _items(self, clause: Clause) -> list[tree.ClauseItem]:
        span = self._spans.get(f"clause:{clause.id}")
        if span is None or span not in self._clauses:
            return []
        node, group = self._clauses[span]
        shared = [i for i in group.items if not isinstance(i, tree.Clause | tree.Prose)] if group else []
        return [*([group.effect] if group else []), *shared, *node.items]

    def _written(self, clause: Clause, field: str) -> list[tree.When | tree.Unless]:
        kind = tree.When if field == "when" else tree.Unless
        return [
            item for item in self._items(clause) if isinstance(item, tree.When | tree.Unless) and type(item) is kind
        ]

    def _parts(self, clause: Clause, field: str) -> dict[Path, Span]:
        expr = clause.when if field == "when" else clause.unless
        written = self._written(clause, field)
        if expr is None or not written:
            return {}
        if len(written) == 1:
            return dict(_aligned(expr, written[0].condition, ()))
        found: dict[Path, Span] = {}
        if isinstance(expr, And | Or) and len(expr.items) == len(written):  # of the clause and of its group
            for at, (part, one) in enumerate(zip(expr.items, written, strict=True)):
                found.update(_aligned(part, one.condition, (at,)))
        return found


def _clauses(node: tree.Category) -> Iterator[tuple[tree.Clause, tree.Group | None]]:
    for item in node.items:
        if isinstance(item, tree.Clause):
            yield item, None
        elif isinstance(item, tree.Group):
            yield from ((line, item) for line in item.items if isinstance(line, tree.Clause))
        elif isinstance(item, tree.Category):
            yield from _clauses(item)


def _aligned(expr: Expr, written: tree.Condition, path: Path) -> Iterator[tuple[Path, Span]]:
    """The parts of an expression with the places of what they were written as."""
    yield path, written.span
    match expr, written:
        case Not(item=AtLeast() as inner), tree.Combined(operator="at most"):
            yield from _aligned_items(inner.items, written.items, (*path, 0))
        case Not(item=item), tree.Negated():
            yield from _aligned(item, written.item, (*path, 0))
        case ((And(items=items) | Or(items=items) | AtLeast(items=items)), tree.Combined()):
            yield from _aligned_items(items, written.items, path)


def _aligned_items(
    items: tuple[Expr, ...], written: tuple[tree.Condition, ...], path: Path
) -> Iterator[tuple[Path, Span]]:
    if len(items) == len(written):
        for at, (item, one) in enumerate(zip(items, written, strict=True)):
            yield from _aligned(item, one, (*path, at))


def atomic_tests(expr: Expr, path: Path = ()) -> Iterator[tuple[Path, Test]]:
    """The atomic tests of a condition, each occurrence of its own, with the way that leads to it."""
    match expr:
        case Test():
            yield path, expr
        case Not(item=item):
            yield from atomic_tests(item, (*path, 0))
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            for at, item in enumerate(items):
                yield from atomic_tests(item, (*path, at))
