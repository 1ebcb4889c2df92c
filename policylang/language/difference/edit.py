"""The vocabulary of edits: a thing of the policy was added, removed, renamed or changed."""

from __future__ import annotations

from enum import StrEnum

from ..meaning.expr import Node


class Thing(StrEnum):
    """What a policy is made of, in the order in which edits are listed."""

    POLICY = "policy"
    SURFACE = "surface"
    TERM = "term"
    FACET = "facet"
    CATEGORY = "category"
    CLAUSE = "clause"
    EXEMPLAR = "exemplar"
    RUBRIC = "rubric"
    PLAN = "plan"
    TEMPLATE = "template"


class EditKind(StrEnum):
    """A thing is `renamed` where one of the same content stands under another id; it may have changed a little too."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


class FieldChange(Node):
    """One field of a thing, as people write it, shortened to where the two differ."""

    field: str
    before: str
    after: str


class Edit(Node):
    """`id` is the thing's id in the version that has it, in the new one if both do; `was` its old id if renamed."""

    kind: EditKind
    thing: Thing
    id: str
    was: str | None = None
    title: str = ""
    fields: tuple[FieldChange, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The keys under which source maps know the thing, before and after."""
        ids = {self.id, self.was or self.id}
        return frozenset(f"{self.thing}:{one}" for one in ids)
