"""The skeleton of a rationale: what must be said about a case, computed from the policy, before any model words it.

It is correct by construction: the facts are the row's case, the clause that decides and the exception that fails come
from the decision table. `render` words it without a model (the symbolic teacher); `verify` holds a model's words
against it, and rejects words that cite another clause, or none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from policylang.language.logic.space import case_space, overriders
from policylang.language.logic.table import compile_table
from policylang.language.meaning.expr import YES, Node, evaluate
from policylang.language.meaning.policy import Action, Clause, Effect, Label, Policy

from .wording import because, describe_case

_CITATION = re.compile(r"\[([^\[\]\s]{1,200})\]")
_ACTIONS = {
    Action.REFUSE: "decline the request",
    Action.SAFE_COMPLETE: "help with the safe part and leave out the rest",
    Action.COMPLY: "help fully",
    Action.ESCALATE: "hand over to a person",
}
MIN_WORDS = 12


class Skeleton(Node):
    """`cite` are the clauses that a rationale must name at least one of; `may_cite` those that it may name besides."""

    label: Label
    level: str
    facts: tuple[str, ...]
    decision: tuple[str, ...]
    cite: tuple[str, ...]
    may_cite: tuple[str, ...]
    action: Action
    guidance: str

    def lines(self) -> list[str]:
        """The skeleton for a prompt: one fact or step a line."""
        return [*self.facts, *self.decision, f"So the assistant should {_ACTIONS[self.action]}."]

    def render(self, image_description: str = "") -> str:
        """The rationale itself, in plain words, without a model."""
        shown = [f"The image shows: {_sentence(image_description)}"] if image_description else []
        facts = (
            f"What matters here: {'; '.join(fact[:1].lower() + fact[1:] for fact in self.facts)}." if self.facts else ""
        )
        return " ".join([*shown, *([facts] if facts else []), *self.decision, self._conclusion()])

    def words(self, because: str) -> str:
        """The rationale in the words of a person who said why: the form that a teacher is shown."""
        return " ".join([_sentence(because), *self.decision, self._conclusion()])

    def _conclusion(self) -> str:
        advice = f" {self.guidance}" if self.guidance else ""
        return f"So the assistant should {_ACTIONS[self.action]}.{advice}"


def skeleton(policy: Policy, clause_id: str, case: Mapping[str, str], surface: str) -> Skeleton:
    """The skeleton for a case that stands for a clause. Raises KeyError when the case is not complete."""
    clause = policy.clause(clause_id)
    verdict = compile_table(policy, clause.category, surface).decide(case)
    space = case_space(policy, clause.category)
    facts = describe_case(policy, {variable.id: case[variable.id] for variable in space.variables})
    decision = [line for name in verdict.deciding for line in _why(policy, policy.clause(name), case)]
    if clause_id not in verdict.deciding:
        decision += _why_not(policy, clause, case, surface)
    decision.append(
        f"The verdict is a violation of level {verdict.level}."
        if verdict.label is Label.VIOLATES
        else "The verdict: no violation."
    )
    others = {other for name in (clause_id, *verdict.deciding) for other in _overriding(policy, name, surface)}
    return Skeleton(
        label=verdict.label,
        level=verdict.level,
        facts=tuple(facts),
        decision=tuple(decision),
        cite=verdict.deciding or (clause_id,),
        may_cite=tuple(sorted({clause_id, *verdict.overridden, *others} - set(verdict.deciding or (clause_id,)))),
        action=verdict.response.action,
        guidance=verdict.response.guidance,
    )


def _overriding(policy: Policy, clause_id: str, surface: str) -> tuple[str, ...]:
    return tuple(other.id for other in overriders(policy, policy.clause(clause_id), surface))


def _why(policy: Policy, clause: Clause, case: Mapping[str, str]) -> list[str]:
    met = "met" if case.get(clause.id) == YES else "not met"
    says = {
        Effect.FORBID: f"[{clause.id}] forbids this",
        Effect.PERMIT: f"[{clause.id}] permits this",
        Effect.REQUIRE: f"[{clause.id}] asks for something here that is {met}",
    }[clause.effect]
    reasons = because(policy, clause.when, case) if clause.when is not None else []
    lines = [f"{says}{f', because {_join(reasons)}' if reasons else ''}: {_sentence(clause.title or clause.text)}"]
    if clause.unless is not None:
        lines.append(f"Its exception does not apply, because {_join(because(policy, clause.unless, case))}.")
    return lines


def _why_not(policy: Policy, clause: Clause, case: Mapping[str, str], surface: str) -> list[str]:
    """Why the clause that a row is about does not decide it."""
    title = _sentence(clause.title or clause.text)
    removing = [o for o in overriders(policy, clause, surface) if evaluate(o.scope, case)]
    if evaluate(clause.scope, case) and removing:
        names = _join([f"[{other.id}]" for other in removing])
        return [f"[{clause.id}] would apply, but {names} overrides it: {title}"]
    if clause.when is not None and not evaluate(clause.when, case):
        return [f"[{clause.id}] does not apply, because {_join(because(policy, clause.when, case))}: {title}"]
    if clause.unless is not None and evaluate(clause.unless, case):
        return [
            f"[{clause.id}] makes an exception here, because {_join(because(policy, clause.unless, case))}: {title}"
        ]
    if evaluate(clause.scope, case):
        return [f"[{clause.id}] applies as well, but does not decide: {title}"]
    return [f"[{clause.id}] does not apply: {title}"]


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def citations(words: str) -> tuple[str, ...]:
    """What the words cite in square brackets, each once."""
    return tuple(dict.fromkeys(_CITATION.findall(words)))


def verify(words: str, skeleton: Skeleton, policy: Policy) -> list[str]:
    """What is wrong with a model's words; empty when they can stand. Deterministic.

    They cite a clause that decides, no clause that is not part of the decision, nothing that does not exist, and do not
    conclude the opposite of the verdict.
    """
    problems = []
    cited = citations(words)
    known = {clause.id for clause in policy.clauses}
    allowed = {*skeleton.cite, *skeleton.may_cite}
    if not cited:
        problems.append("cites no clause")
    elif not set(cited) & set(skeleton.cite):
        problems.append(f"does not cite the clause that decides ({', '.join(skeleton.cite)})")
    problems += [f"cites {name}, which does not exist" for name in cited if name not in known]
    problems += [f"cites {name}, which does not decide this case" for name in cited if name in known - allowed]
    loose = {name for name in known - allowed if re.search(rf"(?<![\w.]){re.escape(name)}(?!\.?\w)", words)}
    problems += [f"names {name}, which does not decide this case" for name in sorted(loose - set(cited))]
    if len(words.split()) < MIN_WORDS:
        problems.append(f"has fewer than {MIN_WORDS} words")
    problems += _opposite(words, skeleton)
    return problems


def _opposite(words: str, skeleton: Skeleton) -> list[str]:
    lowered = words.lower()
    declines = ("should decline", "should refuse", "must refuse", "must decline")
    helps = ("should help fully", "should comply", "no violation")
    if skeleton.action is Action.COMPLY and any(phrase in lowered for phrase in declines):
        return ["concludes that the assistant should refuse, where it should help"]
    if skeleton.action is Action.REFUSE and any(phrase in lowered for phrase in helps):
        return ["concludes that the assistant should help, where it should refuse"]
    return []
