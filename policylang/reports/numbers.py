"""Numbers as a reader wants them: unknown stays unknown, and small is not nothing."""

from __future__ import annotations

from .data import RoleUsage


def number(value: int) -> str:
    return f"{value:,}"


def share(part: int, whole: int) -> float:
    """`part` of `whole` in 0..1; 0 where there is nothing to have a part of."""
    return min(1.0, part / whole) if whole else 0.0


def percent(value: float) -> str:
    """A proportion as a percentage; never 100 % for less than all, never 0 % for more than nothing."""
    rounded = round(100 * value)
    if value < 1 and rounded == 100:
        return "> 99 %"
    if value > 0 and rounded == 0:
        return "< 1 %"
    return f"{rounded} %"


def amount(value: float | None, digits: int = 2) -> str:
    return "not defined" if value is None else f"{value:.{digits}f}"


def tokens(value: int) -> str:
    """A count of tokens in three digits or so: 950, 12.4 k, 3.1 M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if value >= 0.9995 * size:
            return f"{value / size:.3g} {unit}" if value < 999.5 * size else f"{value / size:,.0f} {unit}"
    return str(value)


def cost(usage: RoleUsage) -> str:
    """US dollars. `unknown` where no call has a price, `at least` where some have none."""
    if not usage.calls:
        return "nothing was called"
    if usage.cost_usd is None:
        return "unknown"
    known = f"${usage.cost_usd:,.2f}" if usage.cost_usd >= 0.1 or not usage.cost_usd else f"${usage.cost_usd:.4f}"
    return f"at least {known}" if usage.unpriced else known
