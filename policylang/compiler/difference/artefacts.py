"""Which prompts, rubrics and plan rows of two bundles are not the same, each with the edits that it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from policylang.language.difference import Edit, EditKind
from policylang.language.meaning.expr import Node

from ..bundle import Bundle
from ..plans.difference import PlanDifference, UnrelatedError, difference
from .rubric_items import rubric_changes

Fate = Literal["added", "removed", "changed"]
_TOLD = 3


class ArtefactChange(Node):
    """`about` are the keys of the edits that it comes from (`clause:ID`). A rubric that is not `comparable` asks other
    questions, or takes other answers, than before: judgements by the two cannot be compared. One that is `unclear` may
    give another level where a judge cannot tell, which no complete case shows. `rows` counts the rows of a plan by what
    becomes of them."""

    kind: Literal["prompt", "rubric", "plan"]
    id: str
    fate: Fate
    reasons: tuple[str, ...]
    about: tuple[str, ...] = ()
    comparable: bool = True
    unclear: bool = False
    rows: dict[str, int] = Field(default_factory=dict)


class ArtefactDifference(Node):
    """`remarks` say what could not be compared."""

    prompts: tuple[ArtefactChange, ...]
    rubrics: tuple[ArtefactChange, ...]
    plans: tuple[ArtefactChange, ...]
    remarks: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[ArtefactChange, ...]:
        return (*self.prompts, *self.rubrics, *self.plans)


def artefacts(old: Bundle, new: Bundle, edits: Sequence[Edit]) -> ArtefactDifference:
    """Compare what two versions compile to. `edits` are those between their policies."""
    remarks: list[str] = []
    if old.manifest.tool_version != new.manifest.tool_version:
        remarks.append(
            f"the old bundle was compiled by policylang {old.manifest.tool_version}, the new one by "
            f"{new.manifest.tool_version}: what differs may come from that"
        )
    causes = _Causes(edits)
    return ArtefactDifference(
        prompts=tuple(_prompts(old, new, causes)),
        rubrics=tuple(_rubrics(old, new, causes)),
        plans=tuple(_plans(old, new, causes, remarks)),
        remarks=tuple(remarks),
    )


class _Causes:
    """The edits that an artefact comes from, by the sources that it is made of."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = edits
        self._by_key: dict[str, list[Edit]] = {}
        for edit in edits:
            for key in edit.keys:
                self._by_key.setdefault(key, []).append(edit)

    def of(self, sources: Sequence[str]) -> tuple[Edit, ...]:
        found: dict[tuple[str, str], Edit] = {}
        for source in sources:
            owner = source.split("=", 1)[0]
            for key in (owner, owner.rpartition(".")[0]):
                for edit in self._by_key.get(key, ()):
                    found.setdefault((edit.thing, edit.id), edit)
        return tuple(found.values())


def edit_sentence(edit: Edit) -> str:
    """`clause `violence.threats` was changed (text, level)`."""
    fields = f" ({', '.join(field.field for field in edit.fields)})" if edit.fields else ""
    was = f" from `{edit.was}`" if edit.kind is EditKind.RENAMED and edit.was else ""
    return f"{edit.thing} `{edit.id}` was {edit.kind}{was}{fields}"


def _told(edits: Sequence[Edit], otherwise: str) -> dict[str, Any]:
    shown = [edit_sentence(edit) for edit in edits]
    if len(shown) > _TOLD:
        shown = [*shown[:_TOLD], f"and {len(shown) - _TOLD} more edits"]
    return {
        "reasons": tuple(shown) or (otherwise,),
        "about": tuple(f"{edit.thing}:{edit.id}" for edit in edits),
    }


def _fate(before: object | None, after: object | None) -> Fate:
    return "added" if before is None else "removed" if after is None else "changed"


def _prompts(old: Bundle, new: Bundle, causes: _Causes) -> Iterator[ArtefactChange]:
    before, after = ({entry["id"]: entry for entry in bundle.json("prompts.json")} for bundle in (old, new))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        if was and now and was["sha256"] == now["sha256"]:
            continue
        sources = [source for entry in (was, now) if entry for source in _sources(entry)]
        found = causes.of(sources)
        yield ArtefactChange(
            kind="prompt", id=name, fate=_fate(was, now), **_told(found, "what is compiled into it has changed")
        )


def _sources(entry: Mapping[str, Any]) -> Iterator[str]:
    for clause in entry["clauses"]:
        yield f"clause:{clause}"
    for exemplar in entry["exemplars"]:
        yield f"exemplar:{exemplar}"
    for message in entry["messages"]:
        for source in message["sources"]:
            yield source["source"]
    yield f"template:{entry['template']}"


def _rubrics(old: Bundle, new: Bundle, causes: _Causes) -> Iterator[ArtefactChange]:
    before, after = (_rubric_files(bundle) for bundle in (old, new))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        sources = [source for one in (was, now) if one for source in _rubric_sources(one)]
        told = _told(causes.of(sources), "what is compiled into it has changed")
        if was and now:
            changes = rubric_changes(was, now)
            told["reasons"] = (*(change.sentence for change in changes), *told["reasons"])
            told["comparable"] = all(change.comparable for change in changes)
            told["unclear"] = any(change.unclear for change in changes)
        else:
            told["comparable"] = was is None
        yield ArtefactChange(kind="rubric", id=name, fate=_fate(was, now), **told)


def _rubric_files(bundle: Bundle) -> dict[str, Any]:
    return {
        path.removeprefix("rubrics/").removesuffix(".json"): bundle.json(path)
        for path in bundle.files
        if path.startswith("rubrics/")
    }


def _rubric_sources(rubric: Mapping[str, Any]) -> Iterator[str]:
    if "rubric" in rubric:
        yield f"rubric:{rubric['rubric']['id']}"
        return
    if rubric["table"]["ambiguity"]:
        yield f"category:{rubric['category']}"
    for item in rubric["items"]:
        yield from item["sources"]
        yield f"facet:{item['id']}"
        for clause in item["clauses"]:
            yield f"clause:{clause}"


def _plans(old: Bundle, new: Bundle, causes: _Causes, remarks: list[str]) -> Iterator[ArtefactChange]:
    for name in dict.fromkeys((*new.manifest.plans, *old.manifest.plans)):
        told = _told(causes.of([f"plan:{name}"]), "")
        if name not in new.manifest.plans or name not in old.manifest.plans:
            fate: Fate = "removed" if name not in new.manifest.plans else "added"
            yield ArtefactChange(kind="plan", id=name, fate=fate, **told)
            continue
        try:
            found = difference(old, new, name)
        except UnrelatedError as error:
            remarks.append(f"the rows of the plan {name} cannot be compared: {error}")
            continue
        if any(row.fate != "keep" for row in found.rows):
            reasons = [*(reason for reason in told["reasons"] if reason), *_row_reasons(found)]
            yield ArtefactChange(
                kind="plan",
                id=name,
                fate="changed",
                reasons=tuple(reasons),
                about=told["about"],
                rows={str(fate): count for fate, count in found.fates.items()},
            )


def _row_reasons(found: PlanDifference) -> Iterator[str]:
    counts = Counter(reason for row in found.rows for reason in row.reasons)
    for reason, count in counts.most_common():
        yield f"{count} {'row' if count == 1 else 'rows'}: {reason}"
