"""Overrides: no locked clause is overridden, none overrides itself, there is no circle, the surfaces meet."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Related, Report
from ..meaning.policy import Clause, Policy
from ..source import Span


def check_overrides(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    told: set[str] = set()
    for clause in policy.clauses:
        for other in map(policy.clause, clause.overrides):
            place = spans[f"clause:{clause.id}.overrides.{other.id}"]
            declared = Related(spans[f"clause:{other.id}"], "declared here")
            if other.locked:
                report.add(
                    "POL0305",
                    f"`{other.name}` is locked, so `{clause.name}` cannot override it",
                    place,
                    "Narrow the condition of the locked clause itself, or drop the override.",
                    [declared],
                )
            elif not set(clause.surfaces) & set(other.surfaces):
                report.add(
                    "POL0317",
                    f"`{clause.name}` and `{other.name}` have no surface in common",
                    place,
                    f"`{other.name}` applies to {', '.join(other.surfaces)}: let this clause apply there too.",
                    [declared],
                )
            if clause.id not in told and clause.id in (reached := _reached(policy, other)):
                circle = [c for c in policy.clauses if c.id in reached and clause.id in _reached(policy, c)]
                told.update(c.id for c in circle)
                names = (
                    ", ".join(f"`{c.name}`" for c in circle[:-1])
                    + (" and " if circle[1:] else "")
                    + f"`{circle[-1].name}`"
                )
                report.add(
                    "POL0306",
                    f"{names} override each other" if len(circle) > 1 else f"{names} overrides itself",
                    place,
                    "Decide which of them is the exception, and drop the other override."
                    if len(circle) > 1
                    else "Drop the override.",
                    _other_overrides(circle, clause, spans),
                )


def _other_overrides(circle: list[Clause], first: Clause, spans: Mapping[str, Span]) -> list[Related]:
    """Where the clauses of a circle, but for the `first`, override one another."""
    inside = {clause.id: clause.name for clause in circle}
    return [
        Related(spans[f"clause:{clause.id}.overrides.{other}"], f"`{clause.name}` overrides `{inside[other]}`")
        for clause in circle
        if clause.id != first.id
        for other in clause.overrides
        if other in inside
    ]


def _reached(policy: Policy, start: Clause) -> set[str]:
    """The ids of `start` and of all clauses that a chain of overrides leads to from there."""
    pending, seen = [start.id], {start.id}
    while pending:
        for other in policy.clause(pending.pop()).overrides:
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return seen
