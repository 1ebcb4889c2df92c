"""Reading a plan: what it asks for, with every name known and every share exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from policylang.language.meaning.expr import Test, walk
from policylang.language.meaning.policy import Clause, Label, Plan, Policy, Share

from .problems import PlanError, PlanProblem
from .shares import ShareError, fractions_of

LABELS = tuple(label.value for label in Label)
CLAUSE, CATEGORY, LABEL, LEVEL = "clause", "category", "label", "level"


@dataclass(frozen=True)
class Factor:
    """A facet that the plan varies. `values` are those with a share, in the order of the plan."""

    id: str
    shares: dict[str, Fraction]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.shares)


@dataclass(frozen=True)
class Quota:
    """Shares of the rows along `dimension`; a value that is not listed gets no row."""

    item: str
    dimension: str
    shares: dict[str, Fraction]


@dataclass(frozen=True)
class Way:
    item: str
    strength: int
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Minimum:
    item: str
    count: int
    dimension: str


@dataclass(frozen=True)
class Reading:
    """A plan whose names and shares make sense. `clauses` are those that may have rows, sorted by id."""

    policy: Policy
    plan: Plan
    clauses: tuple[Clause, ...]
    labels: tuple[Label, ...]
    factors: tuple[Factor, ...]
    quotas: tuple[Quota, ...]
    ways: tuple[Way, ...]
    minimums: tuple[Minimum, ...]

    def quota(self, dimension: str) -> Quota | None:
        return next((quota for quota in self.quotas if quota.dimension == dimension), None)


def read_plan(policy: Policy, plan: Plan) -> Reading:
    """What `plan` asks of `policy`. Raises PlanError with everything that makes no sense by itself."""
    reader = _Reader(policy, plan)
    factors = tuple(reader.factors())
    quotas = tuple(reader.quotas())
    ways = tuple(reader.ways())
    minimums = tuple(reader.minimums())
    reader.check_exclusions()
    by_dimension = {quota.dimension: quota for quota in quotas}
    clauses = [clause for clause in policy.clauses if _has_a_share(policy, clause, by_dimension)]
    labels = [
        label
        for label in Label
        if LABEL not in by_dimension or by_dimension[LABEL].shares.get(label.value, Fraction(0))
    ]
    if not policy.clauses:
        reader.complain("plan", "the policy has no clause, so there is nothing to make rows for")
    elif not reader.problems and not clauses:
        reader.complain("plan", "the quotas leave no clause that could have rows")
    if reader.problems:
        raise PlanError(plan.id, tuple(reader.problems))
    return Reading(
        policy=policy,
        plan=plan,
        clauses=tuple(sorted(clauses, key=lambda clause: clause.id)),
        labels=tuple(labels),
        factors=factors,
        quotas=quotas,
        ways=ways,
        minimums=minimums,
    )


def category_share(policy: Policy, category: str, listed: dict[str, Fraction]) -> str | None:
    """The listed category that `category` counts for: itself, or else its nearest ancestor that is listed."""
    at: str | None = category
    while at is not None and at not in listed:
        at = policy.category(at).parent
    return at


def level_of(policy: Policy, clause: Clause) -> str:
    """The value of a clause in the dimension `level`: the level that it forbids at; the lowest for a permit."""
    return clause.level or policy.levels[0]


def _has_a_share(policy: Policy, clause: Clause, quotas: dict[str, Quota]) -> bool:
    if CLAUSE in quotas and not quotas[CLAUSE].shares.get(clause.id):
        return False
    if LEVEL in quotas and not quotas[LEVEL].shares.get(level_of(policy, clause)):
        return False
    if CATEGORY not in quotas:
        return True
    shares = quotas[CATEGORY].shares
    listed = category_share(policy, clause.category, shares)
    return listed is not None and shares[listed] > 0


class _Reader:
    def __init__(self, policy: Policy, plan: Plan) -> None:
        self.policy = policy
        self.plan = plan
        self.problems: list[PlanProblem] = []
        self.facets = {facet.id: facet for facet in policy.facets}
        self.replaced = {quota.dimension: quota for quota in plan.quotas}

    def complain(self, item: str, message: str, hint: str = "") -> None:
        self.problems.append(PlanProblem(item=item, message=message, hint=hint))

    def factors(self) -> list[Factor]:
        found: dict[str, Factor] = {}
        for factor in self.plan.factors:
            item = f"factor {factor.id}"
            facet = self.facets.get(factor.id)
            if facet is None:
                self.complain(item, f"the policy has no facet or factor {factor.id}", "declare it, or import it")
                continue
            if factor.id in found:
                self.complain(item, "the factor stands twice", "keep one of them")
                continue
            listed = factor.shares or tuple(Share(name=name) for name in facet.names)
            if factor.id in self.replaced:
                if any(share.percent is not None for share in listed):
                    self.complain(item, "it has percentages and a quota too", "leave one of them out")
                    continue
                listed = self.replaced[factor.id].shares
            shares = self._shares(item, listed, facet.names)
            found[factor.id] = Factor(factor.id, {name: share for name, share in shares.items() if share})
        return list(found.values())

    def quotas(self) -> list[Quota]:
        found: list[Quota] = []
        known = {
            CLAUSE: tuple(clause.id for clause in self.policy.clauses),
            CATEGORY: tuple(category.id for category in self.policy.categories),
            LABEL: LABELS,
            LEVEL: self.policy.levels,
        }
        for quota in self.plan.quotas:
            item = f"quota {quota.dimension}"
            if quota.dimension in self._factor_ids:
                continue  # read with the factor
            if quota.dimension not in known:
                self._unknown_dimension(item, quota.dimension)
            elif any(other.dimension == quota.dimension for other in found):
                self.complain(item, "the quota stands twice", "keep one of them")
            else:
                shares = self._shares(item, quota.shares, known[quota.dimension])
                found.append(Quota(item, quota.dimension, shares))
        return found

    def ways(self) -> list[Way]:
        found = []
        for coverage in self.plan.coverage:
            item = f"cover {coverage.strength}-way {', '.join(coverage.dimensions)}"
            for dimension in coverage.dimensions:
                if dimension not in self._dimensions:
                    self._unknown_dimension(item, dimension)
            if len(set(coverage.dimensions)) != len(coverage.dimensions):
                self.complain(item, "a dimension stands twice", "name each once")
            elif coverage.strength > len(coverage.dimensions):
                self.complain(
                    item,
                    f"{coverage.strength} of {len(coverage.dimensions)} dimensions cannot be combined",
                    f"name {coverage.strength} dimensions at least, or lower the strength",
                )
            found.append(Way(item, coverage.strength, coverage.dimensions))
        return found

    def minimums(self) -> list[Minimum]:
        found = []
        for minimum in self.plan.minimums:
            item = f"at least {minimum.count} per {minimum.per}"
            if minimum.per not in self._dimensions:
                self._unknown_dimension(item, minimum.per)
            found.append(Minimum(item, minimum.count, minimum.per))
        return found

    def check_exclusions(self) -> None:
        clause_ids = {clause.id for clause in self.policy.clauses}
        category_ids = {category.id for category in self.policy.categories}
        domains = {LABEL: {*LABELS}, CLAUSE: clause_ids, CATEGORY: category_ids, LEVEL: {*self.policy.levels}}
        for expr in self.plan.exclude:
            for part in walk(expr):
                if not isinstance(part, Test):
                    continue
                domain = domains.get(part.variable)
                if domain is None and (part.variable in clause_ids or part.variable in self.facets):
                    domain = set(self.policy.domain(part.variable))
                if domain is None:
                    self.complain(
                        "exclude", f"nothing is called {part.variable}", f"names are {self._names()}, or facets"
                    )
                else:
                    for value in sorted(set(part.values) - domain):
                        self.complain("exclude", f"{part.variable} cannot be {value}")

    @property
    def _factor_ids(self) -> tuple[str, ...]:
        return tuple(factor.id for factor in self.plan.factors)

    @property
    def _dimensions(self) -> tuple[str, ...]:
        return (CLAUSE, CATEGORY, LABEL, LEVEL, *self._factor_ids)

    def _names(self) -> str:
        return ", ".join(self._dimensions)

    def _unknown_dimension(self, item: str, name: str) -> None:
        if name in self.facets:
            self.complain(item, f"{name} is not varied by this plan", f"add: factor {name}")
        else:
            self.complain(item, f"the plan has no dimension {name}", f"it has {self._names()}")

    def _shares(self, item: str, shares: Sequence[Share], known: tuple[str, ...]) -> dict[str, Fraction]:
        for share in shares:
            if share.name not in known:
                listed = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
                self.complain(item, f"there is no {share.name}", f"the names are {listed}")
        try:
            return fractions_of(shares)
        except ShareError as error:
            self.complain(item, str(error), "percentages must sum to 100; without any, shares are equal")
            return {}
