"""The judge: how far its verdicts agree with what was planned, and the scores that it gave."""

from __future__ import annotations

from collections import Counter

from policylang.compiler.plans.rows import PlanRow
from policylang.language.meaning.policy import Label, Policy
from policylang.runtime.sample import Judgement, Sample, Scores

from .data import Agreement, Cell, CriterionMean, Judging, RubricScores
from .statistics import chance_agreement, cohen_kappa, wilson_interval

TOO_FEW = 30
"""Below this many verdicts the 95 % interval around one half is wider than a third of the scale."""

UNUSABLE, UNDECIDED = "unusable", "undecided"


class JudgeTally:
    """Counts judgements over all attempts, so that a judge that rejects does not look better for it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tables: dict[str, Counter[tuple[str, str]]] = {}
        self._agreeing: Counter[str] = Counter()
        self._rubrics: dict[str, _RubricTally] = {}
        self._models: set[str] = set()
        self._samples = 0
        self._advisory = 0

    def add(self, sample: Sample) -> None:
        if not sample.judgements and not sample.scores:
            return
        self._samples += 1
        self._advisory += sample.judge_advisory
        self._models.update(call.model for call in sample.calls if call.role == "judge")
        for judgement in sample.judgements:
            self._add_judgement(sample.row, judgement)
        for scores in sample.scores:
            self._rubrics.setdefault(scores.rubric, _RubricTally()).add(scores)

    def _add_judgement(self, row: PlanRow, judgement: Judgement) -> None:
        planned = Label.COMPLIES if row.verdict.level == self._policy.levels[0] else Label.VIOLATES
        found = _finding_of(judgement)
        self._tables.setdefault(judgement.surface, Counter())[(planned.value, found)] += 1
        self._agreeing[judgement.surface] += judgement.agrees and found not in (UNUSABLE, UNDECIDED)

    def result(self) -> Judging | None:
        """None where nothing was judged."""
        if not self._samples:
            return None
        return Judging(
            models=tuple(sorted(self._models)),
            advisory=self._advisory == self._samples,
            samples=self._samples,
            advisory_samples=self._advisory,
            agreements=tuple(
                agreement(surface, table, self._agreeing[surface]) for surface, table in sorted(self._tables.items())
            ),
            rubrics=tuple(tally.result(name, self._policy) for name, tally in sorted(self._rubrics.items())),
        )


def _finding_of(judgement: Judgement) -> str:
    if judgement.error or judgement.label is None:
        return UNUSABLE
    return UNDECIDED if judgement.directive else judgement.label.value


def agreement(surface: str, table: Counter[tuple[str, str]], agreeing: int) -> Agreement:
    """What a table of (planned label, finding) says of a judge; `agreeing` of the usable findings agree."""
    usable = {pair: count for pair, count in table.items() if pair[1] not in (UNUSABLE, UNDECIDED)}
    trials = sum(usable.values())
    chance = chance_agreement(usable)
    low = wilson_interval(agreeing, trials).low
    if trials < TOO_FEW:
        finding = (
            f"Too few to tell: {trials} usable verdict{'' if trials == 1 else 's'}, {TOO_FEW} at least are needed."
        )
    elif chance is not None and low <= chance:
        finding = "Not shown to be better than chance: chance agreement lies within the interval or above it."
    else:
        finding = "Better than chance."
    return Agreement(
        surface=surface,
        judged=table.total(),
        usable=trials,
        undecided=sum(count for (_, found), count in table.items() if found == UNDECIDED),
        unusable=sum(count for (_, found), count in table.items() if found == UNUSABLE),
        agreeing=agreeing,
        interval=wilson_interval(agreeing, trials),
        kappa=cohen_kappa(usable),
        chance=chance,
        table=tuple(Cell(planned=a, judged=b, count=count) for (a, b), count in sorted(table.items())),
        enough=trials >= TOO_FEW,
        finding=finding,
    )


class _RubricTally:
    def __init__(self) -> None:
        self._scored = 0
        self._total = 0.0
        self._accepted = 0
        self._errors = 0
        self._sums: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def add(self, scores: Scores) -> None:
        if scores.error:
            self._errors += 1
            return
        self._accepted += scores.accepted
        if scores.mean is not None:
            self._total += scores.mean
            self._scored += 1
        self._sums.update(scores.scores)
        self._counts.update(scores.scores.keys())

    def result(self, name: str, policy: Policy) -> RubricScores:
        rubric = next((rubric for rubric in policy.rubrics if rubric.id == name), None)
        order = [criterion.id for criterion in rubric.criteria] if rubric else sorted(self._counts)
        return RubricScores(
            rubric=name,
            title=rubric.title if rubric else "",
            low=rubric.low if rubric else 0,
            high=rubric.high if rubric else 0,
            scored=self._scored,
            accepted=self._accepted,
            errors=self._errors,
            mean=self._total / self._scored if self._scored else None,
            criteria=tuple(
                CriterionMean(criterion=one, scored=self._counts[one], mean=self._sums[one] / self._counts[one])
                for one in order
                if self._counts[one]
            ),
        )
