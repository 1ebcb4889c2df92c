"""Kinds of reasons: what is left of a problem without the names and quotations in it, so that it can be counted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .data import Count

MOST_KINDS = 60
"""Kinds that are kept apart; later ones count as OTHER, so that no model can fill the memory with reasons."""

LONGEST = 160
OTHER = "something else"

_KINDS = (
    (r"does not cite the clause that decides \(.*\)", "does not cite the clause that decides"),
    (r"cites .*, which does not exist", "cites a clause that does not exist"),
    (r"cites .*, which does not decide this case", "cites a clause that does not decide the case"),
    (r"names .*, which does not decide this case", "names a clause that does not decide the case"),
    (r"a near copy of the exemplar .*", "a near copy of an exemplar"),
    (r"the reply answers .*, which was not asked", "the reply answers what was not asked"),
    (r"the reply leaves out .*", "the reply leaves out a question"),
    (r"the reply gives .* a value that it cannot have", "the reply gives a value that does not exist"),
    (r"no exemplar of .* has one", "no exemplar of the category has one"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _KINDS)


def kind_of(problem: str) -> str:
    """The kind of a problem, with the stage that found it if it names one (`request: a near copy of an exemplar`)."""
    stage, colon, rest = problem.partition(": ")
    if not colon or " " in stage.removeprefix("rubric "):
        stage, colon, rest = "", "", problem
    kind = next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(rest)), " ".join(rest.split()))
    words = f"{stage}{colon}{kind}"
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


class ReasonTally:
    """Counts kinds of problems, with an example of each."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, str] = {}

    def add(self, problems: Iterable[str]) -> None:
        """Count the problems of one attempt: each kind once."""
        for kind, problem in {kind_of(problem): problem for problem in problems}.items():
            if kind not in self._counts and len(self._counts) >= MOST_KINDS:
                kind = OTHER
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._examples.setdefault(kind, problem)

    def result(self) -> tuple[Count, ...]:
        """The kinds, the commonest first."""
        found = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Count(kind=kind, count=count, example="" if self._examples[kind] == kind else self._examples[kind][:400])
            for kind, count in found
        )
