"""Logic in words: conditions and cases as a person would say them, for prompts, rationales and the book."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policylang.language.logic.table import evaluate_partly
from policylang.language.meaning.expr import YES, And, AtLeast, Expr, Not, Or, Test, evaluate
from policylang.language.meaning.policy import Action, Clause, Effect, Facet, Policy, Term

_DIRECTIVES = {
    Action.REFUSE: "Do not give what is asked for. Say so kindly, and offer something that helps instead.",
    Action.SAFE_COMPLETE: "Help with the part that is safe, and leave out the rest.",
    Action.COMPLY: "Help fully, with a concrete and correct answer.",
    Action.ESCALATE: "Respond with care, and say that you would like to bring in a person who can help.",
}


def variable_title(policy: Policy, variable: str) -> str:
    """`intent` for a facet (its title, in lower case, where it has one); the clause's title in quotes for an atom."""
    facet = _facet(policy, variable)
    if facet is not None:
        return facet.title[:1].lower() + facet.title[1:] if facet.title else variable.replace("_", " ")
    clause = policy.clause(variable)
    return f"“{clause.title or clause.name}”"


def say_test(policy: Policy, variable: str, values: tuple[str, ...]) -> str:
    """A test as a sentence part: `intent is do`, `framing is news or history`, `“Concealment” applies`."""
    if not values:
        return "never"
    if set(values) == set(policy.domain(variable)):
        return "always"
    facet = _facet(policy, variable)
    if facet is None:
        holds = "is met" if policy.clause(variable).effect is Effect.REQUIRE else "applies"
        fails = "is not met" if policy.clause(variable).effect is Effect.REQUIRE else "does not apply"
        return f"{variable_title(policy, variable)} {holds if YES in values else fails}"
    if facet.kind == "boolean":
        return f"{variable_title(policy, variable)}: {values[0]}"
    names = [value.replace("_", " ") for value in values]
    return f"{variable_title(policy, variable)} is {' or '.join(names)}"


def say(policy: Policy, expr: Expr, *, inner: bool = False) -> str:
    """A condition as a sentence part, with brackets only where they are needed."""
    match expr:
        case Test(variable=variable, values=values):
            return say_test(policy, variable, values)
        case Not(item=Test(variable=variable, values=values)):
            left = tuple(value for value in policy.domain(variable) if value not in values)
            return say_test(policy, variable, left)
        case Not(item=item):
            return f"not ({say(policy, item)})"
        case And(items=items) | Or(items=items):
            word = " and " if isinstance(expr, And) else " or "
            if not items:
                return "always" if isinstance(expr, And) else "never"
            text = word.join(say(policy, item, inner=True) for item in items)
            return f"({text})" if inner and len(items) > 1 else text
        case AtLeast(count=count, items=items):
            return f"at least {count} of: {'; '.join(say(policy, item, inner=True) for item in items)}"


def because(policy: Policy, expr: Expr, case: Mapping[str, str]) -> list[str]:
    """Why a condition holds, or does not, in a case: the facts that its truth rests on, each once."""
    truth = evaluate(expr, case)
    match expr:
        case Test(variable=variable):
            facts = [say_test(policy, variable, (case[variable],))]
        case Not(item=item):
            facts = because(policy, item, case)
        case And(items=items) | Or(items=items) | AtLeast(items=items):
            facts = [fact for item in items if evaluate(item, case) is truth for fact in because(policy, item, case)]
    return list(dict.fromkeys(facts))


def describe_case(policy: Policy, case: Mapping[str, str]) -> list[str]:
    """One line a variable: the title, the value, and what the value means.

    A clause that does not apply is not mentioned; a duty that is not met is, unless the case says that there is none.
    """
    lines = []
    for variable, value in case.items():
        facet = _facet(policy, variable)
        if facet is None:
            clause = policy.clause(variable)
            if clause.effect is Effect.REQUIRE:
                if evaluate_partly(clause.scope, case) is not False:
                    met = "met" if value == YES else "not met"
                    lines.append(f"This requirement is {met}: {clause.title or clause.name}")
            elif value == YES:
                lines.append(f"This applies: {clause.title or clause.name}")
            continue
        text = next((item.text for item in facet.values if item.name == value), "")
        title = facet.title or variable.replace("_", " ")
        lines.append(f"{title}: {value.replace('_', ' ')}{f' ({text})' if text else ''}")
    return lines


def effect_line(policy: Policy, clause: Clause) -> str:
    """`Forbidden (high) in the request and the response, when ...; unless ...`."""
    effect = {"forbid": "Forbidden", "permit": "Permitted", "require": "Required"}[clause.effect]
    level = f" ({clause.level})" if clause.level else ""
    where = " and ".join(clause.surfaces)
    when = f", when {say(policy, clause.when)}" if clause.when is not None else ""
    unless = f"; unless {say(policy, clause.unless)}" if clause.unless is not None else ""
    return f"{effect}{level} in the {where}{when}{unless}"


def flow(text: str) -> str:
    """Prose with its lines joined: line breaks inside a paragraph are layout; those before a list item are not."""
    return re.sub(r"(?<!\n)\n(?!\n|[-*•]|\d+[.)] )", " ", text)


def terms_in(policy: Policy, *texts: str) -> tuple[Term, ...]:
    """The defined terms that the texts use, whatever the case of their letters."""
    whole = "\n".join(texts)
    return tuple(
        term
        for term in policy.terms
        if any(
            re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", whole, re.IGNORECASE)
            for phrase in (term.phrase, *term.also)
        )
    )


def directive(action: Action, guidance: str) -> str:
    """What the assistant is told to do: the action in general, then the clause's own guidance."""
    return f"{_DIRECTIVES[action]} {' '.join(guidance.split())}".strip()


def _facet(policy: Policy, variable: str) -> Facet | None:
    try:
        return policy.facet(variable)
    except KeyError:
        return None
