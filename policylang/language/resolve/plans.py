"""Sampling plans."""

from __future__ import annotations

from ..meaning.expr import Expr
from ..meaning.policy import (
    Facet,
    FacetValue,
    Label,
    Minimum,
    Plan,
    PlanFactor,
    Quota,
    Share,
    Split,
    WayCoverage,
)
from ..source import Span
from ..syntax import tree
from ..syntax.tree import Word
from .conditions import resolve_condition
from .numbers import whole
from .scope import Scope

STAGES = ("request", "describe", "reason", "answer", "judge")
DIMENSIONS = ("clause", "category", "label", "level")
REJECTED = "rejected"
GROUPS = ("pair", "clause", "category", "row")
EXPORTS = ("messages",)
DEFAULT_SIZE = 100
BOUNDS = {"size": (1, 10_000_000), "seed": (0, 2**63 - 1), "attempts": (1, 100)}
"""What the numbers of a plan can be. A seed fits into 64 bits, so that every random generator takes it."""


def resolve_plan(node: tree.Plan, scope: Scope) -> Plan | None:
    """The plan, or None (with reports)."""
    if not scope.declare(f"plan:{node.name}", node.name, "plan"):
        return None
    before = scope.report.errors
    resolver = _Plan(node, scope)
    plan = resolver.plan()
    return plan if scope.report.errors == before else None


class _Plan:
    """Notes the place of every part of the plan under its key and the part as it is written: `plan:p.quota label`."""

    def __init__(self, node: tree.Plan, scope: Scope) -> None:
        self.node = node
        self.scope = scope
        self.key = f"plan:{node.name}"
        self.numbers = {"size": DEFAULT_SIZE, "seed": 0, "attempts": 2}
        self.names: dict[str, tuple[str, ...]] = {}
        self.seen: dict[str, Span] = {}

    def plan(self) -> Plan:
        items = self.node.items
        fields = [item for item in items if isinstance(item, tree.Field)]
        shares = [item for item in items if isinstance(item, tree.Shares)]
        self._fields([field for field in fields if field.keyword != "minimum"])
        for item in shares:
            self.scope.once(f"{item.keyword} {item.subject}" if item.subject else item.keyword, item.span, self.seen)
        factors = tuple(self._factor(item) for item in shares if item.keyword == "factor")
        dimensions = {factor.id: self._values(factor) for factor in factors} | self._own_dimensions()
        covers = [item for item in items if isinstance(item, tree.Cover)]
        for cover in covers:
            if cover.strength == 0:
                self.scope.spans[f"{self.key}.cover boundaries"] = cover.span
        return Plan(
            id=self.node.name.text,
            title=self.scope.place(f"{self.key}.title", self.node.title),
            text=self.scope.prose(self.key, items),
            size=self.numbers["size"],
            seed=self.numbers["seed"],
            attempts=self.numbers["attempts"],
            factors=factors,
            exclude=self._exclusions([i for i in items if isinstance(i, tree.Exclude)], dimensions),
            coverage=tuple(c for c in (self._cover(item, dimensions) for item in covers if item.strength) if c),
            boundaries=any(item.strength == 0 for item in covers),
            quotas=tuple(self._quota(item, dimensions) for item in shares if item.keyword == "quota"),
            minimums=tuple(m for m in (self._minimum(f, dimensions) for f in fields if f.keyword == "minimum") if m),
            stages=self.names.get("stages", ("request", "reason", "answer", "judge")),
            accept_by=self.names.get("accept by", ()),
            split=next((self._split(item) for item in shares if item.keyword == "split"), Split()),
            exports=self.names.get("export", EXPORTS),
        )

    def _own_dimensions(self) -> dict[str, tuple[str, ...]]:
        return {
            "clause": tuple(self.scope.clauses),
            "category": tuple(self.scope.categories),
            "label": tuple(label.value for label in Label),
            "level": self.scope.levels,
        }

    def _fields(self, fields: list[tree.Field]) -> None:
        known = {"stages": STAGES, "export": EXPORTS, "accept by": tuple(self.scope.rubrics)}
        for field in fields:
            self.scope.once(field.keyword, field.span, self.seen)
            self.scope.spans[f"{self.key}.{field.keyword}"] = field.span
            if field.keyword in self.numbers:
                least, most = BOUNDS[field.keyword]
                number = whole(field.words[0], f"`{field.keyword}`", self.scope, least=least, most=most)
                self.numbers[field.keyword] = number
                continue
            for word in field.words:
                if word.text not in known[field.keyword] and not self.scope.is_doubtful(word.text):
                    kind = {"stages": "stage", "export": "export", "accept by": "rubric"}[field.keyword]
                    self.scope.unknown(word, kind, list(known[field.keyword]))
            self.names[field.keyword] = tuple(word.text for word in field.words)

    def _factor(self, node: tree.Shares) -> PlanFactor:
        """A declared factor or facet, or one that the plan declares by listing its values."""
        assert node.subject is not None  # noqa: S101 - the grammar
        name = node.subject.text
        self.scope.spans[f"{self.key}.factor {name}"] = node.span
        facet = self.scope.facets.get(name)
        if facet is None and not node.items:
            if not self.scope.is_doubtful(name):
                self.scope.unknown(node.subject, "factor", [f.id for f in self.scope.facets.values() if f.controlled])
            self.scope.doubtful.add(name)
            return PlanFactor(id=name, shares=())
        if facet is None:
            values = tuple(FacetValue(name=item.name.text) for item in node.items)
            facet = Facet(id=name, controlled=True, values=values)
            self.scope.facets[name] = facet
        elif not facet.controlled:
            self.scope.report.add(
                "POL0317",
                f"`{name}` is observed, so a plan cannot set it",
                node.subject.span,
                "Declare it with `factor` instead of `facet`, or leave it to the cases of the clauses.",
            )
        return PlanFactor(id=name, shares=self._shares(node, facet.names, f"factor `{name}`"))

    def _values(self, factor: PlanFactor) -> tuple[str, ...]:
        """The values of a factor that this plan uses, in the order of their declaration."""
        used = {share.name for share in factor.shares}
        facet = self.scope.facets.get(factor.id)
        return tuple(name for name in facet.names if name in used) if facet else ()

    def _shares(self, node: tree.Shares, domain: tuple[str, ...], what: str) -> tuple[Share, ...]:
        """The shares, in order. None of them named: equal ones of all values. Nothing is said of a doubtful thing."""
        if node.subject and self.scope.is_doubtful(node.subject.text):
            return ()
        found: dict[str, Share] = {}
        for item in node.items:
            name = item.name.text
            if domain == tuple(self.scope.clauses):
                clause = self.scope.clause(item.name, None)
                name = clause.id if clause else name
            if name not in domain:
                self.scope.no_value(item.name, what, domain)
            elif name in found:
                self.scope.report.add("POL0315", f"`{name}` is listed twice", item.span, "Remove one of them.")
            percent = float(item.percent.text.rstrip("% \t")) if item.percent else None
            found[name] = Share(name=name, percent=percent)
        shares = tuple(found.values()) or tuple(Share(name=value) for value in domain)
        given = [share.percent for share in shares if share.percent is not None]
        if given and (len(given) < len(shares) or abs(sum(given) - 100) > 0.05):
            total = f"{sum(given):g} %" if len(given) == len(shares) else "only some of them"
            self.scope.report.add(
                "POL0310",
                f"the shares of {what} do not make a whole: {total}",
                node.span,
                "Give every value a percentage so that they add up to 100, or give none.",
            )
        return shares

    def _exclusions(self, nodes: list[tree.Exclude], dimensions: dict[str, tuple[str, ...]]) -> tuple[Expr, ...]:
        found = [resolve_condition(node.condition, self.scope, None, dimensions) for node in nodes]
        for number, node in enumerate(nodes):
            self.scope.spans[f"{self.key}.exclude.{number}"] = node.span
        return tuple(expr for expr in found if expr is not None)

    def _cover(self, node: tree.Cover, dimensions: dict[str, tuple[str, ...]]) -> WayCoverage | None:
        names = tuple(word.text for word in node.dimensions)
        known = [self._is_dimension(word, dimensions) for word in node.dimensions]
        if not all(known):
            return None
        if not 1 <= node.strength <= len(names):
            self.scope.report.add(
                "POL0314",
                f"{node.strength}-way coverage needs at least {node.strength} dimensions",
                node.span,
                "Name more of them, or lower the strength.",
            )
            return None
        if len(set(names)) < len(names):
            self.scope.report.add("POL0315", "a dimension is listed twice", node.span, "Remove one of them.")
        self.scope.spans[f"{self.key}.cover {node.strength}-way {', '.join(names)}"] = node.span
        return WayCoverage(strength=node.strength, dimensions=names)

    def _quota(self, node: tree.Shares, dimensions: dict[str, tuple[str, ...]]) -> Quota:
        assert node.subject is not None  # noqa: S101 - the grammar
        name = node.subject.text
        self.scope.spans[f"{self.key}.quota {name}"] = node.span
        if not self._is_dimension(node.subject, dimensions):
            return Quota(dimension=name, shares=())
        return Quota(dimension=name, shares=self._shares(node, dimensions[name], f"quota `{name}`"))

    def _minimum(self, node: tree.Field, dimensions: dict[str, tuple[str, ...]]) -> Minimum | None:
        count, per = node.words
        if not self._is_dimension(per, dimensions):
            return None
        self.scope.once(f"at least ... per {per}", node.span, self.seen)
        self.scope.spans[f"{self.key}.at least {count} per {per}"] = node.span
        return Minimum(count=whole(count, "`at least`", self.scope, most=BOUNDS["size"][1]), per=per.text)

    def _is_dimension(self, word: Word, dimensions: dict[str, tuple[str, ...]]) -> bool:
        if word.text not in dimensions and not self.scope.is_doubtful(word.text):
            self.scope.unknown(word, "dimension", list(dimensions))
        return word.text in dimensions

    def _split(self, node: tree.Shares) -> Split:
        names = tuple(item.name.text for item in node.items)
        group = node.group_by.text if node.group_by else "pair"
        if node.group_by and group not in GROUPS:
            self.scope.unknown(node.group_by, "group", list(GROUPS))
        for item in node.items:
            if item.name.text == REJECTED:
                message = f"a split cannot be called `{REJECTED}`: so is the file of what is not in the data set"
                self.scope.report.add("POL0314", message, item.name.span, "Give it another name.")
        return Split(shares=self._shares(node, names, "the split"), group_by=group)
