"""Categories with their clauses: nested ones, groups, every effect, conditions that build on each other, overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from policylang.language.meaning.expr import NO, YES, Expr
from policylang.language.meaning.policy import Action, AmbiguityRule, Category, Clause, Effect, Facet, Respond

from .logic import conditions
from .words import Names, names, optional, prose, texts

Domains = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Norm:
    """A clause before its conditions: they may mention the atoms of every other clause."""

    id: str
    category: str
    name: str
    group: str | None
    effect: Effect
    level: str | None
    surfaces: tuple[str, ...]
    has_when: bool

    @property
    def has_atom(self) -> bool:
        return not self.has_when or self.effect is Effect.REQUIRE


@st.composite
def categories(
    draw: st.DrawFn,
    taken: Names,
    levels: Sequence[str],
    surfaces: Sequence[str],
    facets: Sequence[Facet],
    max_categories: int,
    max_clauses: int,
) -> list[Category]:
    """Categories without exemplars, outer ones before those nested in them, as files give them."""
    parents = _tree(draw, max_categories)
    paths: list[str] = []
    for parent in parents:
        name = taken.new(draw)
        paths.append(name if parent is None else f"{paths[parent]}.{name}")
    norms = [draw(_norms(path, levels, surfaces, bool(facets), max_clauses)) for path in paths]
    everyone = [norm for some in norms for norm in some]
    found: list[Category] = []
    clauses: list[Clause] = []
    for number, (path, parent) in enumerate(zip(paths, parents, strict=True)):
        domains = draw(_domains(facets, norms[number], everyone))
        mine = []
        for norm in norms[number]:
            mine.append(draw(_clauses(norm, domains, clauses)))
            clauses.append(mine[-1])
        found.append(
            Category(
                id=path,
                name=path.rpartition(".")[2],
                parent=None if parent is None else paths[parent],
                title=draw(optional(texts())),
                text=draw(optional(prose())),
                code=draw(_codes()),
                maps=draw(_maps()),
                clauses=tuple(mine),
                ambiguity=draw(ambiguity(levels, domains)),
            )
        )
    return found


def _tree(draw: st.DrawFn, most: int) -> list[int | None]:
    """The parent of every category, by number; in pre-order, as nested blocks are."""
    parents: list[int | None] = [None]
    open_path = [0]
    for number in range(1, draw(st.integers(1, most))):
        depth = draw(st.integers(0, len(open_path)))
        open_path = open_path[:depth]
        parents.append(open_path[-1] if open_path else None)
        open_path.append(number)
    return parents


@st.composite
def _norms(
    draw: st.DrawFn, category: str, levels: Sequence[str], surfaces: Sequence[str], has_facets: bool, most: int
) -> list[_Norm]:
    norms: dict[str, _Norm] = {}
    for _ in range(draw(st.integers(0, most))):
        effect = draw(st.sampled_from(Effect))
        level = draw(st.sampled_from(list(levels[1:])))
        group = draw(st.none() | st.just(levels[0] if effect is Effect.PERMIT else level))
        name = draw(names())
        norm = _Norm(
            id=f"{category}.{group}.{name}" if group else f"{category}.{name}",
            category=category,
            name=name,
            group=group,
            effect=effect,
            level=None if effect is Effect.PERMIT else level,
            surfaces=draw(_some(surfaces)),
            has_when=has_facets and draw(st.booleans()),
        )
        norms.setdefault(norm.id, norm)
    return list(norms.values())


@st.composite
def _some(draw: st.DrawFn, surfaces: Sequence[str]) -> tuple[str, ...]:
    chosen = draw(st.sets(st.sampled_from(tuple(surfaces)), min_size=1, max_size=2))
    return tuple(surface for surface in surfaces if surface in chosen)


@st.composite
def _domains(draw: st.DrawFn, facets: Sequence[Facet], own: Sequence[_Norm], everyone: Sequence[_Norm]) -> Domains:
    """What the conditions of a category may mention: few variables, so that its case space can be listed."""
    names_of = {facet.id: facet.names for facet in facets}
    chosen = draw(st.lists(st.sampled_from(list(names_of)), max_size=3, unique=True)) if names_of else []
    foreign = [norm.id for norm in everyone if norm.has_atom and norm not in own]
    atoms = [norm.id for norm in own if norm.has_atom][:2] + foreign[:1]
    return {name: names_of[name] for name in chosen} | dict.fromkeys(atoms, (NO, YES))


@st.composite
def _clauses(draw: st.DrawFn, norm: _Norm, domains: Domains, before: Sequence[Clause]) -> Clause:
    """The clause of a norm. It overrides only clauses that come before it, so that there is no circle."""
    others = {name: values for name, values in domains.items() if name != norm.id}
    when: Expr | None = None
    if norm.has_when:
        when = draw(conditions(others)) if others else None
    may_override = [c.id for c in before if not c.locked and set(c.surfaces) & set(norm.surfaces)]
    code = draw(_codes())
    if norm.group and not code:
        code = f"{norm.group}.{norm.name}"
    title = draw(optional(texts()))
    return Clause(
        id=norm.id,
        category=norm.category,
        name=norm.name,
        code=code,
        title=title,
        text=draw(optional(prose()) if title else prose()),
        effect=norm.effect,
        level=norm.level,
        surfaces=norm.surfaces,
        when=when,
        unless=draw(st.none() | conditions(others)) if others else None,
        overrides=tuple(draw(st.lists(st.sampled_from(may_override), max_size=2, unique=True)) if may_override else ()),
        locked=draw(st.integers(0, 4)) == 4,
        respond=draw(st.none() | _responses()),
        maps=draw(_maps()),
    )


@st.composite
def ambiguity(draw: st.DrawFn, levels: Sequence[str], domains: Domains) -> tuple[AmbiguityRule, ...]:
    """What a judge does when it cannot tell: none to two rules."""
    rules = []
    for _ in range(draw(st.integers(0, 2))):
        action = draw(st.sampled_from(("at_least", "lower", "raise", "ask", "escalate")))
        level = draw(st.sampled_from(tuple(levels))) if action == "at_least" else None
        when = draw(st.none() | conditions(domains)) if domains else None
        rules.append(AmbiguityRule(action=action, level=level, when=when))
    return tuple(rules)


@st.composite
def _responses(draw: st.DrawFn) -> Respond:
    return Respond(action=draw(st.sampled_from(Action)), guidance=draw(optional(texts())))


def _codes() -> st.SearchStrategy[str]:
    return st.sampled_from(("", "", "HBI", "F 1.2", "S9", "§3"))


def _maps() -> st.SearchStrategy[tuple[str, ...]]:
    return st.sampled_from(((), (), ("mlc.violent_crimes",), ("llama_guard3.S2", "hazard")))
