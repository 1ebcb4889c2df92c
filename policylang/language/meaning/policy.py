"""The meaning of a policy: what is left of the text when layout, comments, order of files and spelling are gone.

Everything here is a frozen value that serialises to JSON (`Policy.model_json_schema()` is the published schema).
Where a thing stands in a source file is not part of what it means: spans are kept beside it (`language.resolve`).

Ids: a category's is its path (`violence.weapons`); a clause's is its category's id and its name, with the level of
the group between them where it has one (`violence.instructions`, `body_ideals.HBI2.c`); an exemplar's is its clause's
id and its name, or its number where it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from .expr import NO, TRUE, YES, Expr, Node, Not, Test, both

SCHEMA_VERSION: Literal["1"] = "1"


class Effect(StrEnum):
    FORBID = "forbid"
    PERMIT = "permit"
    REQUIRE = "require"


class Label(StrEnum):
    """What a case is under a policy, and what a row of a plan is wanted to be."""

    VIOLATES = "violates"
    COMPLIES = "complies"
    BORDERLINE = "borderline"


class Action(StrEnum):
    """What the model should do."""

    REFUSE = "refuse"
    SAFE_COMPLETE = "safe_complete"
    COMPLY = "comply"
    ESCALATE = "escalate"


class Use(StrEnum):
    """What an exemplar may be used for. `CALIBRATION` excludes the others."""

    PROMPT = "prompt"
    SEED = "seed"
    CALIBRATION = "calibration"


class Term(Node):
    phrase: str
    also: tuple[str, ...] = ()
    text: str


class Surface(Node):
    """A part of an interaction that is judged."""

    id: str
    title: str = ""
    text: str = ""


class FacetValue(Node):
    name: str
    text: str = ""


class Facet(Node):
    """A finite attribute of an interaction.

    `ordered` values go from least to most. `controlled` facets (factors) are what a plan varies: their value is known
    from the row and never asked of a judge.
    """

    id: str
    title: str = ""
    question: str = ""
    text: str = ""
    kind: Literal["unordered", "ordered", "boolean"] = "unordered"
    controlled: bool = False
    default: str | None = None
    surfaces: tuple[str, ...] = ()
    values: tuple[FacetValue, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(value.name for value in self.values)


class Image(Node):
    """A picture in a conversation. `path` is relative to the policy's folder and never leaves it."""

    path: str
    caption: str = ""
    sha256: str = ""


class Turn(Node):
    role: Literal["system", "user", "assistant", "tool"]
    text: str
    images: tuple[Image, ...] = ()


class Exemplar(Node):
    """A labelled case under a clause: a test, a few-shot example and a seed at once.

    `facets` is a partial case: facets that are left out are open; of clauses that are left out nothing is wrong (their
    text does not apply; a duty is met).
    """

    id: str
    name: str | None = None
    label: Label
    turns: tuple[Turn, ...]
    facets: dict[str, str] = Field(default_factory=dict)
    because: str = ""
    ideal: str = ""
    rejected: str = ""
    use: tuple[Use, ...] = (Use.PROMPT, Use.SEED)

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(image for turn in self.turns for image in turn.images)

    @property
    def request(self) -> str:
        """The last thing that the user says."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")


class Respond(Node):
    action: Action
    guidance: str = ""


class Clause(Node):
    """One norm. Exactly one question decides whether it applies: its condition, or its own atom where it has none.

    For `require`, `when` says where the duty exists and the atom (`yes`: it is met) whether it is met.
    """

    id: str
    category: str
    name: str
    code: str = ""
    title: str = ""
    text: str = ""
    effect: Effect
    level: str | None = None
    surfaces: tuple[str, ...]
    when: Expr | None = None
    unless: Expr | None = None
    overrides: tuple[str, ...] = ()
    locked: bool = False
    respond: Respond | None = None
    maps: tuple[str, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()

    @property
    def has_atom(self) -> bool:
        """Is the clause a yes/no question of its own?"""
        return self.when is None or self.effect is Effect.REQUIRE

    @cached_property
    def scope(self) -> Expr:
        """Where the clause has something to say: its `when`, less its `unless`; for `require`, where the duty is."""
        if self.when is not None:
            when = self.when
        elif self.effect is Effect.REQUIRE:
            when = TRUE
        else:
            when = Test(variable=self.id, values=(YES,))
        return when if self.unless is None else both(when, Not(item=self.unless))

    @cached_property
    def breach(self) -> Expr:
        """Where the clause is broken (`forbid`, `require`). For `permit` the same as `scope`: where it applies."""
        if self.effect is Effect.REQUIRE:
            return both(self.scope, Test(variable=self.id, values=(NO,)))
        return self.scope

    @property
    def label(self) -> str:
        """What people call it: its code, or else its name."""
        return self.code or self.name


class AmbiguityRule(Node):
    """What to do when a judge cannot tell. The first rule whose condition is not refuted applies."""

    action: Literal["at_least", "lower", "raise", "ask", "escalate"]
    level: str | None = None
    when: Expr | None = None


class Category(Node):
    id: str
    name: str
    parent: str | None = None
    title: str = ""
    text: str = ""
    code: str = ""
    maps: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    ambiguity: tuple[AmbiguityRule, ...] = ()


class Anchor(Node):
    score: int
    text: str


class Criterion(Node):
    id: str
    text: str = ""
    weight: float = Field(default=1.0, gt=0)
    when: Expr | None = None
    anchors: tuple[Anchor, ...] = ()


class ScoreTest(Node):
    """`subject` is a criterion's id, or `mean` (weighted) or `min` over the criteria that apply."""

    op: Literal["score"] = "score"
    subject: str
    compare: Literal["<", "<=", "=", "!=", ">=", ">"]
    number: float


class ScoreRule(Node):
    op: Literal["and", "or"]
    items: tuple[ScoreTest | ScoreRule, ...]


ScoreRule.model_rebuild()


class Rubric(Node):
    """Quality criteria for generated samples, and the rule over their scores that accepts a sample."""

    id: str
    title: str = ""
    text: str = ""
    low: int = 1
    high: int = 5
    criteria: tuple[Criterion, ...]
    accept: ScoreTest | ScoreRule | None = None


class Share(Node):
    name: str
    percent: float | None = None


class PlanFactor(Node):
    """A facet that the plan varies, with the share of each value. No percentages at all: equal shares."""

    id: str
    shares: tuple[Share, ...]


class Quota(Node):
    """Shares of the rows along a dimension: `label`, `category`, `clause`, or a factor of the plan."""

    dimension: str
    shares: tuple[Share, ...]


class WayCoverage(Node):
    """Every feasible combination of values of any `strength` of the dimensions has a row."""

    strength: int = Field(ge=1)
    dimensions: tuple[str, ...]


class Minimum(Node):
    count: int = Field(ge=0)
    per: str


class Split(Node):
    shares: tuple[Share, ...] = (Share(name="train", percent=100.0),)
    group_by: str = "pair"


class Plan(Node):
    """A data set to be made. `size` counts rows; percentages become exact counts by largest remainder."""

    id: str
    title: str = ""
    text: str = ""
    size: int = Field(ge=1)
    seed: int = 0
    attempts: int = Field(default=2, ge=1)
    factors: tuple[PlanFactor, ...] = ()
    exclude: tuple[Expr, ...] = ()
    coverage: tuple[WayCoverage, ...] = ()
    boundaries: bool = False
    quotas: tuple[Quota, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    stages: tuple[str, ...] = ("request", "reason", "answer", "judge")
    accept_by: tuple[str, ...] = ()
    split: Split = Split()
    exports: tuple[str, ...] = ("messages",)


class Template(Node):
    """A prompt of the user's own in place of the built-in one of `stage`. The body is untrusted input."""

    id: str
    stage: str
    inputs: tuple[str, ...] = ()
    body: str


class Policy(Node):
    """A whole policy, imports included. `levels` go from no violation to the worst."""

    schema_version: Literal["1"] = "1"
    name: str
    version: str
    title: str = ""
    text: str = ""
    levels: tuple[str, ...] = Field(min_length=2)
    surfaces: tuple[Surface, ...]
    terms: tuple[Term, ...] = ()
    facets: tuple[Facet, ...] = ()
    categories: tuple[Category, ...] = ()
    ambiguity: tuple[AmbiguityRule, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    plans: tuple[Plan, ...] = ()
    templates: tuple[Template, ...] = ()
    imports: dict[str, str] = Field(default_factory=dict)
    """Name and version of every policy that this one stands on."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Policy:
        for kind, ids in (
            ("facet", [facet.id for facet in self.facets]),
            ("category", [category.id for category in self.categories]),
            ("clause", [clause.id for clause in self.clauses]),
            ("plan", [plan.id for plan in self.plans]),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {kind}s of the policy have one id")
        return self

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(clause for category in self.categories for clause in category.clauses)

    @property
    def exemplars(self) -> Iterator[tuple[Clause, Exemplar]]:
        return ((clause, exemplar) for clause in self.clauses for exemplar in clause.exemplars)

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        return {facet.id: facet for facet in self.facets}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.id: category for category in self.categories}

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def _overriders(self) -> dict[str, tuple[Clause, ...]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            for other in clause.overrides:
                found.setdefault(other, []).append(clause)
        return {clause_id: tuple(clauses) for clause_id, clauses in found.items()}

    def facet(self, facet_id: str) -> Facet:
        return self._facets[facet_id]

    def category(self, category_id: str) -> Category:
        return self._categories[category_id]

    def clause(self, clause_id: str) -> Clause:
        return self._clauses[clause_id]

    def overriders(self, clause_id: str) -> tuple[Clause, ...]:
        """The clauses, of any category, that say they override this one, in source order."""
        return self._overriders.get(clause_id, ())

    def plan(self, plan_id: str) -> Plan:
        return next(plan for plan in self.plans if plan.id == plan_id)

    def rank(self, level: str) -> int:
        """How severe a level is: 0 is no violation. The unit of comparison between levels."""
        return self.levels.index(level)

    def domain(self, variable: str) -> tuple[str, ...]:
        """The values of a variable of a case space, in declared order. Raises KeyError for an unknown one."""
        if variable in self._clauses:
            return (NO, YES)
        return self._facets[variable].names
