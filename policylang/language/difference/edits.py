"""What was edited between two versions of a policy, thing by thing.

Layout, comments, line breaks in prose and the order of things whose order means nothing are no edits: there are none
exactly where the hash of the policy is the same, but for exemplars without a name, whose number is not a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..meaning.expr import Node
from ..meaning.policy import Category, Clause, Exemplar, Facet, Policy, Term
from .alignment import Alignment, align
from .edit import Edit, EditKind, FieldChange, Thing
from .exemplars import exemplar_pairs
from .pairs import paired
from .telling import NOTHING, shortened, told

_IDENTITY = {"id", "schema_version", "clauses", "exemplars", "values", "category", "phrase"}
_OF_ITS_OWN = {"surfaces", "terms", "facets", "categories", "rubrics", "plans", "templates"}
"""Fields of a policy whose items are things themselves."""

Parts = tuple[Thing, Sequence[Node], Sequence[Node]]


def edits(old: Policy, new: Policy) -> tuple[Edit, ...]:
    """Everything that was edited, by kind of thing, in the order of the new version; what is gone comes after."""
    return edits_of(align(old, new))


def edits_of(alignment: Alignment) -> tuple[Edit, ...]:
    """The same, of versions whose names have been aligned."""
    return tuple(_Edits(alignment).all())


class _Edits:
    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.old, self.new = alignment.old, alignment.new

    def all(self) -> Iterator[Edit]:
        old, new = self.old, self.new
        header = tuple(self._fields(old, new, leave_out=_OF_ITS_OWN))
        if header:
            yield Edit(kind=EditKind.CHANGED, thing=Thing.POLICY, id=new.name, fields=header)
        things: tuple[Parts, ...] = (
            (Thing.SURFACE, old.surfaces, new.surfaces),
            (Thing.TERM, old.terms, new.terms),
            (Thing.FACET, old.facets, new.facets),
            (Thing.CATEGORY, old.categories, new.categories),
            (Thing.CLAUSE, old.clauses, new.clauses),
        )
        for thing, before, after in things:
            for was, now in paired(before, after, identity):
                yield from self._edit(thing, was, now)
        for was_clause, clause in paired(old.clauses, new.clauses, identity):
            for was_exemplar, exemplar in exemplar_pairs(was_clause, clause):
                yield from self._edit(Thing.EXEMPLAR, was_exemplar, exemplar, self._old_id(was_clause, was_exemplar))
        last: tuple[Parts, ...] = (
            (Thing.RUBRIC, old.rubrics, new.rubrics),
            (Thing.PLAN, old.plans, new.plans),
            (Thing.TEMPLATE, old.templates, new.templates),
        )
        for thing, before, after in last:
            for was, now in paired(before, after, identity):
                yield from self._edit(thing, was, now)

    def _old_id(self, clause: Clause | None, exemplar: Exemplar | None) -> str | None:
        """The id of an exemplar in the old version itself, whose clause may have had another one."""
        if clause is None or exemplar is None:
            return None
        return self.alignment.original(Thing.CLAUSE, clause.id) + exemplar.id.removeprefix(clause.id)

    def _edit(self, thing: Thing, was: Node | None, now: Node | None, old_id: str | None = None) -> Iterator[Edit]:
        if now is None or was is None:
            one = now or was
            assert one is not None  # noqa: S101 - a pair has one side at least
            kind = EditKind.REMOVED if now is None else EditKind.ADDED
            name = identity(one)
            shown = name if now is not None else old_id or self.alignment.original(thing, name)
            yield Edit(kind=kind, thing=thing, id=shown, title=title_of(one))
            return
        name = identity(now)
        own_name = (thing, name) in self.alignment.renamed or _named_anew(was, now)
        fields = tuple(self._fields(was, now)) if was is not now and was != now else ()
        if own_name or fields:
            original = old_id or self.alignment.original(thing, name)
            yield Edit(
                kind=EditKind.RENAMED if own_name else EditKind.CHANGED,
                thing=thing,
                id=name,
                was=original if original != name else None,
                title=title_of(now),
                fields=fields,
            )

    def _fields(self, was: Node, now: Node, leave_out: Iterable[str] = ()) -> Iterator[FieldChange]:
        skipped = _IDENTITY | {*leave_out} | (set() if isinstance(now, Policy) else {"name"})
        for name in type(now).model_fields:
            before, after = getattr(was, name), getattr(now, name)
            if name not in skipped and plain(before) != plain(after):
                yield self._change(name.replace("_", " "), told(before, self.old), told(after, self.new))
        if isinstance(was, Facet) and isinstance(now, Facet):
            yield from self._values(was, now)
        if isinstance(was, Clause) and isinstance(now, Clause) and was.category != now.category:
            yield self._change("category", was.category, now.category)
        if isinstance(was, Category) and isinstance(now, Category):
            yield from self._order(was, now)

    def _values(self, was: Facet, now: Facet) -> Iterator[FieldChange]:
        sign = " < " if now.kind == "ordered" else ", "
        before, after = ({value.name: value for value in facet.values} for facet in (was, now))
        if was.names != now.names:
            yield self._change("values", sign.join(was.names), sign.join(now.names))
        for name in after:
            if name in before and plain(before[name].text) != plain(after[name].text):
                yield self._change(f"value {name}", told(before[name].text, self.old), told(after[name].text, self.new))

    def _order(self, was: Category, now: Category) -> Iterator[FieldChange]:
        """The first clause with a directive gives the response, so the order of clauses is part of the meaning."""
        before, after = ([clause.id for clause in category.clauses] for category in (was, now))
        in_both = set(before) & set(after)
        before, after = ([one for one in ids if one in in_both] for ids in (before, after))
        if before != after:
            yield self._change("order of clauses", ", ".join(before), ", ".join(after))

    def _change(self, field: str, before: str, after: str) -> FieldChange:
        short = shortened(before or NOTHING, after or NOTHING)
        return FieldChange(field=field, before=short[0], after=short[1])


def identity(thing: Node) -> str:
    return thing.phrase if isinstance(thing, Term) else str(getattr(thing, "id", ""))


def title_of(thing: Node) -> str:
    return str(getattr(thing, "title", ""))


def _named_anew(was: Node, now: Node) -> bool:
    return isinstance(was, Exemplar) and isinstance(now, Exemplar) and was.name != now.name


def plain(value: object) -> object:
    """A value without what means nothing: white space in prose."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Node):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value
