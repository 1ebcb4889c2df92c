"""What a new version of a policy means for cases: which get another verdict, each shown by a witness case.

A case is compared on what both versions know. A facet that both have takes the values that it has in both; a facet or
a clause's own question that only one has is a variable all the same, which changes nothing in the other. Values that
only one version has are named in the remarks, and the cases that have them are not compared. The verdicts of a case
differ when its level or the action of its response does; guidance is prose, and the clauses that decided may have
other names. A category that a version does not have forbids nothing there.
"""

from __future__ import annotations

from typing import Literal

from ..analysis.compare import compare
from ..analysis.finding import Comparison, Relation
from ..meaning.policy import Policy
from .alignment import Alignment, align
from .change import CategoryChange, MeaningDifference, ShownBy, WitnessKind
from .flips import flips
from .narrowing import only, touched

OLD, NEW = "the old", "the new"
_OTHER_WAY = {Relation.STRICTER: Relation.LOOSER, Relation.LOOSER: Relation.STRICTER}
_SENTENCES = {
    Relation.STRICTER: "some cases get a higher level, and none a lower one",
    Relation.LOOSER: "some cases get a lower level, and none a higher one",
    Relation.EQUIVALENT: "every case gets the same level",
    Relation.UNDECIDED: "it could not be decided whether cases get another level",
}


def meaning(old: Policy, new: Policy) -> MeaningDifference:
    """Compare two versions, renames aside, category by category and surface by surface."""
    return meaning_of(align(old, new))


def meaning_of(alignment: Alignment) -> MeaningDifference:
    """The same, of versions whose names have been aligned."""
    old, new = alignment.old, alignment.new
    to_compare = touched(old, new)
    found = compare(_called(only(old, to_compare), OLD), _called(only(new, to_compare), NEW))
    changes: dict[str, list[CategoryChange]] = {}
    for comparison in found.comparisons:
        if comparison.category in to_compare:
            changes.setdefault(comparison.category, []).append(_change(comparison))
    ids = dict.fromkeys(category.id for policy in (old, new) for category in policy.categories)
    categories = tuple(change for name in ids for change in changes.get(name) or [_unchanged(new, name)])
    return MeaningDifference(remarks=found.remarks, categories=categories, flips=tuple(flips(alignment, categories)))


def _unchanged(policy: Policy, category: str) -> CategoryChange:
    used = {surface for clause in policy.category(category).clauses for surface in clause.surfaces}
    return CategoryChange(
        category=category,
        surfaces=tuple(surface.id for surface in policy.surfaces if surface.id in used),
        relation=Relation.EQUIVALENT,
        present="both",
        sentence=_SENTENCES[Relation.EQUIVALENT],
    )


def _called(policy: Policy, name: str) -> Policy:
    """Two versions may bear one name and number; sentences tell them apart all the same."""
    return policy.model_copy(update={"name": name, "version": "version"})


def _change(found: Comparison) -> CategoryChange:
    # `compare` says how its first policy stands to the second: the witnesses of a stricter old version show a looser
    # new one.
    witnesses = (
        (WitnessKind.STRICTER, found.looser),
        (WitnessKind.LOOSER, found.stricter),
        (WitnessKind.UNRANKED, found.unranked),
        (WitnessKind.RESPONSE, found.response),
    )
    shown_by = tuple(ShownBy(kind=kind, witness=witness) for kind, witness in witnesses if witness is not None)
    relation = _OTHER_WAY.get(found.relation, found.relation)
    present: Literal["both", "old", "new"] = (
        "both" if found.present == "both" else "old" if found.present == "first" else "new"
    )
    return CategoryChange(
        category=found.category,
        surfaces=found.surfaces,
        relation=relation,
        present=present,
        sentence=_sentence(found, relation, shown_by) + ("" if present == "both" else f" (only {present} has it)"),
        shown_by=shown_by,
    )


def _sentence(found: Comparison, relation: Relation, shown_by: tuple[ShownBy, ...]) -> str:
    if relation is Relation.INCOMPARABLE:
        if found.stricter and found.looser:
            return "some cases get a higher level, and some a lower one"
        return "some cases get levels that are in no order"
    if relation is Relation.EQUIVALENT and shown_by:
        return "every case gets the same level, but not always the same response"
    return _SENTENCES[relation]
