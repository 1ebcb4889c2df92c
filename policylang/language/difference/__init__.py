"""Two versions of a policy: what was edited, thing by thing, and what that changes in meaning, with cases that show it.

Renames come first (`alignment`): the old version is read in the names of the new one, so that a clause that only got
another name is the same clause, and the question whether its text applies is the same question.
"""

from .alignment import Alignment, align
from .change import CategoryChange, Flip, MeaningDifference, ShownBy, WitnessKind
from .edit import Edit, EditKind, FieldChange, Thing
from .edits import edits, edits_of
from .meaning import meaning, meaning_of

__all__ = [
    "Alignment",
    "CategoryChange",
    "Edit",
    "EditKind",
    "FieldChange",
    "Flip",
    "MeaningDifference",
    "ShownBy",
    "Thing",
    "WitnessKind",
    "align",
    "edits",
    "edits_of",
    "meaning",
    "meaning_of",
]
