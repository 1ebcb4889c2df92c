"""How far a count can be trusted: the Wilson interval of a proportion, and Cohen's kappa of two labellings."""

from __future__ import annotations

import math
from collections.abc import Mapping

from policylang.language.meaning.expr import Node

Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


class Interval(Node):
    """A confidence interval of a proportion, both ends within 0..1."""

    low: float
    high: float


def wilson_interval(successes: int, trials: int, z: float = Z_95) -> Interval:
    """The score interval of a proportion, 95 % by default; 0..1 where there are no trials.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212. Unlike
    the textbook interval it holds its level for few trials and near 0 and 1 (Brown, Cai and DasGupta, 2001). Raises
    ValueError when the counts are none.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    if trials == 0:
        return Interval(low=0.0, high=1.0)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low=low, high=high)


def chance_agreement(table: Mapping[tuple[str, str], int]) -> float | None:
    """How often two labellings would agree by chance, given how often each uses each label. None for an empty table.

    `table` counts pairs of labels.
    """
    total = sum(table.values())
    if not total:
        return None
    labels = {label for pair in table for label in pair}
    first = {label: sum(n for (a, _), n in table.items() if a == label) for label in labels}
    second = {label: sum(n for (_, b), n in table.items() if b == label) for label in labels}
    return sum(first[label] * second[label] for label in labels) / (total * total)


def cohen_kappa(table: Mapping[tuple[str, str], int]) -> float | None:
    """Agreement beyond chance: 1 is perfect, 0 is what chance gives. None where chance alone gives full agreement.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960)
    37-46.
    """
    chance = chance_agreement(table)
    if chance is None or chance == 1.0:
        return None
    observed = sum(n for (a, b), n in table.items() if a == b) / sum(table.values())
    return (observed - chance) / (1 - chance)
