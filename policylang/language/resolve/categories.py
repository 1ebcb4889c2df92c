"""Categories and clauses. Names first (`declare_category`), so that conditions can refer to clauses further down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Related
from ..meaning.expr import And, Expr, Or
from ..meaning.policy import Action, AmbiguityRule, Category, Clause, Effect, Exemplar, Respond
from ..source import Span
from ..syntax import tree
from ..syntax.tree import Word
from .conditions import resolve_condition
from .exemplars import resolve_exemplar
from .scope import DEFAULT_SURFACE, ClauseName, Scope


@dataclass(frozen=True)
class Declared:
    """A category whose name is free, with its path, and the clauses that stand directly in it."""

    id: str
    parent: str | None
    node: tree.Category
    clauses: tuple[tuple[ClauseName, tree.Clause, tree.Group | None], ...]


def declare_category(node: tree.Category, parent: str | None, scope: Scope) -> Iterator[Declared]:
    """Note the names of a category, of what is nested in it and of their clauses; outer categories first."""
    category_id = f"{parent}.{node.name}" if parent else node.name.text
    if not scope.declare(f"category:{category_id}", node.name, "category"):
        scope.doubtful.update(clause.name.text for clause, _ in _clauses(node))
        return
    scope.categories[category_id] = node.name.span
    clauses = []
    for clause, group in _clauses(node):
        infix = f".{group.effect.level}" if group and group.effect.level else ""
        clause_id = f"{category_id}{infix}.{clause.name}"
        if scope.declare(f"clause:{clause_id}", clause.name, "clause"):
            name = ClauseName(clause_id, category_id, clause.name.text, _has_atom(clause, group), clause.name.span)
            scope.declare_clause(name)
            clauses.append((name, clause, group))
    yield Declared(category_id, parent, node, tuple(clauses))
    for item in node.items:
        if isinstance(item, tree.Category):
            yield from declare_category(item, category_id, scope)


def _clauses(node: tree.Category) -> Iterator[tuple[tree.Clause, tree.Group | None]]:
    for item in node.items:
        if isinstance(item, tree.Clause):
            yield item, None
        elif isinstance(item, tree.Group):
            for line in item.items:
                if isinstance(line, tree.Clause):
                    yield line, item


def _items(clause: tree.Clause, group: tree.Group | None) -> list[tree.ClauseItem]:
    """What holds for a clause: what its group says, then what it says itself."""
    shared = [item for item in group.items if not isinstance(item, tree.Clause | tree.Prose)] if group else []
    return [*([group.effect] if group else []), *shared, *clause.items]


def _has_atom(clause: tree.Clause, group: tree.Group | None) -> bool:
    items = _items(clause, group)
    requires = any(isinstance(item, tree.Effect) and item.kind == "require" for item in items)
    return requires or not any(isinstance(item, tree.When) for item in items)


def resolve_category(declared: Declared, scope: Scope) -> Category:
    key = f"category:{declared.id}"
    maps: list[str] = []
    ambiguity: tuple[AmbiguityRule, ...] = ()
    seen: dict[str, Span] = {}
    for item in declared.node.items:
        if isinstance(item, tree.Field) and item.keyword == "maps":
            maps += [word.text for word in item.words]
        elif isinstance(item, tree.Ambiguity):
            scope.once("ambiguity", item.span, seen)
            ambiguity = resolve_ambiguity(item, scope, declared.id)
    clauses = [_clause(name, node, group, scope) for name, node, group in declared.clauses]
    return Category(
        id=declared.id,
        name=declared.node.name.text,
        parent=declared.parent,
        title=scope.place(f"{key}.title", declared.node.title),
        text=scope.prose(key, declared.node.items),
        code=_code(declared.node.code),
        maps=tuple(maps),
        clauses=tuple(clause for clause in clauses if clause is not None),
        ambiguity=ambiguity,
    )


def _code(field: tree.Field | None) -> str:
    return field.words[0].text if field else ""


def _clause(name: ClauseName, node: tree.Clause, group: tree.Group | None, scope: Scope) -> Clause | None:
    key = f"clause:{name.id}"
    items = _items(node, group)
    effect = _effect(node, items, scope)
    if effect is None:
        return None
    level = _level(effect, scope)
    seen: dict[str, Span] = {}
    for item in node.items:
        if isinstance(item, tree.On | tree.Respond):
            scope.once("on" if isinstance(item, tree.On) else "respond", item.span, seen)
    on = next((item for item in reversed(items) if isinstance(item, tree.On)), effect.on)
    respond = next((item for item in reversed(items) if isinstance(item, tree.Respond)), None)
    kind = Effect(effect.kind)
    text = scope.prose(key, node.items)
    title = scope.place(f"{key}.title", node.title)
    if not text and not title:
        scope.report.add("POL0404", f"clause `{node.name}` says nothing", node.name.span, "Give it a title or prose.")
    return Clause(
        id=name.id,
        category=name.category,
        name=name.name,
        code=_code(node.code) or _group_code(name, group),
        title=title,
        text=text,
        effect=kind,
        level=level,
        surfaces=scope.surface_ids(on.surfaces) if on else (DEFAULT_SURFACE,),
        when=_condition(items, tree.When, name, scope),
        unless=_condition(items, tree.Unless, name, scope),
        overrides=_overrides(items, name, scope),
        locked=node.locked or bool(group and group.locked),
        respond=_respond(respond, key, scope),
        maps=tuple(
            w.text for item in items if isinstance(item, tree.Field) and item.keyword == "maps" for w in item.words
        ),
        exemplars=_exemplars(node, name, kind, scope),
    )


def _group_code(name: ClauseName, group: tree.Group | None) -> str:
    return f"{group.effect.level}.{name.name}" if group and group.effect.level else ""


def _effect(node: tree.Clause, items: list[tree.ClauseItem], scope: Scope) -> tree.Effect | None:
    effects = [item for item in items if isinstance(item, tree.Effect)]
    if len(effects) == 1:
        return effects[0]
    if effects:
        message, place = "the clause has two effects", effects[1].span
    else:
        message, place = f"clause `{node.name}` has no effect", node.name.span
    first = [Related(effect.span, "the first one") for effect in effects[:1]]
    scope.report.add("POL0301", message, place, "Say one of: `forbid LEVEL`, `permit`, `require LEVEL`.", first)
    return None


def _level(effect: tree.Effect, scope: Scope) -> str | None:
    if effect.level is None:
        return None
    level = scope.level(effect.level)
    if level is None:
        return None
    lowest = level == scope.levels[0]
    if effect.kind == "permit":
        if not lowest:
            scope.report.add(
                "POL0302",
                "a permit has no level but the lowest",
                effect.level.span,
                f"Write `permit {scope.levels[0]}`.",
            )
        return None
    if lowest:
        scope.report.add(
            "POL0302",
            f"`{level}` means no violation, so nothing can be forbidden at it",
            effect.level.span,
            f"Use a level above it, such as `{scope.levels[1]}`, or `permit`.",
        )
    return level


def _condition(
    items: list[tree.ClauseItem], kind: type[tree.When] | type[tree.Unless], name: ClauseName, scope: Scope
) -> Expr | None:
    """All `when` of a clause and its group must hold; any of their `unless` excepts."""
    parts = [
        resolve_condition(item.condition, scope, name.category)
        for item in items
        if isinstance(item, (tree.When, tree.Unless)) and isinstance(item, kind)
    ]
    known = tuple(part for part in parts if part is not None)
    if len(known) <= 1:
        return known[0] if known else None
    return Or(items=known) if kind is tree.Unless else And(items=known)


def _overrides(items: list[tree.ClauseItem], name: ClauseName, scope: Scope) -> tuple[str, ...]:
    found: dict[str, Span] = {}
    for word in _override_words(items):
        other = scope.clause(word, name.category)
        if other is None:
            scope.unknown_clause(word)
        else:
            found[other.id] = word.span
            scope.spans[f"clause:{name.id}.overrides.{other.id}"] = word.span
    return tuple(found)


def _override_words(items: list[tree.ClauseItem]) -> Iterator[Word]:
    for item in items:
        if isinstance(item, tree.Field) and item.keyword == "overrides":
            yield from item.words


def _respond(node: tree.Respond | None, key: str, scope: Scope) -> Respond | None:
    if node is None:
        return None
    known = [action.value for action in Action]
    if node.action.text not in known:
        scope.unknown(node.action, "response", known)
        return None
    return Respond(action=Action(node.action.text), guidance=scope.place(f"{key}.respond", node.guidance))


def _exemplars(node: tree.Clause, name: ClauseName, effect: Effect, scope: Scope) -> tuple[Exemplar, ...]:
    nodes = [item for item in node.items if isinstance(item, tree.Exemplar)]
    found = [resolve_exemplar(item, number, name, effect, scope) for number, item in enumerate(nodes, 1)]
    return tuple(exemplar for exemplar in found if exemplar is not None)


def resolve_ambiguity(node: tree.Ambiguity, scope: Scope, category: str | None) -> tuple[AmbiguityRule, ...]:
    rules = []
    for rule in node.rules:
        level = scope.level(rule.level) if rule.level else None
        when = resolve_condition(rule.when.condition, scope, category) if rule.when else None
        if (rule.level and level is None) or (rule.when and when is None):
            continue
        rules.append(AmbiguityRule.model_validate({"action": rule.action, "level": level, "when": when}))
    return tuple(rules)
