"""What became of the rows of the plan: accepted, rejected, failed or open, along every dimension of the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from policylang.compiler.plans.report import CoverageReport
from policylang.compiler.plans.rows import PlanRow
from policylang.language.meaning.policy import Plan, Policy
from policylang.runtime.ledger import Status

from .data import LABELS, Dimension, Outcome, RowCounts, Stratum
from .reasons import ReasonTally
from .run_folder import Try

CATEGORY, CLAUSE, LABEL = "category", "clause", "label"


def value_of(row: PlanRow, dimension: str) -> str:
    """The value of a row in a dimension that plans count by; empty for a factor that the row does not have."""
    match dimension:
        case "category":
            return row.category
        case "clause":
            return row.clause
        case "label":
            return row.label.value
        case _:
            return row.factors.get(dimension, "")


class OutcomeTally:
    """Counts the rows that were planned, then what became of them."""

    def __init__(self, policy: Policy, plan: Plan) -> None:
        self._policy = policy
        self.dimensions = (CATEGORY, CLAUSE, LABEL, *(factor.id for factor in plan.factors))
        self.planned: dict[str, Counter[str]] = {name: Counter() for name in self.dimensions}
        self.accepted: dict[str, Counter[str]] = {name: Counter() for name in self.dimensions}
        self.rejected: dict[str, Counter[str]] = {name: Counter() for name in self.dimensions}
        self._rows = 0
        self._ended: Counter[Status] = Counter()
        self._rejections = ReasonTally()
        self._failures = ReasonTally()

    def plan_row(self, row: PlanRow) -> None:
        self._rows += 1
        self._count(self.planned, row)

    def add(self, tries: Iterable[Try]) -> None:
        """Count the attempts at one row."""
        ended: Status | None = None
        for one in tries:
            row = one.sample.row if one.sample is not None else None
            status, problems = one.attempt.status, _problems(one)
            if status == "rejected":
                self._rejections.add(problems)
                self._count(self.rejected, row)
            elif status == "failed":
                self._failures.add(problems)
            elif ended != "accepted":
                self._count(self.accepted, row)
            ended = "accepted" if "accepted" in (status, ended) else status
        if ended is not None:
            self._ended[ended] += 1

    def _count(self, counts: dict[str, Counter[str]], row: PlanRow | None) -> None:
        if row is not None:
            for dimension in self.dimensions:
                counts[dimension][value_of(row, dimension)] += 1

    def result(self, attempts: Mapping[Status, int], claims: CoverageReport) -> Outcome:
        ended = self._ended
        return Outcome(
            rows=RowCounts(
                planned=self._rows,
                accepted=ended["accepted"],
                rejected=ended["rejected"],
                failed=ended["failed"],
                open=max(0, self._rows - ended.total()),
            ),
            attempts=dict(attempts),
            rejections=self._rejections.result(),
            failures=self._failures.result(),
            dimensions=tuple(self._dimension(name, claims) for name in self.dimensions),
        )

    def _dimension(self, name: str, claims: CoverageReport) -> Dimension:
        targets = {margin.value: margin.target for margin in claims.margins if margin.dimension == name}
        planned, accepted = self.planned[name], self.accepted[name]
        titles = {value: title for value, title in self._titles(name).items() if planned[value] or targets.get(value)}
        titles |= {value: value for value in sorted(planned) if value not in titles}
        return Dimension(
            name=name,
            title=self._policy.facet(name).title or name
            if name not in (CATEGORY, CLAUSE, LABEL)
            else name.capitalize(),
            strata=tuple(
                Stratum(
                    value=value,
                    title=title,
                    target=targets.get(value),
                    planned=planned[value],
                    accepted=accepted[value],
                    rejected=self.rejected[name][value],
                )
                for value, title in titles.items()
            ),
        )

    def _titles(self, dimension: str) -> dict[str, str]:
        """The values of a dimension in the policy's order, with their titles."""
        match dimension:
            case "category":
                return {category.id: category.title or category.name for category in self._policy.categories}
            case "clause":
                return {clause.id: clause.title or clause.name for clause in self._policy.clauses}
            case "label":
                return {label.value: label.value for label in LABELS}
            case _:
                return {name: name.replace("_", " ") for name in self._policy.facet(dimension).names}


def _problems(one: Try) -> tuple[str, ...]:
    if one.sample is not None and one.sample.problems:
        return one.sample.problems
    return (one.attempt.reason or "no reason was recorded",)
