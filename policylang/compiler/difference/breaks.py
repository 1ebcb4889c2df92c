"""What a change breaks, in grades: labels, then rubrics, then prompts, then nothing but text.

Every break has an id that stays while its cause does, so that it can be accepted by name:
`label:CATEGORY/SURFACE:looser` (or what else a witness shows, `undecided` or `unclear`), `rubric:CATEGORY.SURFACE`,
`prompt:STAGE/SCOPE`, `plan:NAME`, `text:clause:ID`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from policylang.language.analysis.finding import Relation
from policylang.language.difference import Edit, MeaningDifference, Thing
from policylang.language.meaning.expr import Node

from .artefacts import ArtefactDifference, edit_sentence


class Grade(StrEnum):
    """The gravest first.

    `label`: cases get another verdict, or might. `rubric`: questions or answers change, so that old judgements cannot
    be compared with new ones. `prompt`: prompts, decision tables or plan rows change. `text`: nothing of these does.
    """

    LABEL = "label"
    RUBRIC = "rubric"
    PROMPT = "prompt"
    TEXT = "text"

    @property
    def rank(self) -> int:
        """3 is the gravest, 0 breaks nothing."""
        return len(Grade) - 1 - list(Grade).index(self)


class Break(Node):
    id: str
    grade: Grade
    sentence: str
    reasons: tuple[str, ...] = ()


def breaks(edits: Sequence[Edit], meaning: MeaningDifference, artefacts: ArtefactDifference) -> tuple[Break, ...]:
    """Every break of a change, the gravest first."""
    found = [*_labels(meaning), *_artefacts(artefacts), *_texts(edits, meaning, artefacts)]
    return tuple(sorted(found, key=lambda one: -one.grade.rank))


def _labels(meaning: MeaningDifference) -> Iterator[Break]:
    for change in meaning.categories:
        for surface in change.surfaces:
            place = f"label:{change.category}/{surface}"
            if change.relation is Relation.UNDECIDED:
                yield Break(id=f"{place}:undecided", grade=Grade.LABEL, sentence=change.sentence)
            for shown in change.shown_by:
                yield Break(
                    id=f"{place}:{shown.kind}",
                    grade=Grade.LABEL,
                    sentence=f"{change.category} on {surface}: {change.sentence}",
                    reasons=(shown.witness.sentence,),
                )


def _artefacts(artefacts: ArtefactDifference) -> Iterator[Break]:
    for change in artefacts.all:
        grade = Grade.PROMPT if change.comparable else Grade.RUBRIC
        sentence = f"the {change.kind} {change.id} was {change.fate}"
        yield Break(id=f"{change.kind}:{change.id}", grade=grade, sentence=sentence, reasons=change.reasons)
        if change.unclear:
            sentence = "cases that a judge cannot tell may get another level: ambiguity rules have changed"
            category, _, surface = change.id.rpartition(".")
            yield Break(id=f"label:{category}/{surface}:unclear", grade=Grade.LABEL, sentence=sentence)


def _texts(edits: Sequence[Edit], meaning: MeaningDifference, artefacts: ArtefactDifference) -> Iterator[Break]:
    """Edits that nothing compiled comes from. A new version number alone is no break."""
    felt = {key for change in artefacts.all for key in change.about}
    differing = {change.category for change in meaning.categories if change.differs}
    for edit in edits:
        if f"{edit.thing}:{edit.id}" in felt or (edit.thing is Thing.CATEGORY and edit.id in differing):
            continue
        if edit.thing is Thing.POLICY and {field.field for field in edit.fields} == {"version"}:
            continue
        yield Break(id=f"text:{edit.thing}:{edit.id}", grade=Grade.TEXT, sentence=edit_sentence(edit))
