"""A policy as a .pol file: the way back from the meaning to text.

The file says what the policy means and nothing else: comments, imports and layout are gone, so what was imported
stands in it. For every policy that a file without imports can mean, reading what is printed gives the policy again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..meaning.expr import Expr
from ..meaning.policy import (
    AmbiguityRule,
    Category,
    Clause,
    Criterion,
    Exemplar,
    Facet,
    Label,
    Plan,
    Policy,
    Respond,
    Rubric,
    Share,
    Split,
    Surface,
    Template,
    Term,
    Use,
)
from ..resolve.scope import BUILT_IN_SURFACES, DEFAULT_SURFACE
from .spelling import Domains, condition, number, prose, quoted, score_condition, text_of

_STEP = "  "


def to_source(policy: Policy) -> str:
    """The policy as one .pol file that imports nothing.

    Raises ValueError for what no single file can say: names with a dot that an `import ... as` has made, characters
    that no policy file may hold. The hashes of images are not in it, and `imports` is empty when it is read again.
    """
    return _Printer(policy).print()


class _Printer:
    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.children: dict[str | None, list[Category]] = {}
        for category in policy.categories:
            self.children.setdefault(category.parent, []).append(category)

    def print(self) -> str:
        policy = self.policy
        blocks = [f"policy {policy.name} {policy.version} {quoted(policy.title)}"]
        blocks += [prose(policy.text, "")] if policy.text else []
        blocks += [f"levels {' < '.join(policy.levels)}"]
        blocks += [_surface(surface) for surface in policy.surfaces if surface not in BUILT_IN_SURFACES]
        blocks += [_term(term) for term in policy.terms]
        blocks += ["\n".join(_facet(facet)) for facet in policy.facets]
        blocks += ["\n".join(self._ambiguity(policy.ambiguity, ""))] if policy.ambiguity else []
        blocks += ["\n".join(self._category(category, "")) for category in self.children.get(None, [])]
        blocks += ["\n".join(self._rubric(rubric)) for rubric in policy.rubrics]
        blocks += ["\n".join(self._plan(plan)) for plan in policy.plans]
        blocks += ["\n".join(_template(template)) for template in policy.templates]
        return "\n\n".join(blocks) + "\n"

    # ------------------------------------------------------------ categories and clauses

    def _category(self, category: Category, indent: str) -> Iterator[str]:
        inner = indent + _STEP
        yield f"{indent}category {category.name}{_title(category.title)}{_code(category.code)} {{"
        yield from _maps(category.maps, inner)
        if category.text:
            yield inner + prose(category.text, inner)
        for level, clauses in groupby(category.clauses, key=_group_level):
            if level is None:
                for clause in clauses:
                    yield f"{inner}{_locked(clause)}clause {clause.name}{_title(clause.title)}{_code(clause.code)} {{"
                    effect = clause.effect if clause.level is None else f"{clause.effect} {clause.level}"
                    yield f"{inner}{_STEP}{effect}{_on(clause.surfaces)}"
                    yield from self._clause_body(clause, inner + _STEP)
                    yield f"{inner}}}"
                continue
            for (effect, locked), lines in groupby(clauses, key=lambda clause: (clause.effect, clause.locked)):
                yield f"{inner}{'locked ' if locked else ''}{effect} {level} {{"
                for clause in lines:
                    yield from self._line(clause, level, inner + _STEP)
                yield f"{inner}}}"
        if category.ambiguity:
            yield from self._ambiguity(category.ambiguity, inner)
        for child in self.children.get(category.id, []):
            yield from self._category(child, inner)
        yield f"{indent}}}"

    def _line(self, clause: Clause, level: str, indent: str) -> Iterator[str]:
        """A clause of a group."""
        code = "" if clause.code == f"{level}.{clause.name}" else _code(clause.code)
        head = f"{indent}{clause.name}{_title(clause.title)}{code}"
        body = list(self._clause_body(clause, indent + _STEP))
        if clause.surfaces != (DEFAULT_SURFACE,):
            body.insert(0, f"{indent}{_STEP}on {', '.join(clause.surfaces)}")
        yield from [f"{head} {{", *body, f"{indent}}}"] if body else [head]

    def _clause_body(self, clause: Clause, indent: str) -> Iterator[str]:
        if clause.when is not None:
            yield f"{indent}when {condition(clause.when, self.policy)}"
        if clause.unless is not None:
            yield f"{indent}unless {condition(clause.unless, self.policy)}"
        if clause.overrides:
            yield f"{indent}overrides {', '.join(clause.overrides)}"
        yield from _maps(clause.maps, indent)
        if clause.text:
            yield indent + prose(clause.text, indent)
        if clause.respond is not None:
            yield indent + _respond(clause.respond, indent)
        for exemplar in clause.exemplars:
            yield from _exemplar(exemplar, indent)

    def _ambiguity(self, rules: Iterable[AmbiguityRule], indent: str) -> Iterator[str]:
        yield f"{indent}ambiguity {{"
        for rule in rules:
            action = f"at least {rule.level}" if rule.action == "at_least" else rule.action
            yield f"{indent}{_STEP}{action}{self._when(rule.when)}"
        yield f"{indent}}}"

    def _when(self, expr: Expr | None) -> str:
        return "" if expr is None else f" when {condition(expr, self.policy)}"

    # ------------------------------------------------------------ rubrics and plans

    def _rubric(self, rubric: Rubric) -> Iterator[str]:
        yield f"rubric {rubric.id}{_title(rubric.title)} {{"
        if rubric.text:
            yield _STEP + prose(rubric.text, _STEP)
        yield f"{_STEP}scale {rubric.low}..{rubric.high}"
        for criterion in rubric.criteria:
            yield from self._criterion(criterion)
        if rubric.accept is not None:
            yield f"{_STEP}accept when {score_condition(rubric.accept)}"
        yield "}"

    def _criterion(self, criterion: Criterion) -> Iterator[str]:
        inner = _STEP * 2
        weight = "" if criterion.weight == 1 else f" weight {number(criterion.weight)}"
        yield f"{_STEP}criterion {criterion.id}{weight}{self._when(criterion.when)} {{"
        if criterion.text:
            yield inner + prose(criterion.text, inner)
        for anchor in criterion.anchors:
            yield f"{inner}{anchor.score} {text_of(anchor.text, inner)}"
        yield f"{_STEP}}}"

    def _plan(self, plan: Plan) -> Iterator[str]:
        yield f"plan {plan.id}{_title(plan.title)} {{"
        yield from (f"{_STEP}{line}" for line in self._plan_lines(plan))
        yield "}"

    def _plan_lines(self, plan: Plan) -> Iterator[str]:
        policy = self.policy
        dimensions: Domains = {
            **{factor.id: tuple(share.name for share in factor.shares) for factor in plan.factors},
            "clause": tuple(clause.id for clause in policy.clauses),
            "category": tuple(category.id for category in policy.categories),
            "label": tuple(label.value for label in Label),
            "level": policy.levels,
        }
        if plan.text:
            yield prose(plan.text, _STEP)
        yield from (f"size {plan.size}", f"seed {plan.seed}", f"attempts {plan.attempts}")
        for factor in plan.factors:
            yield f"factor {factor.id} {{ {_shares(factor.shares)} }}"
        for expr in plan.exclude:
            yield f"exclude {condition(expr, policy, dimensions)}"
        for cover in plan.coverage:
            yield f"cover {cover.strength}-way {', '.join(cover.dimensions)}"
        if plan.boundaries:
            yield "cover boundaries"
        for quota in plan.quotas:
            yield f"quota {quota.dimension} {{ {_shares(quota.shares)} }}"
        for minimum in plan.minimums:
            yield f"at least {minimum.count} per {minimum.per}"
        yield f"stages {', '.join(plan.stages)}"
        if plan.accept_by:
            yield f"accept by {', '.join(plan.accept_by)}"
        if plan.split != Split():
            yield f"split {_shares(plan.split.shares)} grouped by {plan.split.group_by}"
        yield f"export {', '.join(plan.exports)}"


# ---------------------------------------------------------------- what needs no policy around it


def _surface(surface: Surface) -> str:
    text = f" {prose(surface.text, '')}" if surface.text else ""
    return f"surface {surface.id}{_title(surface.title)}{text}"


def _term(term: Term) -> str:
    also = f" also {', '.join(map(quoted, term.also))}" if term.also else ""
    return f"term {quoted(term.phrase)}{also} {text_of(term.text, '')}"


def _facet(facet: Facet) -> Iterator[str]:
    if "." in facet.id:
        raise ValueError(f"`{facet.id}` has the name of an import: no single file can declare it")
    on = f" on {', '.join(facet.surfaces)}" if facet.surfaces else ""
    yes_no = " yes/no" if facet.kind == "boolean" else ""
    yield f"{'factor' if facet.controlled else 'facet'} {facet.id}{_title(facet.title)}{on}{yes_no} {{"
    if facet.question:
        yield f"{_STEP}ask {text_of(facet.question, _STEP)}"
    if facet.text:
        yield _STEP + prose(facet.text, _STEP)
    if facet.default is not None:
        yield f"{_STEP}default {facet.default}"
    if facet.kind != "boolean":
        for number_of, value in enumerate(facet.values):
            order = "< " if facet.kind == "ordered" and number_of else ""
            yield f"{_STEP}{order}{value.name}{f' {text_of(value.text, _STEP)}' if value.text else ''}"
    yield "}"


def _exemplar(exemplar: Exemplar, indent: str) -> Iterator[str]:
    inner = indent + _STEP
    yield f"{indent}{exemplar.label}{f' {exemplar.name}' if exemplar.name else ''} {{"
    for turn in exemplar.turns:
        yield f"{inner}{turn.role} {text_of(turn.text, inner)}"
        for image in turn.images:
            yield f"{inner}image {quoted(image.path)}{f' {quoted(image.caption)}' if image.caption else ''}"
    if exemplar.facets:
        yield f"{inner}facets {{ {', '.join(f'{name} = {value}' for name, value in exemplar.facets.items())} }}"
    for keyword in ("because", "ideal", "rejected"):
        text = getattr(exemplar, keyword)
        if text:
            yield f"{inner}{keyword} {text_of(text, inner)}"
    if exemplar.use != (Use.PROMPT, Use.SEED):
        yield f"{inner}use {', '.join(exemplar.use)}"
    yield f"{indent}}}"


def _template(template: Template) -> Iterator[str]:
    yield f"template {template.id} for {template.stage} {{"
    if template.inputs:
        yield f"{_STEP}inputs {', '.join(template.inputs)}"
    yield _STEP + prose(template.body, _STEP)
    yield "}"


def _respond(respond: Respond, indent: str) -> str:
    return f"respond {respond.action}{f' {text_of(respond.guidance, indent)}' if respond.guidance else ''}"


def _shares(shares: Iterable[Share]) -> str:
    return ", ".join(
        share.name if share.percent is None else f"{share.name} {number(share.percent)}%" for share in shares
    )


def _group_level(clause: Clause) -> str | None:
    """The level in the id of a clause that stands in a group; None for a clause of its own."""
    between = clause.id.removeprefix(clause.category).removesuffix(clause.name).strip(".")
    return between or None


def _title(title: str) -> str:
    return f" {quoted(title)}" if title else ""


def _code(code: str) -> str:
    """A code as a name where it looks like one; keywords have only small letters."""
    if not code:
        return ""
    return f" code {code if code.isidentifier() and code != code.lower() else quoted(code)}"


def _maps(maps: tuple[str, ...], indent: str) -> Iterator[str]:
    if maps:
        yield f"{indent}maps {', '.join(maps)}"


def _on(surfaces: tuple[str, ...]) -> str:
    return "" if surfaces == (DEFAULT_SURFACE,) else f" on {', '.join(surfaces)}"


def _locked(clause: Clause) -> str:
    return "locked " if clause.locked else ""
