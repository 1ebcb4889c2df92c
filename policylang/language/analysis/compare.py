"""Two policies compared: which of them is stricter, category by category, with cases that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..logic.space import case_space
from ..logic.verdict import verdict
from ..meaning.expr import Expr, Not
from ..meaning.policy import Clause, Policy
from .case_study import ChooseEngine
from .engines import Engine, UndecidedError, engine_for
from .finding import Comparison, PolicyComparison, Relation, Witness, display
from .ladders import Ladders
from .reading import Reading, all_of, any_of
from .responses import where_responses_differ
from .sentences import enough, listed, name_of, with_case


def compare(first: Policy, second: Policy, choose: ChooseEngine = engine_for) -> PolicyComparison:
    """How the first policy stands to the second in every category of either, matched by id.

    The cases are those that both policies know: a facet that both declare has the values that it has in both. A clause
    that is a question of its own counts as the same question in both where its id is the same.
    """
    pair = _Pair(first, second, choose)
    ids = dict.fromkeys(category.id for policy in (first, second) for category in policy.categories)
    return PolicyComparison(
        first=display(first),
        second=display(second),
        remarks=tuple(pair.remarks()),
        comparisons=tuple(comparison for category in ids for comparison in pair.compare(category)),
    )


@dataclass(frozen=True)
class _Sides:
    """One category on one surface, in both policies."""

    category: str
    surface: str
    first: Reading
    second: Reading


class _Pair:
    def __init__(self, first: Policy, second: Policy, choose: ChooseEngine) -> None:
        self.first, self.second, self.choose = first, second, choose
        self.ladders = Ladders(first.levels, second.levels)
        names = (display(first), display(second))
        self.names = names if names[0] != names[1] else ("the first policy", "the second policy")

    def remarks(self) -> Iterator[str]:
        yield from self.ladders.remarks(*self.names)
        second = {facet.id: facet for facet in self.second.facets}
        for facet in self.first.facets:
            if facet.id not in second:
                continue
            for names, others, policy in (
                (facet.names, second[facet.id].names, self.names[0]),
                (second[facet.id].names, facet.names, self.names[1]),
            ):
                only = [f"`{name}`" for name in names if name not in others]
                if only:
                    yield f"facet `{facet.id}` has {listed(only)} in {policy} only; such cases are not compared"
        clauses = {clause.id: clause for clause in self.second.clauses if clause.has_atom}
        for clause in self.first.clauses:
            other = clauses.get(clause.id)
            if clause.has_atom and other and (clause.title, clause.text) != (other.title, other.text):
                yield f"`{clause.id}` reads differently in the two; whether its text applies counts as one question"

    def compare(self, category: str) -> Iterator[Comparison]:
        """The category, once for every set of surfaces on which the answer is the same."""
        found: dict[str, Comparison] = {}
        done: dict[tuple[object, object], Comparison] = {}
        engine = self._engine(category)
        for surface in dict.fromkeys(surface.id for policy in (self.first, self.second) for surface in policy.surfaces):
            sides = _Sides(
                category,
                surface,
                Reading(self.first, _clauses(self.first, category), surface),
                Reading(self.second, _clauses(self.second, category), surface),
            )
            if not sides.first.clauses and not sides.second.clauses:
                continue
            key = (sides.first.key, sides.second.key)
            if key not in done:
                done[key] = self._on_surface(engine, sides)
            comparison = done[key]
            told = comparison.model_dump_json(exclude={"surfaces": True, **_without_surface(comparison)})
            known = found.get(told, comparison.model_copy(update={"surfaces": ()}))
            found[told] = known.model_copy(update={"surfaces": (*known.surfaces, surface)})
        if not found:
            yield self._comparison(category, (), Relation.EQUIVALENT, "neither has a clause there")
        yield from found.values()

    def _engine(self, category: str) -> Engine | None:
        """None where a facet has no value that both policies know, so that there is no case to compare."""
        policies = [policy for policy in (self.first, self.second) if _has(policy, category)]
        mentioned = {v.id for policy in policies for v in case_space(policy, category).variables}
        both = (self.first, self.second)
        known = [facet.id for policy in both for facet in policy.facets]
        known += [clause.id for policy in both for clause in policy.clauses]
        domains = {name: self._domain(name) for name in dict.fromkeys(known) if name in mentioned}
        return self.choose(list(domains.items())) if all(domains.values()) else None

    def _domain(self, variable: str) -> tuple[str, ...]:
        known = []
        for policy in (self.first, self.second):
            try:
                known.append(policy.domain(variable))
            except KeyError:
                continue
        return tuple(value for value in known[0] if all(value in domain for domain in known))

    def _on_surface(self, engine: Engine | None, sides: _Sides) -> Comparison:
        if engine is None:
            sentence = "a facet has no value in common, so there is no case to compare"
            return self._comparison(sides.category, (sides.surface,), Relation.UNDECIDED, sentence)
        try:
            found = {order: self._witness(engine, sides, self._ordered(sides, order)) for order in (1, -1, None)}
            response = self._witness(
                engine, sides, all_of(self._ordered(sides, 0), where_responses_differ(sides.first, sides.second))
            )
        except UndecidedError:
            sentence = "the conditions are too entangled: the search has reached its limit"
            return self._comparison(sides.category, (sides.surface,), Relation.UNDECIDED, sentence)
        stricter, looser, unranked = found[1], found[-1], found[None]
        one, other = self.names
        if unranked or (stricter and looser):
            relation = Relation.INCOMPARABLE
            sentence = (
                f"{one} gives some cases a higher level than {other}, and some a lower one"
                if stricter and looser
                else f"{one} and {other} give some cases levels that are in no order"
            )
        elif stricter or looser:
            relation = Relation.STRICTER if stricter else Relation.LOOSER
            high, low = ("higher", "lower") if stricter else ("lower", "higher")
            sentence = f"{one} gives some cases a {high} level than {other}, and none a {low} one"
        else:
            relation = Relation.EQUIVALENT
            sentence = f"{one} and {other} give every case the same level"
            sentence += ", but not always the same response" if response else ""
        return self._comparison(
            sides.category,
            (sides.surface,),
            relation,
            sentence,
            {"stricter": stricter, "looser": looser, "unranked": unranked, "response": response},
        )

    def _ordered(self, sides: _Sides, order: int | None) -> Expr:
        """Where the level of the first policy stands so to that of the second."""
        return any_of(
            *(
                all_of(_has_level(sides.first, rank), _has_level(sides.second, other))
                for rank, level in enumerate(self.first.levels)
                for other, other_level in enumerate(self.second.levels)
                if self.ladders.compare(level, other_level) == order
            )
        )

    def _witness(self, engine: Engine, sides: _Sides, expr: Expr) -> Witness | None:
        case = engine.first(expr)
        if case is None:
            return None
        stated = enough(case, expr)
        told = with_case(self.first, stated, sides.category, self.second)
        said = [
            f"{_outcome(policy, sides, case)} in {name}"
            for policy, name in zip((self.first, self.second), self.names, strict=True)
        ]
        return Witness(surface=sides.surface, case=case, stated=tuple(stated), sentence=f"{told}: {', '.join(said)}")

    def _comparison(
        self,
        category: str,
        surfaces: tuple[str, ...],
        relation: Relation,
        sentence: str,
        witnesses: Mapping[str, Witness | None] | None = None,
    ) -> Comparison:
        present: Literal["both", "first", "second"] = "both"
        if not (_has(self.first, category) and _has(self.second, category)):
            present = "first" if _has(self.first, category) else "second"
            sentence += f" (only {self.names[0 if present == 'first' else 1]} has the category)"
        return Comparison(
            category=category,
            surfaces=surfaces,
            relation=relation,
            present=present,
            sentence=sentence,
            **(witnesses or {}),
        )


def _has(policy: Policy, category: str) -> bool:
    return any(one.id == category for one in policy.categories)


def _clauses(policy: Policy, category: str) -> tuple[Clause, ...]:
    """A category that a policy does not have forbids nothing there."""
    return policy.category(category).clauses if _has(policy, category) else ()


def _has_level(reading: Reading, rank: int) -> Expr:
    if rank == 0:
        return Not(item=reading.violating)
    return all_of(reading.at_least(rank), Not(item=reading.at_least(rank + 1)))


def _outcome(policy: Policy, sides: _Sides, case: Mapping[str, str]) -> str:
    """`high` (refuse) by `threats`."""
    if not _has(policy, sides.category):
        return f"`{policy.levels[0]}`"
    found = verdict(policy, sides.category, case, sides.surface)
    by = listed([name_of(policy.clause(clause), sides.category) for clause in found.deciding])
    return f"`{found.level}` ({found.response.action}){f' by {by}' if by else ''}"


def _without_surface(comparison: Comparison) -> dict[str, set[str]]:
    return {name: {"surface"} for name in ("stricter", "looser", "unranked", "response") if getattr(comparison, name)}
