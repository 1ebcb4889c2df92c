"""What a difference in meaning consists of: verdicts that change, each shown by a case, and exemplars that flip."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from ..analysis.finding import Relation, Witness
from ..meaning.expr import Node
from ..meaning.policy import Label


class WitnessKind(StrEnum):
    """What a witness case shows of the new version."""

    STRICTER = "stricter"
    LOOSER = "looser"
    UNRANKED = "unranked"
    RESPONSE = "response"


class ShownBy(Node):
    """A case that gets another verdict; of `stated`, whatever the other variables are."""

    kind: WitnessKind
    witness: Witness


class CategoryChange(Node):
    """How the new version stands to the old one in a category, on the surfaces where the answer is the same."""

    category: str
    surfaces: tuple[str, ...]
    relation: Relation
    present: Literal["both", "old", "new"]
    sentence: str
    shown_by: tuple[ShownBy, ...] = ()

    @property
    def differs(self) -> bool:
        """Does any case get another verdict, or might it?"""
        return bool(self.shown_by) or self.relation is Relation.UNDECIDED


class Flip(Node):
    """An exemplar whose case has another verdict or label in the new version. `side`: the version it is taken from.

    `was_label` and `label` are None in the version that does not have the exemplar.
    """

    exemplar: str
    clause: str
    surface: str
    side: Literal["old", "new"]
    was_label: Label | None
    label: Label | None
    sentence: str


class MeaningDifference(Node):
    """`remarks` say what cannot be compared, or is taken to be the same."""

    remarks: tuple[str, ...]
    categories: tuple[CategoryChange, ...]
    flips: tuple[Flip, ...]

    @property
    def differs(self) -> bool:
        return any(category.differs for category in self.categories)
