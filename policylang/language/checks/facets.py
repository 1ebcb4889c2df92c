"""Facets that nothing depends on: a judge would be asked a question whose answer decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Report
from ..meaning.mentions import mentioned
from ..meaning.policy import Policy
from ..source import Span


def check_facets(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    """Report unused facets, unless the policy is a library: one without clauses declares them for others."""
    if not policy.clauses:
        return
    used = set(mentioned(policy))
    for facet in policy.facets:
        if facet.id not in used:
            kind, where = ("factor", "plan") if facet.controlled else ("facet", "condition")
            report.add(
                "POL0405",
                f"nothing uses {kind} `{facet.id}`",
                spans[f"facet:{facet.id}"],
                f"Name it in a {where}, or remove it.",
            )
