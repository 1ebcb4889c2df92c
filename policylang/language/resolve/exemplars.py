"""Exemplars: the labelled cases under a clause."""

from __future__ import annotations

from ..diagnostics import Related
from ..meaning.expr import NO, YES
from ..meaning.policy import Effect, Exemplar, Image, Label, Turn, Use
from ..source import Span
from ..syntax import tree
from .scope import ClauseName, Scope

_LABEL_OF = {Effect.FORBID: Label.VIOLATES, Effect.REQUIRE: Label.COMPLIES, Effect.PERMIT: Label.COMPLIES}


def resolve_exemplar(
    node: tree.Exemplar, number: int, clause: ClauseName, effect: Effect, scope: Scope
) -> Exemplar | None:
    """The exemplar; `number` (from 1) names it where it has no name. A bare line is what its clause's effect says."""
    name = node.name.text if node.name else str(number)
    exemplar_id = f"{clause.id}.{name}"
    key = f"exemplar:{exemplar_id}"
    if node.name is None:
        scope.spans[key] = node.span
    elif not scope.declare(key, node.name, "exemplar"):
        return None
    label = Label(node.label.text) if node.label else _LABEL_OF[effect]
    texts = {"because": "", "ideal": "", "rejected": ""}
    use: tuple[Use, ...] = (Use.PROMPT, Use.SEED)
    facets: dict[str, str] = {}
    seen: dict[str, Span] = {}
    for item in node.items:
        if isinstance(item, tree.Field | tree.Settings):
            scope.once(item.keyword if isinstance(item, tree.Field) else "facets", item.span, seen)
        if isinstance(item, tree.Field) and item.keyword in texts:
            texts[item.keyword] = scope.place(f"{key}.{item.keyword}", item.words[0])
        elif isinstance(item, tree.Field) and item.keyword == "use":
            use = _use(item, scope)
        elif isinstance(item, tree.Settings):
            facets |= _facets(item, clause, scope)
    if clause.has_atom:
        facets.setdefault(clause.id, _atom(effect, label))
    turns = _turns(node, key, scope)
    if not turns:
        scope.report.add("POL0314", "the exemplar shows nothing", node.span, 'Add what is said: `user "..."`.')
        return None
    return Exemplar(
        id=exemplar_id,
        name=node.name.text if node.name else None,
        label=label,
        turns=turns,
        facets=dict(sorted(facets.items())),
        because=texts["because"],
        ideal=texts["ideal"],
        rejected=texts["rejected"],
        use=use,
    )


def _atom(effect: Effect, label: Label) -> str:
    """What the clause's own question is answered with, where the exemplar does not say."""
    if effect is Effect.FORBID:
        return YES if label is Label.VIOLATES else NO
    if effect is Effect.REQUIRE:
        return NO if label is Label.VIOLATES else YES
    return YES


def _use(node: tree.Field, scope: Scope) -> tuple[Use, ...]:
    known = [use.value for use in Use]
    for word in node.words:
        if word.text not in known:
            scope.unknown(word, "use", known)
    wanted = {word.text for word in node.words}
    if Use.CALIBRATION in wanted and len(wanted) > 1:
        scope.report.add(
            "POL0307",
            "an exemplar for calibration cannot be used for anything else",
            node.span,
            "Write `use calibration` alone, or leave `calibration` out.",
        )
    return tuple(use for use in Use if use in wanted)


def _facets(node: tree.Settings, clause: ClauseName, scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    places: dict[str, Span] = {}
    for setting in node.items:
        if scope.is_doubtful(setting.subject.text):
            continue
        facet = scope.facets.get(setting.subject.text)
        variable, domain = (facet.id, facet.names) if facet else ("", ())
        if facet is None:
            other = scope.clause(setting.subject, clause.category)
            if other is None:
                scope.unknown_clause(setting.subject, "facet or clause", scope.facets)
                continue
            if not other.has_atom:
                scope.report.add(
                    "POL0316",
                    f"clause `{setting.subject}` has a condition of its own, so its answer follows from the facets",
                    setting.subject.span,
                    "Remove the setting.",
                    [Related(other.span, "declared here")],
                )
                continue
            variable, domain = other.id, (NO, YES)
        if setting.value.text not in domain:
            scope.no_value(setting.value, f"`{setting.subject}`", domain)
        elif variable in found:
            first = Related(places[variable], "here first")
            scope.report.add(
                "POL0315", f"`{variable}` is set twice", setting.span, "Remove one of the settings.", [first]
            )
        else:
            found[variable] = setting.value.text
            places[variable] = setting.span
    return found


def _turns(node: tree.Exemplar, key: str, scope: Scope) -> tuple[Turn, ...]:
    """The turns, each with the images that follow it (the first also with those that come before it)."""
    spoken: list[tuple[tree.Turn, list[Image]]] = []
    waiting: list[Image] = []
    for item in node.items:
        if isinstance(item, tree.Turn):
            spoken.append((item, waiting))
            waiting = []
        elif isinstance(item, tree.Image):
            scope.spans.setdefault(f"image:{item.path}", item.path.span)
            image = Image(path=item.path.text, caption=item.caption.text if item.caption else "")
            (spoken[-1][1] if spoken else waiting).append(image)
    turns = []
    for number, (turn, images) in enumerate(spoken):
        scope.spans[f"{key}.turn{number}"] = turn.text.span
        turns.append(Turn.model_validate({"role": turn.role, "text": turn.text.text, "images": tuple(images)}))
    return tuple(turns)
