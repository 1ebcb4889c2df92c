"""The syntax tree: what a file says, with the place of everything, before names mean anything.

One class a construct of `grammar/policy.lark`. Nothing is checked here that the grammar does not check.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..source import Span


@dataclass(frozen=True, slots=True)
class Word:
    """A name, a text or a number as written, less its quotes."""

    text: str
    span: Span

    def __str__(self) -> str:
        return self.text


# ------------------------------------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class Compare:
    subject: Word
    operator: str
    value: Word
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    subject: Word
    values: tuple[Word, ...]
    negated: bool
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Holds:
    subject: Word
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Negated:
    item: Condition
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class Combined:
    """`operator` is `and`, `or`, `at least` or `at most`; `count` belongs to the last two."""

    operator: str
    items: tuple[Condition, ...]
    span: Span
    depth: int
    count: int = 0


Condition = Compare | Member | Holds | Negated | Combined


# ------------------------------------------------------------------------------------------------ small parts


@dataclass(frozen=True, slots=True)
class On:
    surfaces: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    name: Word
    text: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Values:
    items: tuple[Value, ...]
    ordered: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """A keyword with words after it: `ask`, `default`, `maps`, `code`, `because`, `ideal`, `use`, `size`, ..."""

    keyword: str
    words: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Prose:
    text: Word
    span: Span


@dataclass(frozen=True, slots=True)
class When:
    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Unless:
    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Effect:
    kind: str
    level: Word | None
    on: On | None
    span: Span


@dataclass(frozen=True, slots=True)
class Respond:
    action: Word
    guidance: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    subject: Word
    value: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Settings:
    items: tuple[Setting, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    text: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Image:
    path: Word
    caption: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Exemplar:
    """`label` is None for a bare line (`user "..."`): then the effect of its clause says what it is."""

    label: Word | None
    name: Word | None
    items: tuple[Turn | Image | Settings | Field, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class AmbiguityRule:
    action: str
    level: Word | None
    when: When | None
    span: Span


@dataclass(frozen=True, slots=True)
class Share:
    name: Word
    percent: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Shares:
    """`factor NAME {...}`, `quota NAME {...}` or `split ...` of a plan."""

    keyword: str
    subject: Word | None
    items: tuple[Share, ...]
    group_by: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Exclude:
    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Cover:
    """`strength` is 0 for `cover boundaries`."""

    strength: int
    dimensions: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Anchor:
    score: Word
    text: Word
    span: Span


@dataclass(frozen=True, slots=True)
class ScoreCompare:
    subject: Word
    operator: str
    number: Word
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class ScoreCombined:
    operator: str
    items: tuple[ScoreCondition, ...]
    span: Span
    depth: int


ScoreCondition = ScoreCompare | ScoreCombined


@dataclass(frozen=True, slots=True)
class Criterion:
    name: Word
    title: Word | None
    weight: Word | None
    when: When | None
    items: tuple[Prose | Anchor, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Scale:
    low: Word
    high: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Accept:
    condition: ScoreCondition
    span: Span


# ------------------------------------------------------------------------------------------------ top-level items


@dataclass(frozen=True, slots=True)
class Header:
    name: Word
    version: Word
    title: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    name: Word
    range: Word | None
    names: tuple[Word, ...] | None
    alias: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Surface:
    name: Word
    title: Word | None
    text: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    phrase: Word
    also: tuple[Word, ...]
    text: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet, or a factor (`controlled`)."""

    name: Word
    title: Word | None
    on: On | None
    yes_no: bool
    controlled: bool
    items: tuple[Field | Prose, ...]
    values: Values | None
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of its own, or a line of a group (`group` is then the group that it stands in)."""

    name: Word
    title: Word | None
    code: Field | None
    locked: bool
    items: tuple[ClauseItem, ...]
    span: Span


ClauseItem = Effect | On | When | Unless | Respond | Field | Prose | Exemplar


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses under one effect and level; what else stands in it holds for each of them."""

    effect: Effect
    title: Word | None
    locked: bool
    items: tuple[Clause | When | Unless | Respond | Field | Prose, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Ambiguity:
    rules: tuple[AmbiguityRule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Category:
    name: Word
    title: Word | None
    code: Field | None
    items: tuple[Field | Prose | Category | Clause | Group | Ambiguity, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rubric:
    name: Word
    title: Word | None
    items: tuple[Scale | Criterion | Accept | Prose, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Plan:
    name: Word
    title: Word | None
    items: tuple[Field | Shares | Exclude | Cover | Prose, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    name: Word
    stage: Word
    items: tuple[Field | Prose, ...]
    span: Span


Item = Header | Import | Field | Surface | Prose | Term | Facet | Category | Ambiguity | Rubric | Plan | Template


@dataclass(frozen=True)
class File:
    """One source file. Where `broken` is true it had syntax errors and `items` lacks what they took away."""

    name: str
    items: tuple[Item, ...] = field(default=())
    broken: bool = False
