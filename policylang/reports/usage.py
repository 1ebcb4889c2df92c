"""Tokens, calls and costs, for each role and in all. What a price is not known for has no cost, which is not 0."""

from __future__ import annotations

from collections.abc import Iterable

from policylang.runtime.config import ROLES
from policylang.runtime.ledger import Ledger, Totals
from policylang.runtime.sample import Sample

from .data import RoleUsage


class ModelTally:
    """Which models answered in which role."""

    def __init__(self) -> None:
        self._models: dict[str, set[str]] = {}

    def add(self, sample: Sample) -> None:
        for call in sample.calls:
            self._models.setdefault(call.role, set()).add(call.model)

    def of(self, role: str) -> tuple[str, ...]:
        return tuple(sorted(self._models.get(role, ())))

    @property
    def roles(self) -> tuple[str, ...]:
        return (*ROLES, *sorted(set(self._models) - set(ROLES)))


def usage(ledger: Ledger, models: ModelTally) -> tuple[tuple[RoleUsage, ...], RoleUsage]:
    """What each role that was called took, and what all calls took."""
    roles = tuple(_usage(role, models.of(role), ledger.totals(role)) for role in models.roles)
    every = sorted({model for role in models.roles for model in models.of(role)})
    return tuple(role for role in roles if role.calls), _usage("", every, ledger.totals())


def _usage(role: str, models: Iterable[str], totals: Totals) -> RoleUsage:
    return RoleUsage(
        role=role,
        models=tuple(models),
        calls=totals.calls,
        prompt_tokens=totals.prompt_tokens,
        completion_tokens=totals.completion_tokens,
        cached_tokens=totals.cached_tokens,
        cost_usd=totals.cost_usd if totals.calls > totals.unpriced else None,
        unpriced=totals.unpriced,
    )
