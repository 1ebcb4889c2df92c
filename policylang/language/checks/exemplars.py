"""Exemplars against the logic: what an exemplar states must make its label true.

An exemplar is a partial case. Facets that it leaves out are open, and so is nothing else (`space.presumed`). With a
decision diagram of the category, "some completion gives the label" and "every completion does" are looked up, not
searched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..diagnostics import Related, Report
from ..logic.diagram import Diagram, Diagrams
from ..logic.space import CaseSpace, case_space, overriders, presumed
from ..logic.table import Row, compile_table
from ..meaning.expr import evaluate
from ..meaning.policy import Category, Clause, Effect, Exemplar, Label, Policy
from ..source import Span


def check_exemplars(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    for category in policy.categories:
        if not any(clause.exemplars for clause in category.clauses):
            continue
        checker = _Checker(policy, category, spans)
        for clause in category.clauses:
            for exemplar in clause.exemplars:
                checker.check(clause, exemplar, spans[f"exemplar:{exemplar.id}"], report)


class _Checker:
    def __init__(self, policy: Policy, category: Category, spans: Mapping[str, Span]) -> None:
        self.policy = policy
        self.spans = spans
        self.category = category
        self.space: CaseSpace = case_space(policy, category.id)
        self.diagrams = Diagrams([(variable.id, variable.values) for variable in self.space.variables])
        self._forbidden: dict[str, Diagram] = {}
        self._rows: dict[tuple[str, str], list[Row]] = {}

    def check(self, clause: Clause, exemplar: Exemplar, place: Span, report: Report) -> None:
        stated = self._stated(exemplar)
        diagrams = self.diagrams
        if exemplar.label is Label.BORDERLINE:
            if not self._at_an_edge(clause, stated):
                report.add(
                    "POL0402",
                    "no single change of a facet changes the verdict of this case",
                    place,
                    "Call it `violates` or `complies`, or state facets that are nearer to the edge.",
                )
            return
        wanted = self._wanted(clause, exemplar.label)
        open_cases = diagrams.restrict(wanted, stated)
        if diagrams.count(open_cases) == 0:
            message, related = self._contradiction(clause, exemplar, stated)
            report.add("POL0304", message, place, self._advice(clause, exemplar), related)
        elif diagrams.count(diagrams.restrict(diagrams.negate(wanted), stated)):
            other = diagrams.first(diagrams.all_of(diagrams.negate(wanted), diagrams.cube(stated))) or {}
            missing = ", ".join(f"{name} = {value}" for name, value in other.items() if name not in stated)
            report.add(
                "POL0401",
                f"the facets leave open whether this case is `{exemplar.label}`",
                place,
                f"State them all; with {missing} it would not be.",
            )

    def _stated(self, exemplar: Exemplar) -> dict[str, str]:
        """The variables of the space that the exemplar states, or leaves as they are presumed to be."""
        stated = {v.id: presumed(self.policy, v.id) for v in self.space.variables if v.kind == "atom"}
        known = {variable.id for variable in self.space.variables}
        return stated | {name: value for name, value in exemplar.facets.items() if name in known}

    def _violations(self, surface: str) -> Diagram:
        if surface not in self._forbidden:
            rows = compile_table(self.policy, self.category.id, surface).rows
            for row in rows:
                self._rows.setdefault((row.clause, surface), []).append(row)
            self._forbidden[surface] = self.diagrams.any_of(*(self.diagrams.build(r.when) for r in rows if r.forbids))
        return self._forbidden[surface]

    def _in_force(self, clause: Clause, surface: str) -> Diagram:
        forbids = clause.effect is not Effect.PERMIT
        rows = self._rows[clause.id, surface]
        return self.diagrams.any_of(*(self.diagrams.build(row.when) for row in rows if row.forbids == forbids))

    def _wanted(self, clause: Clause, label: Label) -> Diagram:
        """The cases in which the label is right, on the first surface of the clause."""
        surface = clause.surfaces[0]
        violations = self._violations(surface)
        if label is Label.COMPLIES:
            return self.diagrams.negate(violations)
        return self.diagrams.all_of(self._in_force(clause, surface), violations)

    def _at_an_edge(self, clause: Clause, stated: Mapping[str, str]) -> bool:
        """Is there a completion, and a variable, such that changing that variable alone changes the verdict?"""
        diagrams, violations = self.diagrams, self._violations(clause.surfaces[0])
        inside = diagrams.all_of(violations, diagrams.cube(stated))
        outside = diagrams.all_of(diagrams.negate(violations), diagrams.cube(stated))
        for variable in self.space.variables:
            freed = diagrams.free(inside, variable.id)
            if diagrams.count(diagrams.all_of(freed, diagrams.negate(violations))):
                return True
            freed = diagrams.free(outside, variable.id)
            if diagrams.count(diagrams.all_of(freed, violations)):
                return True
        return False

    def _contradiction(
        self, clause: Clause, exemplar: Exemplar, stated: Mapping[str, str]
    ) -> tuple[str, list[Related]]:
        """What is wrong, and the places of the clauses that decide otherwise."""
        facts = ", ".join(f"{name} = {value}" for name, value in stated.items() if name in exemplar.facets)
        surface = clause.surfaces[0]
        if exemplar.label is Label.VIOLATES:
            holding = self.diagrams.all_of(self.diagrams.build(clause.breach), self.diagrams.cube(stated))
            held = self.diagrams.first(holding) if clause.effect is not Effect.PERMIT else None
            removers = overriders(self.policy, clause, surface) if held is not None else ()
            removing = [other for other in removers if held and evaluate(other.scope, held)]
            by = " and ".join(f"`{other.name}`" for other in removing)
            why = f"overridden by {by}" if by else "not in force"
            message = f"with {facts or 'these facets'}, clause `{clause.name}` is {why}: this case does not violate it"
            return message, self._places("overridden here", [f"{o.id}.overrides.{clause.id}" for o in removing])
        case = self.diagrams.first(self.diagrams.all_of(self._violations(surface), self.diagrams.cube(stated))) or {}
        broken = compile_table(self.policy, self.category.id, surface).decide(case).deciding
        names = " and ".join(f"`{self.policy.clause(name).name}`" for name in broken)
        message = f"with {facts or 'these facets'}, this case violates {names}, so it does not comply"
        return message, self._places("this is violated", broken)

    def _places(self, note: str, keys: Iterable[str]) -> list[Related]:
        return [Related(self.spans[f"clause:{key}"], note) for key in keys if f"clause:{key}" in self.spans]

    def _advice(self, clause: Clause, exemplar: Exemplar) -> str:
        if exemplar.label is Label.VIOLATES and clause.effect is Effect.PERMIT:
            return "A permit cannot be violated: move the exemplar under the clause that forbids it."
        return "Correct the facets, the label, or the condition of the clause."
