"""Overrides: no locked clause is overridden, none overrides itself, there is no circle, the surfaces meet."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Related, Report
from ..meaning.policy import Clause, Policy
from ..source import Span


def check_overrides(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
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
            if _reaches(policy, other, clause.id):
                report.add(
                    "POL0306",
                    f"`{clause.name}` and `{other.name}` override each other",
                    place,
                    "Decide which of them is the exception, and drop the other override.",
                    [declared],
                )


def _reaches(policy: Policy, start: Clause, goal: str) -> bool:
    """Does a chain of overrides lead from `start` to `goal`? A clause that overrides itself reaches itself."""
    pending, seen = [start.id], {start.id}
    while pending:
        here = pending.pop()
        if here == goal:
            return True
        for other in policy.clause(here).overrides:
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return False
