"""The version that a change asks for (https://semver.org), read as version ranges of imports are.

A label that changes asks for a major version, a rubric or prompt for a minor one, text for a patch. Before 1.0.0 the
minor number takes the place of the major one, as it does in the range `^0.3`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from policylang.language.meaning.expr import Node

from .breaks import Break, Grade

Part = Literal["major", "minor", "patch", "none"]
_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_PARTS: dict[Grade, Part] = {
    Grade.LABEL: "major",
    Grade.RUBRIC: "minor",
    Grade.PROMPT: "minor",
    Grade.TEXT: "patch",
}


class Bump(Node):
    """`carried`: is the new version at least the `suggested` one?"""

    part: Part
    old: str
    new: str
    suggested: str
    carried: bool


def bump(old: str, new: str, breaks: Sequence[Break]) -> Bump:
    """What the gravest break asks for, accepted or not: who imports the policy has accepted nothing."""
    gravest = max((one.grade for one in breaks), key=lambda grade: grade.rank, default=None)
    part: Part = "none" if gravest is None else _PARTS[gravest]
    before, after = _numbers(old), _numbers(new)
    wanted = _raised(before, part)
    suggested = old if part == "none" else ".".join(map(str, wanted))
    return Bump(part=part, old=old, new=new, suggested=suggested, carried=after >= wanted)


def _raised(version: tuple[int, int, int], part: Part) -> tuple[int, int, int]:
    major, minor, patch = version
    if part == "none":
        return version
    if major == 0:
        return (0, minor + 1, 0) if part == "major" else (0, minor, patch + 1)
    if part == "major":
        return major + 1, 0, 0
    return (major, minor + 1, 0) if part == "minor" else (major, minor, patch + 1)


def _numbers(version: str) -> tuple[int, int, int]:
    found = _NUMBERS.match(version)
    major, minor, patch = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return major, minor, patch
