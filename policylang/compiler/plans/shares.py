"""Shares that become whole numbers of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from policylang.language.meaning.policy import Share

ROUNDING = Fraction(5, 100)
"""How far each percentage may be rounded: three times 33.3% is a hundred, three times 33% is not."""


class ShareError(ValueError):
    """Percentages that do not make a whole."""


def fractions_of(shares: Sequence[Share]) -> dict[str, Fraction]:
    """The share of each name, as fractions that sum to 1 exactly.

    Without any percentage the shares are equal; those without one share equally what the others leave. Raises
    ShareError for a name that stands twice, and for percentages that do not sum to 100 but for rounding.
    """
    if len({share.name for share in shares}) != len(shares):
        raise ShareError("a name stands twice")
    given = {share.name: Fraction(str(share.percent)) for share in shares if share.percent is not None}
    if any(percent < 0 for percent in given.values()):
        raise ShareError("a percentage is negative")
    total = sum(given.values(), Fraction(0))
    open_names = [share.name for share in shares if share.percent is None]
    if open_names:
        if total >= 100:
            raise ShareError(f"nothing is left for {', '.join(open_names)}: the others already sum to {_text(total)}%")
        given |= dict.fromkeys(open_names, (100 - total) / len(open_names))
        total = Fraction(100)
    if abs(total - 100) > ROUNDING * len(given) or total == 0:
        raise ShareError(f"the percentages sum to {_text(total)}, not to 100")
    return {share.name: given[share.name] / total for share in shares}


def whole_numbers(size: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """`size` rows divided by `shares` (which sum to 1), each share rounded down or up.

    The method of largest remainders (Hamilton 1792): whole parts first, what is left goes to the largest remainders.
    Equal remainders go to the name that stands first.
    """
    exact = {name: share * size for name, share in shares.items()}
    counts = {name: int(part) for name, part in exact.items()}
    left = size - sum(counts.values())
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])  # stable: order among equals
    for name in by_remainder[:left]:
        counts[name] += 1
    return counts


def _text(number: Fraction) -> str:
    return f"{float(number):g}"
