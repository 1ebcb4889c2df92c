"""The old version of a policy, read in the names of the new one.

A facet, category or clause is renamed where the same content stands under another id. What has no words of its own
cannot be recognised: its name is all that it says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from ..meaning.hashing import clause_hash
from ..meaning.policy import Category, Clause, Facet, Policy
from .edit import Thing
from .pairs import Renamed, renames
from .renaming import Names, with_names


@dataclass(frozen=True)
class Alignment:
    """`old` is the old version with the names of the new one. `was` gives the id that a thing had in the old version
    itself, by thing and new id, where that was another; `renamed` are those among them that have a new name of their
    own, and not just a new name above them."""

    old: Policy
    new: Policy
    was: dict[tuple[Thing, str], str] = field(default_factory=dict)
    renamed: frozenset[tuple[Thing, str]] = frozenset()

    def original(self, thing: Thing, new_id: str) -> str:
        return self.was.get((thing, new_id), new_id)


def align(old: Policy, new: Policy) -> Alignment:
    """Find what was renamed: facets, then categories, then clauses, each in the names found before.

    A clause may mention others that were renamed, so clauses are looked at again as long as some are found.
    """
    found = _Aligner(old, new)
    found.rename(Thing.FACET, renames(old.facets, new.facets, _id, _facet_content))
    found.rename(Thing.CATEGORY, renames(found.old.categories, new.categories, _id, _category_content))
    while clauses := found.renamed_clauses():
        found.rename(Thing.CLAUSE, clauses)
    return Alignment(found.old, new, found.was, frozenset(found.renamed))


class _Aligner:
    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.was: dict[tuple[Thing, str], str] = {}
        self.renamed: set[tuple[Thing, str]] = set()

    def rename(self, thing: Thing, pairs: list[Renamed]) -> None:
        """Give things of the old version their new names, and with a category's its clauses."""
        if not pairs:
            return
        names: dict[Thing, Names] = {Thing.FACET: {}, Thing.CATEGORY: {}, Thing.CLAUSE: {}}
        names[thing] = {pair.old: pair.new for pair in pairs}
        if thing is Thing.CATEGORY:
            names[Thing.CLAUSE] = _under_new_names(self.old.clauses, names[thing])
        before = dict(self.was)
        for kind, moved in names.items():
            for old, new in moved.items():
                self.was.pop((kind, old), None)
                self.was[kind, new] = before.get((kind, old), old)
        self.renamed.update((thing, pair.new) for pair in pairs)
        self.old = with_names(self.old, names[Thing.FACET], names[Thing.CATEGORY], names[Thing.CLAUSE])

    def renamed_clauses(self) -> list[Renamed]:
        def content(clause: Clause) -> Hashable | None:
            policy = self.new if clause.id in after and after[clause.id] is clause else self.old
            name = "" if clause.title or clause.text else clause.name
            return clause_hash(policy, clause.model_copy(update={"id": "", "category": "", "name": name}))

        after = {clause.id: clause for clause in self.new.clauses}
        return renames(self.old.clauses, self.new.clauses, _id, content)


def _under_new_names(clauses: Iterable[Clause], categories: Names) -> Names:
    """The clauses of renamed categories: their ids begin with the category's."""
    taken = {clause.id for clause in clauses}
    names = {
        clause.id: f"{categories[clause.category]}.{clause.id.removeprefix(f'{clause.category}.')}"
        for clause in clauses
        if clause.category in categories
    }
    return {old: new for old, new in names.items() if new not in taken}


def _id(thing: Facet | Category | Clause) -> str:
    return thing.id


def _facet_content(facet: Facet) -> Hashable | None:
    if not (facet.question or facet.title):
        return None
    return facet.model_copy(update={"id": ""}).model_dump_json()


def _category_content(category: Category) -> Hashable | None:
    if not (category.title or category.text):
        return None
    return category.title, " ".join(category.text.split()), category.code, category.maps
