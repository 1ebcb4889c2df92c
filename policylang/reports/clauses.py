"""The policy's clauses as the report quotes them, so that a citation has something to point to."""

from __future__ import annotations

from policylang.compiler.wording import effect_line
from policylang.language.meaning.policy import Action, Clause, Policy

from .data import CategoryText, ClauseText
from .outcome import CLAUSE, OutcomeTally

RESPONSES = {
    Action.REFUSE: "Decline",
    Action.SAFE_COMPLETE: "Help with the safe part",
    Action.COMPLY: "Help",
    Action.ESCALATE: "Hand over to a person",
}


def categories(policy: Policy, outcome: OutcomeTally) -> tuple[CategoryText, ...]:
    """Every category with its clauses, and how many rows each clause got."""
    return tuple(
        CategoryText(
            id=category.id,
            code=category.code,
            title=category.title or category.name,
            text=category.text.strip(),
            depth=category.id.count("."),
            clauses=tuple(_clause(policy, clause, outcome) for clause in category.clauses),
        )
        for category in policy.categories
    )


def _clause(policy: Policy, clause: Clause, outcome: OutcomeTally) -> ClauseText:
    respond = clause.respond
    return ClauseText(
        id=clause.id,
        label=clause.label,
        title=clause.title or clause.name,
        rule=effect_line(policy, clause),
        text=clause.text.strip(),
        locked=clause.locked,
        response=RESPONSES[respond.action] if respond else "",
        guidance=" ".join(respond.guidance.split()) if respond else "",
        planned=outcome.planned[CLAUSE][clause.id],
        accepted=outcome.accepted[CLAUSE][clause.id],
    )
