"""How the reasoning was worded: by which model, or by the compiled skeleton; and what the verifier refused, and why."""

from __future__ import annotations

from collections import Counter

from policylang.runtime.sample import Sample

from .data import Rationales, RefusedWords, TeacherShare
from .reasons import ReasonTally, kind_of

SYMBOLIC = "symbolic"
REFUSED = "reasoning: "
MOST_EXAMPLES = 4
LONGEST = 900


class RationaleTally:
    """Counts over all attempts; the teachers over accepted samples only."""

    def __init__(self) -> None:
        self._teachers: Counter[str] = Counter()
        self._worded = 0
        self._refused = 0
        self._problems = ReasonTally()
        self._examples: dict[str, RefusedWords] = {}

    def add(self, sample: Sample, *, accepted: bool) -> None:
        reasoning = sample.reasoning
        if reasoning is None:
            self._add_refusal_without_fallback(sample)
            return
        if accepted:
            self._teachers[reasoning.teacher] += 1
        self._worded += reasoning.teacher != SYMBOLIC
        for words in reasoning.rejected:
            self._worded += 1
            self._refused += 1
            self._problems.add(words.problems)
            kind = kind_of(words.problems[0]) if words.problems else ""
            if kind not in self._examples and len(self._examples) < MOST_EXAMPLES:
                self._examples[kind] = RefusedWords(
                    row_id=sample.row.id, clause=sample.row.clause, text=words.text[:LONGEST], problems=words.problems
                )

    def _add_refusal_without_fallback(self, sample: Sample) -> None:
        """Without a fallback the sample was rejected for its reasoning, and keeps the reason alone."""
        for problem in sample.problems:
            if problem.startswith(REFUSED):
                self._worded += 1
                self._refused += 1
                self._problems.add(problem.removeprefix(REFUSED).split("; "))

    def result(self) -> Rationales:
        teachers = sorted(self._teachers.items(), key=lambda item: (item[0] == SYMBOLIC, -item[1], item[0]))
        return Rationales(
            teachers=tuple(
                TeacherShare(teacher=teacher, symbolic=teacher == SYMBOLIC, accepted=count)
                for teacher, count in teachers
            ),
            worded=self._worded,
            refused=self._refused,
            problems=self._problems.result(),
            examples=tuple(self._examples.values()),
        )
