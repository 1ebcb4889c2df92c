"""What mutation testing says: a trial for every mutant, and the score."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable

from ..coverage.places import Places
from ..meaning.expr import Node
from ..meaning.policy import Policy
from .mutant import Operator
from .operators import mutants_of
from .trial import Status, Trial, Trials


class Score(Node):
    """How many mutants were killed, of those that an exemplar can kill."""

    killed: int = 0
    survived: int = 0
    equivalent: int = 0
    untestable: int = 0

    @property
    def ratio(self) -> float:
        """From 0 to 1; 1 where there is nothing to kill."""
        counted = self.killed + self.survived
        return self.killed / counted if counted else 1.0


class MutationReport(Node):
    """The trials in the order of the policy. `generated` counts all mutants, those that no sample has taken too."""

    policy: str
    version: str
    generated: int
    trials: tuple[Trial, ...]

    def score(self, operator: Operator | None = None, category: str | None = None) -> Score:
        return score_of(
            trial
            for trial in self.trials
            if operator in (None, trial.mutant.operator) and category in (None, trial.mutant.category)
        )

    def of(self, status: Status) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.status == status)


def score_of(trials: Iterable[Trial]) -> Score:
    counts: dict[Status, int] = {"killed": 0, "survived": 0, "equivalent": 0, "untestable": 0}
    for trial in trials:
        counts[trial.status] += 1
    return Score(**counts)


def mutate(
    policy: Policy,
    places: Places | None = None,
    *,
    categories: Collection[str] | None = None,
    operators: Collection[Operator] = tuple(Operator),
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> MutationReport:
    """Try all mutants of a policy, or `sample` of them, drawn by `seed`. `progress` is told how many are done.

    Raises DiagramSizeError where the conditions of a category are too entangled.
    """
    mutants = mutants_of(policy, places, categories=categories, operators=operators)
    chosen = list(mutants)
    if sample is not None and sample < len(mutants):
        numbers = sorted(random.Random(seed).sample(range(len(mutants)), sample))
        chosen = [mutants[number] for number in numbers]
    trials = Trials(policy)
    done = []
    for number, mutant in enumerate(chosen, 1):
        done.append(trials.try_out(mutant))
        progress(number, len(chosen))
    return MutationReport(policy=policy.name, version=policy.version, generated=len(mutants), trials=tuple(done))
