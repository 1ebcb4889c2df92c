"""A category under study: its clauses, its space, and questions about them that end in findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ..logic.space import case_space
from ..meaning.expr import Expr
from ..meaning.policy import Clause, Policy
from .engines import Engine, Space, engine_for
from .finding import SEVERITIES, Finding, Kind, Severity, Witness
from .reading import Reading, readings
from .sentences import enough, with_case

ChooseEngine = Callable[[Space], Engine]


class Study:
    """What all analyses of one category share."""

    def __init__(self, policy: Policy, category_id: str, choose: ChooseEngine = engine_for) -> None:
        self.policy = policy
        self.category = category_id
        self.clauses = policy.category(category_id).clauses
        self.space = case_space(policy, category_id)
        self.engine = choose([(variable.id, variable.values) for variable in self.space.variables])
        self.readings: list[tuple[Reading, tuple[str, ...]]] = readings(policy, category_id)
        self._possible: dict[int, tuple[Expr, bool]] = {}

    def possible(self, expr: Expr) -> bool:
        """Is there a case in which the condition holds?"""
        known = self._possible.get(id(expr))
        if known is None:
            known = self._possible[id(expr)] = (expr, self.engine.possible(expr))
        return known[1]

    def witness(self, expr: Expr, surface: str | None, tell: Callable[[Mapping[str, str]], str]) -> Witness | None:
        """The first case in which the condition holds, told as a sentence that ends in what `tell` says of the case."""
        case = self.engine.first(expr)
        if case is None:
            return None
        stated = enough(case, expr)
        sentence = f"{with_case(self.policy, stated, self.category)}: {tell(case)}"
        return Witness(surface=surface, case=case, stated=tuple(stated), sentence=sentence)

    def finding(
        self,
        kind: Kind,
        clauses: Sequence[Clause],
        sentence: str,
        *,
        about: Iterable[str] = (),
        surfaces: tuple[str, ...] = (),
        witness: Witness | None = None,
        regions: tuple[str, ...] = (),
        severity: Severity | None = None,
        advice: str = "",
    ) -> Finding:
        """A finding of this category, about the clauses first."""
        keys = [*(f"clause:{clause.id}" for clause in clauses), *about]
        return Finding(
            kind=kind,
            severity=severity or SEVERITIES[kind],
            category=self.category,
            surfaces=surfaces,
            clauses=tuple(clause.id for clause in clauses),
            about=tuple(keys or [f"category:{self.category}"]),
            sentence=sentence,
            witness=witness,
            regions=regions,
            advice=advice,
        )
