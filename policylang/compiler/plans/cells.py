"""The cells of a plan: which clause, label and factor values a row can have together, and why others cannot."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from policylang.language.logic.diagram import NONE, Diagram, DiagramSizeError
from policylang.language.meaning.expr import variables
from policylang.language.meaning.policy import Clause, Effect, Label, Policy

from .exclusions import where_it_holds
from .problems import PlanError, PlanProblem
from .reading import CATEGORY, CLAUSE, LABEL, LEVEL, Reading, category_share, level_of
from .regions import CategorySpace, Regions

MOST_CELLS = 60_000


@dataclass(frozen=True)
class Cell:
    """What a row is chosen by. `factors` has a value for each factor of the plan, in its order."""

    clause: str
    label: Label
    factors: tuple[str, ...]


class Cells:
    """The cells that rows can fall into, in a fixed order, with the cases that each admits.

    Raises PlanError when there are more than MOST_CELLS to look at, or when conditions are too entangled to decide.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.policy: Policy = reading.policy
        self._clauses = {clause.id: clause for clause in reading.clauses}
        self._factor_ids = tuple(factor.id for factor in reading.factors)
        self._excluded_by = {v for expr in reading.plan.exclude for v in variables(expr)}
        self._spaces: dict[str, CategorySpace] = {}
        self._regions: dict[tuple[str, str], Regions] = {}
        self._cases: dict[tuple[str, Label], Diagram] = {}
        self._allowed: dict[tuple[str, Label, tuple[tuple[str, str], ...]], Diagram] = {}
        self._check_size()
        try:
            self.all = tuple(cell for cell in self._candidates() if self.why_empty(cell) is None)
        except DiagramSizeError:
            problem = PlanProblem(
                item="plan",
                message="the conditions of a category are too entangled to decide which combinations are possible",
                hint="split the category, or let fewer facets meet in one condition",
            )
            raise PlanError(reading.plan.id, (problem,)) from None

    @cached_property
    def index(self) -> dict[Cell, int]:
        return {cell: at for at, cell in enumerate(self.all)}

    @cached_property
    def _of(self) -> dict[tuple[str, Label], list[Cell]]:
        found: dict[tuple[str, Label], list[Cell]] = {}
        for cell in self.all:
            found.setdefault((cell.clause, cell.label), []).append(cell)
        return found

    def of(self, clause: str, label: Label) -> list[Cell]:
        """The cells of one clause and label."""
        return self._of.get((clause, label), [])

    # ------------------------------------------------------------ which cases a cell admits

    def clause(self, clause_id: str) -> Clause:
        return self.policy.clause(clause_id)

    def regions(self, clause: Clause) -> Regions:
        """The regions of the clause's category on the surface that its rows are judged on: its first."""
        key = clause.category, clause.surfaces[0]
        if key not in self._regions:
            if clause.category not in self._spaces:
                self._spaces[clause.category] = CategorySpace(self.policy, clause.category)
            self._regions[key] = Regions(self._spaces[clause.category], clause.surfaces[0])
        return self._regions[key]

    def cases(self, clause: Clause, label: Label) -> Diagram:
        """The cases that the label admits, whatever the factors."""
        key = clause.id, label
        if key not in self._cases:
            self._cases[key] = self.regions(clause).cases(clause, label)
        return self._cases[key]

    def allowed(self, cell: Cell) -> Diagram:
        """The cases that agree with the cell's factors and that no exclusion takes away."""
        clause = self._clauses[cell.clause]
        space = self.regions(clause).space
        factors = {
            name: value
            for name, value in zip(self._factor_ids, cell.factors, strict=True)
            if name in space.values or name in self._excluded_by
        }
        key = clause.id, cell.label, tuple(factors.items())
        if key not in self._allowed:
            own = {CLAUSE: clause.id, CATEGORY: clause.category, LEVEL: level_of(self.policy, clause)}
            known = {**own, LABEL: cell.label.value, **factors}
            d = space.diagrams
            excluded = [d.build(where_it_holds(e, known, space.values)) for e in self.reading.plan.exclude]
            mentioned = d.cube({name: value for name, value in factors.items() if name in space.values})
            self._allowed[key] = d.minus(mentioned, d.any_of(*excluded))
        return self._allowed[key]

    def admitted(self, cell: Cell) -> Diagram:
        """The cases that a row of the cell can have."""
        clause = self._clauses[cell.clause]
        return self.regions(clause).diagrams.all_of(self.cases(clause, cell.label), self.allowed(cell))

    # ------------------------------------------------------------ what a cell counts for

    def value(self, cell: Cell, dimension: str) -> str:
        """The cell's value in a dimension that coverage and minimums count by."""
        match dimension:
            case "clause":
                return cell.clause
            case "category":
                return self._clauses[cell.clause].category
            case "label":
                return cell.label.value
            case "level":
                return level_of(self.policy, self._clauses[cell.clause])
            case _:
                return cell.factors[self._factor_ids.index(dimension)]

    def share(self, cell: Cell, dimension: str) -> str:
        """The name under which the cell counts in a quota: for a category, the nearest one that the quota lists."""
        value = self.value(cell, dimension)
        quota = self.reading.quota(dimension)
        if dimension == CATEGORY and quota is not None:
            return category_share(self.policy, value, quota.shares) or value
        return value

    def values(self, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that could be asked for, whether a row can have it or not."""
        match dimension:
            case "clause":
                return tuple(clause.id for clause in self.reading.clauses)
            case "category":
                return tuple(sorted({clause.category for clause in self.reading.clauses}))
            case "label":
                return tuple(label.value for label in self.reading.labels)
            case "level":
                levels = {level_of(self.policy, clause) for clause in self.reading.clauses}
                return tuple(level for level in self.policy.levels if level in levels)
            case _:
                return self.reading.factors[self._factor_ids.index(dimension)].values

    # ------------------------------------------------------------ why not

    def why_empty(self, cell: Cell) -> str | None:
        """Why no row can fall into the cell; None when one can."""
        clause = self._clauses[cell.clause]
        if (reason := self.why_no_label(clause, cell.label)) is not None:
            return reason
        if self.admitted(cell) != NONE:
            return None
        d = self.regions(clause).diagrams
        factors = dict(zip(self._factor_ids, cell.factors, strict=True))
        fixed = {name: value for name, value in factors.items() if name in self.regions(clause).space.values}
        if d.all_of(self.cases(clause, cell.label), d.cube(fixed)) == NONE:
            return f"no case is {cell.label.value} with " + ", ".join(f"{k} = {v}" for k, v in fixed.items())
        return "excluded by the plan"

    def why_no_label(self, clause: Clause, label: Label) -> str | None:
        """Why no case of the clause can have the label, whatever the factors; None when one can."""
        if self.cases(clause, label) != NONE:
            return None
        regions = self.regions(clause)
        if clause.effect is Effect.PERMIT and label is Label.VIOLATES:
            return "what a clause permits does not violate"
        if regions.holds(clause) == NONE:
            return "the clause's condition can never hold"
        if regions.in_force(clause) == NONE:
            return "always overridden by " + ", ".join(other.id for other in regions.overriders(clause))
        if label is Label.COMPLIES:
            return "every case violates" if regions.complying == NONE else "another clause forbids every such case"
        return "no change of one facet makes a difference to the clause"

    def why_no(self, combination: dict[str, str]) -> str:
        """Why no cell has these values of dimensions: the reasons of the cells that would, the commonest first."""
        reasons: dict[str, int] = {}
        for cell in self._candidates(combination):
            if (reason := self.why_empty(cell)) is not None:
                reasons[reason] = reasons.get(reason, 0) + 1
        listed = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
        return "; ".join(listed[:3]) or "no clause of the plan has these values"

    def _candidates(self, fixed: Mapping[str, str] = MappingProxyType({})) -> Iterator[Cell]:
        """The cells to look at, those with the values `fixed` of dimensions only."""
        choices = [(fixed[f.id],) if f.id in fixed else f.values for f in self.reading.factors]
        own = {dimension: value for dimension, value in fixed.items() if dimension not in self._factor_ids}
        for clause in self.reading.clauses:
            for label in self.reading.labels:
                for factors in itertools.product(*choices):
                    cell = Cell(clause.id, label, factors)
                    if any(self.value(cell, dimension) != value for dimension, value in own.items()):
                        break  # clause and label decide these, so no other factors will do
                    yield cell

    def _check_size(self) -> None:
        combinations = math.prod(len(factor.values) for factor in self.reading.factors)
        total = len(self.reading.clauses) * len(self.reading.labels) * combinations
        if total <= MOST_CELLS:
            return
        largest = sorted(self.reading.factors, key=lambda factor: -len(factor.values))[:3]
        listed = ", ".join(f"{factor.id} ({len(factor.values)})" for factor in largest)
        problem = PlanProblem(
            item="plan",
            message=f"{len(self.reading.clauses)} clauses, {len(self.reading.labels)} labels and {combinations} "
            f"combinations of factors make {total} cells; this planner takes {MOST_CELLS}",
            hint=f"leave out a factor or some of its values ({listed}), or split the plan by a quota on category",
        )
        raise PlanError(self.reading.plan.id, (problem,))
