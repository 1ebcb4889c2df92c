"""What is not the same in two rubrics: their questions and answers, or only what follows from the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Json = Mapping[str, Any]


class RubricChange(NamedTuple):
    """`comparable`: are answers given before the change still answers to the same question? `unclear`: may a case get
    another level where a judge cannot tell?"""

    sentence: str
    comparable: bool
    unclear: bool = False


def rubric_changes(was: Json, now: Json) -> list[RubricChange]:
    """The changes between two versions of one rubric file, of judging or of quality."""
    return list(_of_quality(was["rubric"], now["rubric"]) if "rubric" in now else _of_judging(was, now))


def _of_judging(was: Json, now: Json) -> Iterator[RubricChange]:
    before, after = ({item["id"]: item for item in rubric["items"]} for rubric in (was, now))
    yield from _come_and_gone("question", before, after)
    for name in after:
        if name not in before:
            continue
        one, other = before[name], after[name]
        if one["kind"] != other["kind"]:
            yield RubricChange(f"the question `{name}` is now {_asked(other)}, and was {_asked(one)}", False)
        if one["question"] != other["question"]:
            yield RubricChange(f"the question `{name}` reads differently", False)
        answers, answers_now = ([choice["value"] for choice in item["choices"]] for item in (one, other))
        if answers != answers_now:
            gone = [f"no longer {value}" for value in answers if value not in answers_now]
            come = [f"now also {value}" for value in answers_now if value not in answers]
            told = ", ".join(gone + come) or "in another order"
            yield RubricChange(f"the question `{name}` has other answers: {told}", False)
        elif one["choices"] != other["choices"]:
            yield RubricChange(f"the answers of `{name}` are described differently", False)
    if was["table"]["ambiguity"] != now["table"]["ambiguity"]:
        yield RubricChange("what a judge cannot tell is decided by other rules", True, unclear=True)
    if _without_ambiguity(was) != _without_ambiguity(now):
        yield RubricChange("its decision table is another", True)


def _without_ambiguity(rubric: Json) -> dict[str, Any]:
    return {name: part for name, part in rubric["table"].items() if name != "ambiguity"}


def _asked(item: Json) -> str:
    return "known from the row" if item["kind"] == "given" else "asked of the judge"


def _of_quality(was: Json, now: Json) -> Iterator[RubricChange]:
    before, after = ({one["id"]: one for one in rubric["criteria"]} for rubric in (was, now))
    yield from _come_and_gone("criterion", before, after)
    if (was["low"], was["high"]) != (now["low"], now["high"]):
        scales = f"was {was['low']}..{was['high']}, is {now['low']}..{now['high']}"
        yield RubricChange(f"the scale {scales}", False)
    for name in after:
        if name not in before:
            continue
        one, other = before[name], after[name]
        for field in ("text", "anchors", "when"):
            if one[field] != other[field]:
                yield RubricChange(f"the criterion `{name}` has changed ({field})", False)
        if one["weight"] != other["weight"]:
            yield RubricChange(
                f"the criterion `{name}` weighs {other['weight']:g}, and weighed {one['weight']:g}", True
            )
    if was["accept"] != now["accept"]:
        yield RubricChange("samples are accepted by another rule", True)


def _come_and_gone(what: str, before: Json, after: Json) -> Iterator[RubricChange]:
    for name in before:
        if name not in after:
            yield RubricChange(f"the {what} `{name}` is gone", False)
    for name in after:
        if name not in before:
            yield RubricChange(f"the {what} `{name}` is new", False)
