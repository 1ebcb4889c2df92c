"""Conditions: every spelling becomes a test of a variable against a set of values."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Related
from ..meaning.expr import NO, YES, And, AtLeast, Expr, Not, Or, Test
from ..meaning.policy import Facet
from ..source import Span
from ..syntax import tree
from ..syntax.tree import Word
from .scope import Scope

MAX_DEPTH = 40
"""Conditions nested deeper than any reader could follow, and than recursion should have to."""


def resolve_condition(
    condition: tree.Condition,
    scope: Scope,
    category: str | None = None,
    extra: Mapping[str, tuple[str, ...]] | None = None,
) -> Expr | None:
    """The condition, or None (with reports) when something in it is unknown.

    `category` is where bare clause names are looked up first. `extra` are variables that exist only in this place, such
    as `label` in a plan, or have other values in it, each with its values in their order.
    """
    if condition.depth > MAX_DEPTH:
        scope.report.add(
            "POL0103",
            f"the condition is nested more than {MAX_DEPTH} deep",
            condition.span,
            "Name a part of it: a clause without `when` can be used as a condition.",
        )
        return None
    return _Resolver(scope, category, extra or {}).condition(condition)


class _Resolver:
    def __init__(self, scope: Scope, category: str | None, extra: Mapping[str, tuple[str, ...]]) -> None:
        self.scope = scope
        self.category = category
        self.extra = extra

    def condition(self, condition: tree.Condition) -> Expr | None:
        match condition:
            case tree.Compare() | tree.Member() | tree.Holds() if self.scope.is_doubtful(condition.subject.text):
                return None
            case tree.Compare():
                return self._compare(condition)
            case tree.Member(subject=subject, values=words, negated=negated, span=span):
                test = self._test(subject, words, span)
                if test is not None:
                    self._listed_once(words)
                return None if test is None else (self._complement(test) if negated else test)
            case tree.Holds(subject=subject):
                return self._holds(subject)
            case tree.Negated(item=item):
                inner = self.condition(item)
                return None if inner is None else Not(item=inner)
            case tree.Combined(operator=operator, items=items, count=count, span=span):
                return self._combined(operator, [self.condition(item) for item in items], count, span)

    def _combined(self, operator: str, parts: list[Expr | None], count: int, span: Span) -> Expr | None:
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        if operator == "and":
            return And(items=known)
        if operator == "or":
            return Or(items=known)
        low, high = (1, len(known)) if operator == "at least" else (0, len(known) - 1)
        if not low <= count <= high:
            never = operator == "at least" and count > high
            self.scope.report.add(
                "POL0314",
                f"`{operator} {count}` of {len(known)} conditions is {'never' if never else 'always'} true",
                span,
                f"Use a number from {low} to {high}." if low < high else f"Use {low}.",
            )
            return None
        if operator == "at least":
            return AtLeast(count=count, items=known)
        return Not(item=AtLeast(count=count + 1, items=known))

    def _compare(self, condition: tree.Compare) -> Expr | None:
        subject, operator, value = condition.subject, condition.operator, condition.value
        if operator in ("=", "!="):
            test = self._test(subject, (value,), condition.span)
            return None if test is None else (self._complement(test) if operator == "!=" else test)
        domain = self._domain(subject)
        if domain is None:
            return None
        if not self._is_ordered(subject):
            self.scope.report.add(
                "POL0303",
                f"`{subject}` has no order, so `{operator}` means nothing",
                condition.span,
                f"Write `{subject}` or `not {subject}`."
                if domain == (NO, YES)
                else f"Use `=` or `in {{...}}`, or declare its values in order: `{' < '.join(domain[:3])}`.",
            )
            return None
        if value.text not in domain:
            self._no_value(subject, value, domain)
            return None
        at = domain.index(value.text)
        values = {"<": domain[:at], "<=": domain[: at + 1], ">": domain[at + 1 :], ">=": domain[at:]}[operator]
        if not values:
            self.scope.report.add(
                "POL0314", f"nothing is {operator} `{value}`", condition.span, "The condition could never hold."
            )
            return None
        return Test(variable=subject.text, values=values)

    def _listed_once(self, words: tuple[Word, ...]) -> None:
        seen: dict[str, Span] = {}
        for word in words:
            if word.text in seen:
                first = Related(seen[word.text], "here first")
                self.scope.report.add("POL0315", f"`{word}` is listed twice", word.span, "Remove one of them.", [first])
            seen.setdefault(word.text, word.span)

    def _is_ordered(self, subject: Word) -> bool:
        facet = self.scope.facets.get(subject.text)
        return facet.kind == "ordered" if facet else self.extra.get(subject.text) == self.scope.levels

    def _holds(self, subject: Word) -> Expr | None:
        facet = self.scope.facets.get(subject.text)
        if facet is not None and facet.kind != "boolean":
            self.scope.report.add(
                "POL0317",
                f"`{subject}` is not yes/no, so it cannot stand alone",
                subject.span,
                f"Say which value: `{subject} = {facet.names[-1]}`.",
            )
            return None
        variable = facet.id if facet is not None else self._atom(subject)
        return None if variable is None else Test(variable=variable, values=(YES,))

    def _atom(self, subject: Word) -> str | None:
        clause = self.scope.clause(subject, self.category)
        if clause is None:
            self.scope.unknown_clause(subject, "facet or clause", [*self.scope.facets, *self.extra])
            return None
        if not clause.has_atom:
            self.scope.report.add(
                "POL0316",
                f"clause `{subject}` has a condition of its own, so it is no question to build on",
                subject.span,
                "Repeat its condition, or make the shared part a clause without `when`.",
                [Related(clause.span, "declared here")],
            )
            return None
        return clause.id

    def _domain(self, subject: Word) -> tuple[str, ...] | None:
        if subject.text in self.extra:
            return self.extra[subject.text]
        facet = self.scope.facets.get(subject.text)
        if facet is not None:
            return facet.names
        return None if self._atom(subject) is None else (NO, YES)

    def _test(self, subject: Word, values: tuple[Word, ...], span: Span) -> Test | None:
        domain = self._domain(subject)
        if domain is None:
            return None
        unknown = [word for word in values if word.text not in domain]
        for word in unknown:
            self._no_value(subject, word, domain)
        if unknown:
            return None
        wanted = {word.text for word in values}
        variable = subject.text
        if variable not in self.extra and variable not in self.scope.facets:
            clause = self.scope.clause(subject, self.category)
            variable = clause.id if clause else variable
        return Test(variable=variable, values=tuple(value for value in domain if value in wanted))

    def _complement(self, test: Test) -> Expr:
        facet: Facet | None = self.scope.facets.get(test.variable)
        domain = self.extra.get(test.variable) or (facet.names if facet else (NO, YES))
        return Test(variable=test.variable, values=tuple(value for value in domain if value not in test.values))

    def _no_value(self, subject: Word, value: Word, domain: tuple[str, ...]) -> None:
        self.scope.no_value(value, f"`{subject}`", domain)
