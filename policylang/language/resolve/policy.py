"""The pass: syntax trees of one module, and the policies it imports, to one `Policy`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..diagnostics import Edit, Fix, Related, Report
from ..meaning.expr import variables
from ..meaning.mentions import mentioned
from ..meaning.policy import Facet, Policy, Rubric, Surface, Template, Term
from ..source import Span
from ..syntax import tree
from ..syntax.tree import File, Word
from .categories import declare_category, resolve_ambiguity, resolve_category
from .facets import resolve_facet
from .plans import resolve_plan
from .rubrics import resolve_rubric
from .scope import BUILT_IN_SURFACES, Scope


@dataclass(frozen=True)
class Resolved:
    """`policy` is None when errors left no sound meaning. `spans` are the places of things by key (see `Scope`)."""

    policy: Policy | None
    spans: Mapping[str, Span] = field(default_factory=dict)


def resolve(files: Iterable[File], imports: Mapping[str, Resolved], report: Report) -> Resolved:
    """The meaning of the files of one module, in the order given.

    `imports` has the resolved policy of every import that was found, by name.
    """
    items = [item for file in files for item in file.items]
    before = report.errors
    scope = Scope(report)
    header = _header(items, scope)
    _levels(items, scope)
    _surfaces(items, scope)
    for item in items:
        if isinstance(item, tree.Import) and item.name.text in imports:
            _import(item, imports[item.name.text], scope)
    imported = set(scope.facets)
    _terms(items, scope)
    for item in items:
        if isinstance(item, tree.Facet):
            facet = resolve_facet(item, scope)
            if facet is not None:
                scope.facets[facet.id] = facet
    _excuse_what_is_missing(items, imports, scope)
    declared = [d for item in items if isinstance(item, tree.Category) for d in declare_category(item, None, scope)]
    _facets_are_nothing_else(scope)
    categories = [resolve_category(category, scope) for category in declared]
    for item in items:
        if isinstance(item, tree.Rubric):
            rubric = resolve_rubric(item, scope)
            if rubric is not None:
                scope.rubrics[rubric.id] = rubric
    templates = [_template(item, scope) for item in items if isinstance(item, tree.Template)]
    plans = [resolve_plan(item, scope) for item in items if isinstance(item, tree.Plan)]
    ambiguity = [rule for i in items if isinstance(i, tree.Ambiguity) for rule in resolve_ambiguity(i, scope, None)]
    seen: dict[str, Span] = {}
    for item in items:
        if isinstance(item, tree.Ambiguity):
            scope.once("ambiguity", item.span, seen)
    text = scope.prose("policy", items)
    if header is None or report.errors > before:
        return Resolved(None, scope.spans)
    policy = Policy(
        name=header.name.text,
        version=header.version.text,
        title=scope.place("policy.title", header.title),
        text=text,
        levels=scope.levels,
        surfaces=tuple(scope.surfaces.values()),
        terms=tuple(scope.terms.values()),
        facets=tuple(scope.facets.values()),
        categories=tuple(categories),
        ambiguity=tuple(ambiguity),
        rubrics=tuple(scope.rubrics.values()),
        plans=tuple(plan for plan in plans if plan is not None),
        templates=tuple(template for template in templates if template is not None),
        imports={name: found.policy.version for name, found in sorted(imports.items()) if found.policy},
    )
    return Resolved(_without_unused(policy, imported), scope.spans)


def _header(items: list[tree.Item], scope: Scope) -> tree.Header | None:
    headers = [item for item in items if isinstance(item, tree.Header)]
    for extra in headers[1:]:
        scope.report.add(
            "POL0203",
            "a policy has one header",
            extra.span,
            "Give the other policy a folder of its own.",
            [Related(headers[0].span, "the first one")],
        )
    if headers:
        scope.spans["policy"] = headers[0].span
    return headers[0] if headers else None


def _levels(items: list[tree.Item], scope: Scope) -> None:
    fields = [item for item in items if isinstance(item, tree.Field) and item.keyword == "levels"]
    for extra in fields[1:]:
        scope.report.add(
            "POL0202",
            "the levels are given twice",
            extra.span,
            "Remove one of them.",
            [Related(fields[0].span, "here first")],
        )
    if fields:
        for word in fields[0].words:
            if scope.declare(f"level:{word}", word, "level"):
                scope.levels = (*scope.levels, word.text)
        return
    needs = [i for i in items if isinstance(i, (tree.Category, tree.Plan))]
    if needs:
        place = scope.spans.get("policy", needs[0].span)
        usual = "levels none < low < medium < high"
        after = Span(place.file, place.end, place.end)
        fix = Fix("Add the usual levels.", (Edit(after, f"\n\n{usual}"),)) if "policy" in scope.spans else None
        scope.report.add("POL0207", "the policy has no levels", place, f"Add `{usual}`.", fix=fix)
    scope.levels = ("none", "violation") if not needs else ()


def _surfaces(items: list[tree.Item], scope: Scope) -> None:
    scope.surfaces = {surface.id: surface for surface in BUILT_IN_SURFACES}
    for item in items:
        if isinstance(item, tree.Surface) and scope.declare(f"surface:{item.name}", item.name, "surface"):
            scope.surfaces[item.name.text] = Surface(
                id=item.name.text,
                title=scope.place(f"surface:{item.name}.title", item.title),
                text=scope.place(f"surface:{item.name}.text", item.text),
            )


def _terms(items: list[tree.Item], scope: Scope) -> None:
    for item in items:
        if isinstance(item, tree.Term) and scope.declare(f"term:{item.phrase}", item.phrase, "term"):
            scope.terms[item.phrase.text] = Term(
                phrase=item.phrase.text,
                also=tuple(word.text for word in item.also),
                text=scope.place(f"term:{item.phrase}.text", item.text),
            )


def _import(node: tree.Import, found: Resolved, scope: Scope) -> None:
    """Bring in facets, factors, terms and rubrics: those named, or all of them, under the alias if there is one."""
    policy = found.policy
    if policy is None:
        return
    prefix = f"{node.alias}." if node.alias else ""
    offered: list[tuple[str, Facet | Rubric | Term]] = [
        *((facet.id, facet) for facet in policy.facets),
        *((rubric.id, rubric) for rubric in policy.rubrics),
        *((term.phrase, term) for term in policy.terms),  # a term may well be called as the facet that it explains
    ]
    known = list(dict.fromkeys(name for name, _ in offered))
    for word in node.names or ():
        if word.text not in known:
            message = f"`{policy.name}` has no facet, factor, rubric or term `{word}`"
            scope.report.add_unknown(message, word.text, word.span, known)
            scope.doubtful.add(prefix + word.text)
    words = dict.fromkeys(known, node.name) if node.names is None else {word.text: word for word in node.names}
    for name, thing in offered:
        if name not in words:
            continue
        word = words[name]
        if isinstance(thing, Term):
            if scope.terms.setdefault(thing.phrase, thing) is thing:
                _copy_spans(f"term:{thing.phrase}", f"term:{thing.phrase}", found, scope)
        elif isinstance(thing, Facet):
            _import_facet(thing, prefix, word, found, scope)
        else:
            for variable in dict.fromkeys(v for c in thing.criteria if c.when for v in variables(c.when)):
                if prefix + variable not in scope.facets:
                    _import_facet(policy.facet(variable), "", word, found, scope)
            scope.rubrics[prefix + thing.id] = thing
            _copy_spans(f"rubric:{thing.id}", f"rubric:{prefix}{thing.id}", found, scope)


def _import_facet(facet: Facet, prefix: str, word: Word, found: Resolved, scope: Scope) -> None:
    name = prefix + facet.id
    if name in scope.facets:
        if scope.facets[name] != facet:
            scope.report.add(
                "POL0202",
                f"two imports bring a facet called `{name}`",
                word.span,
                "Import one of them under a name of its own: `import ... as NAME`.",
                [Related(scope.spans[f"facet:{name}"], "the other one")] if f"facet:{name}" in scope.spans else [],
            )
        return
    scope.facets[name] = facet.model_copy(update={"id": name})
    _copy_spans(f"facet:{facet.id}", f"facet:{name}", found, scope)


def _copy_spans(old: str, new: str, found: Resolved, scope: Scope) -> None:
    for key, span in found.spans.items():
        if key == old or key.startswith((f"{old}.", f"{old}=")):
            scope.spans[new + key[len(old) :]] = span


def _excuse_what_is_missing(items: list[tree.Item], imports: Mapping[str, Resolved], scope: Scope) -> None:
    """What an import should have brought that could not be found, or has errors of its own, is not reported again."""
    for item in items:
        if not isinstance(item, tree.Import) or (item.name.text in imports and imports[item.name.text].policy):
            continue
        prefix = f"{item.alias}." if item.alias else ""
        scope.doubtful.update([prefix + word.text for word in item.names] if item.names is not None else [prefix])


def _facets_are_nothing_else(scope: Scope) -> None:
    """A facet and a category, or an imported facet and a clause, with one name would make it mean two things."""
    clauses = {clause.id: clause.span for clause in scope.clauses.values()}
    for kind, spans in (("category", scope.categories), ("clause", clauses)):
        for name in (name for name in spans if name in scope.facets):
            facet = scope.spans.get(f"facet:{name}")
            scope.report.add(
                "POL0202",
                f"`{name}` is a facet and a {kind}",
                spans[name],
                "Give one of them another name.",
                [Related(facet, "the facet")] if facet else [],
            )


def _template(node: tree.Template, scope: Scope) -> Template | None:
    key = f"template:{node.name}"
    if not scope.declare(key, node.name, "template"):
        return None
    inputs: tuple[str, ...] = ()
    body = None
    seen: dict[str, Span] = {}
    for item in node.items:
        scope.once("prompt" if isinstance(item, tree.Prose) else "inputs", item.span, seen)
        if isinstance(item, tree.Prose):
            body = scope.place(f"{key}.body", item.text)
        else:
            inputs = tuple(word.text for word in item.words)
            scope.spans[f"{key}.inputs"] = item.span
    if not body:
        scope.report.add("POL0314", f"template `{node.name}` is empty", node.span, 'Write the prompt in """quotes""".')
        return None
    scope.spans[f"{key}.stage"] = node.stage.span
    return Template(id=node.name.text, stage=node.stage.text, inputs=inputs, body=body)


def _without_unused(policy: Policy, imported: set[str]) -> Policy:
    """The policy without imported facets that nothing in it mentions: a slice carries only what it needs."""
    used = set(mentioned(policy))
    kept = tuple(facet for facet in policy.facets if facet.id not in imported or facet.id in used)
    return policy.model_copy(update={"facets": kept})
