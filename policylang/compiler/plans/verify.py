"""A plan's claims, proved again from its rows alone: by reading each row's case, not by the way it was chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from policylang.language.logic.space import CaseSpace, case_space
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import evaluate
from policylang.language.meaning.policy import Clause, Effect, Label, Plan, Policy

from .boundaries import find_edges
from .cells import Cell, Cells
from .demands import BOUNDARIES, combinations_of, item_of, targets, written
from .exclusions import where_it_holds
from .problems import PlanProblem
from .reading import CATEGORY, CLAUSE, LABEL, LEVEL, level_of, read_plan
from .rows import PlanRow


def verify_plan(policy: Policy, plan: Plan, rows: Sequence[PlanRow]) -> tuple[PlanProblem, ...]:
    """What `plan` asks for and `rows` do not give; empty when every claim holds.

    Which combinations are possible at all is computed from the policy; everything else is read from the rows. Raises
    PlanError when the plan makes no sense.
    """
    cells = Cells(read_plan(policy, plan))
    reader = _RowReader(cells)
    problems = [problem for number, row in enumerate(rows) for problem in reader.problems(number, row)]
    if len({row.id for row in rows}) != len(rows):
        problems.append(PlanProblem(item="plan", message="two rows have one id"))
    if problems:  # what the rows add up to means nothing while they are wrong themselves
        return tuple(problems)
    return (*_sums(cells, rows), *_coverage(cells, rows), *_minimums(cells, rows), *_pairs(cells, reader, rows))


class _RowReader:
    """Reads single rows: are they what they say?"""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.policy = cells.policy
        self._clauses = {clause.id: clause for clause in cells.reading.clauses}
        self._spaces: dict[str, CaseSpace] = {}

    def space(self, category: str) -> CaseSpace:
        if category not in self._spaces:
            self._spaces[category] = case_space(self.policy, category)
        return self._spaces[category]

    def problems(self, number: int, row: PlanRow) -> Iterator[PlanProblem]:
        for message in self._faults(number, row):
            yield PlanProblem(item=f"row {row.id}", message=message)

    def _faults(self, number: int, row: PlanRow) -> Iterator[str]:
        if row.index != number or row.plan != self.cells.reading.plan.id:
            yield f"it is number {number} of the plan {self.cells.reading.plan.id}, and says otherwise"
        clause = self._clauses.get(row.clause)
        if clause is None:
            yield f"the plan has no clause {row.clause}"
            return
        if (row.category, row.surface) != (clause.category, clause.surfaces[0]):
            yield f"{row.clause} is in {clause.category}, on {clause.surfaces[0]}"
            return
        if (reason := self.space(row.category).problem_with(row.case)) is not None:
            yield reason
            return
        yield from self._factor_faults(row)
        said = self.verdict(row, row.case)
        claimed = row.verdict
        if (said.level, said.deciding, said.response.action) != (claimed.level, claimed.deciding, claimed.response):
            yield f"its case is {said.level} by {', '.join(said.deciding) or 'no clause'}, and it says otherwise"
        if not self._deserves(clause, row, said):
            yield f"its case is not {row.label.value} for {row.clause}"

    def _factor_faults(self, row: PlanRow) -> Iterator[str]:
        factors = {factor.id: factor.values for factor in self.cells.reading.factors}
        if set(row.factors) != set(factors):
            yield f"the plan varies {', '.join(factors) or 'nothing'}"
            return
        for name, value in row.factors.items():
            if value not in factors[name]:
                yield f"the plan has no {name} = {value}"
            elif row.case.get(name, value) != value:
                yield f"{name} is {value} in its factors and {row.case[name]} in its case"
        own = {CLAUSE: row.clause, CATEGORY: row.category, LABEL: row.label.value}
        own[LEVEL] = level_of(self.policy, self._clauses[row.clause])
        known = {**row.case, **own, **row.factors}
        for expr in self.cells.reading.plan.exclude:
            if evaluate(where_it_holds(expr, known, ()), {}):
                yield "an exclusion of the plan holds in it"

    def verdict(self, row: PlanRow, case: dict[str, str]) -> Verdict:
        return verdict(self.policy, row.category, case, row.surface)

    def _deserves(self, clause: Clause, row: PlanRow, said: Verdict) -> bool:
        """Is the row's case what its label says, for its clause?"""
        in_force = self._in_force(clause, row.case, said)
        match row.label:
            case Label.VIOLATES:
                return clause.effect is not Effect.PERMIT and in_force
            case Label.COMPLIES:
                return said.label is Label.COMPLIES and (in_force or clause.effect is not Effect.PERMIT)
            case Label.BORDERLINE:
                return any(
                    self._in_force(clause, other, self.verdict(row, other)) != in_force
                    for other in self._one_step_from(row)
                )

    def _in_force(self, clause: Clause, case: dict[str, str], said: Verdict) -> bool:
        broken = clause.breach if clause.effect is not Effect.PERMIT else clause.scope
        return evaluate(broken, case) and clause.id not in said.overridden

    def _one_step_from(self, row: PlanRow) -> Iterator[dict[str, str]]:
        for variable in self.space(row.category).variables:
            for value in variable.values:
                if value != row.case[variable.id]:
                    yield {**row.case, variable.id: value}


# ---------------------------------------------------------------- what the rows add up to


def _sums(cells: Cells, rows: Sequence[PlanRow]) -> Iterator[PlanProblem]:
    if len(rows) != cells.reading.plan.size:
        yield PlanProblem(item="size", message=f"there are {len(rows)} rows, not {cells.reading.plan.size}")
        return
    for dimension, wanted in targets(cells, len(rows)).items():
        actual = Counter(cells.share(_cell(row), dimension) for row in rows)
        for value, count in wanted.items():
            if actual[value] != count:
                message = f"{actual[value]} rows have {dimension} = {value}, not {count}"
                yield PlanProblem(item=item_of(cells, dimension), message=message)


def _coverage(cells: Cells, rows: Sequence[PlanRow]) -> Iterator[PlanProblem]:
    held = {_cell(row) for row in rows}
    for way in cells.reading.ways:
        for combination, having in combinations_of(cells, way).items():
            if having and not any(cells.all[at] in held for at in having):
                yield PlanProblem(item=way.item, message=f"no row has {written(combination)}")


def _minimums(cells: Cells, rows: Sequence[PlanRow]) -> Iterator[PlanProblem]:
    for minimum in cells.reading.minimums:
        actual = Counter(cells.value(_cell(row), minimum.dimension) for row in rows)
        for value in dict.fromkeys(cells.value(cell, minimum.dimension) for cell in cells.all):
            if actual[value] < minimum.count:
                message = f"{actual[value]} rows have {minimum.dimension} = {value}"
                yield PlanProblem(item=minimum.item, message=message)


def _pairs(cells: Cells, reader: _RowReader, rows: Sequence[PlanRow]) -> Iterator[PlanProblem]:
    pairs: dict[str, list[PlanRow]] = {}
    for row in rows:
        if row.pair is not None:
            pairs.setdefault(row.pair, []).append(row)
    shown: set[tuple[str, str]] = set()
    for pair, partners in pairs.items():
        found = set(_shown_by(reader, partners))
        if not found:
            yield PlanProblem(item=f"pair {pair}", message="its rows show no boundary")
        shown |= found
    if cells.reading.plan.boundaries:
        for edge in find_edges(cells)[0]:
            for clause, variable in edge.claims:
                if (clause, variable) not in shown:
                    message = f"no pair of rows shows the boundary of {clause} along {variable}"
                    yield PlanProblem(item=BOUNDARIES, message=message)


def _shown_by(reader: _RowReader, partners: Sequence[PlanRow]) -> Iterator[tuple[str, str]]:
    """The boundaries that two rows show: they differ in one variable only, and in verdict, and a clause tells why."""
    if len(partners) != 2:
        return
    one, other = partners
    if (one.category, one.surface) != (other.category, other.surface):
        return
    steps = [name for name in one.case if one.case[name] != other.case[name]]
    apart = [name for name in one.factors if one.factors[name] != other.factors[name] and name not in steps]
    here, there = reader.verdict(one, one.case), reader.verdict(other, other.case)
    if len(steps) != 1 or apart or here.level == there.level:
        return
    for clause_id in dict.fromkeys((*here.deciding, *there.deciding)):
        clause = reader.policy.clause(clause_id)
        if _decides(clause, here) != _decides(clause, there):
            yield clause.id, steps[0]


def _decides(clause: Clause, said: Verdict) -> bool:
    """Does the level follow from the clause? A duty that is met decides too, but gives no level."""
    return clause.id in said.deciding and (clause.effect is Effect.PERMIT or said.label is Label.VIOLATES)


def _cell(row: PlanRow) -> Cell:
    return Cell(row.clause, row.label, tuple(row.factors.values()))
