"""Exemplars as tests of a change: whose case, as it is stated, gets another verdict or label?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from ..analysis.engines import UndecidedError, engine_for
from ..analysis.ladders import Ladders
from ..analysis.reading import Reading, all_of, any_of
from ..analysis.responses import where_responses_differ
from ..logic.space import case_space, presumed
from ..logic.verdict import verdict
from ..meaning.expr import Expr, Not, Test
from ..meaning.policy import Clause, Exemplar, Policy
from .alignment import Alignment
from .change import CategoryChange, Flip
from .exemplars import exemplar_pairs
from .pairs import paired

Side = Literal["old", "new"]
Domains = Mapping[str, tuple[str, ...]]


def flips(alignment: Alignment, changes: Sequence[CategoryChange]) -> Iterator[Flip]:
    """The exemplars of either version whose label was changed, or whose case gets another verdict.

    An exemplar leaves facets open: it flips where any completion of its case does. One that both versions have with the
    same case is told once. A case with a value that only one version knows is not compared.
    """
    differing = {(change.category, surface) for change in changes if change.differs for surface in change.surfaces}
    known: dict[tuple[str, str], _Difference] = {}
    for was_clause, clause in paired(alignment.old.clauses, alignment.new.clauses, lambda one: one.id):
        for was, now in exemplar_pairs(was_clause, clause):
            labels = (was.label if was else None, now.label if now else None)
            relabelled = was is not None and now is not None and was.label is not now.label
            for side, owner, one in _told_by(was_clause, was, clause, now):
                place = (owner.category, owner.surfaces[0])
                found = None
                if place in differing:
                    if place not in known:
                        known[place] = _Difference(alignment.old, alignment.new, *place)
                    found = known[place].of(side, one)
                if found is None and not (relabelled and side == "new"):
                    continue
                sentence = f"its label was {labels[0]}, is {labels[1]}" if relabelled else ""
                sentence += "; " if sentence and found else ""
                yield Flip(
                    exemplar=one.id,
                    clause=owner.id,
                    surface=place[1],
                    side=side,
                    was_label=labels[0],
                    label=labels[1],
                    sentence=sentence + (found or ""),
                )


def _told_by(
    was_clause: Clause | None, was: Exemplar | None, clause: Clause | None, now: Exemplar | None
) -> Iterator[tuple[Side, Clause, Exemplar]]:
    if clause is not None and now is not None:
        yield "new", clause, now
    if was_clause is not None and was is not None:
        same = clause is not None and now is not None and now.facets == was.facets
        if not same or clause is None or clause.category != was_clause.category:
            yield "old", was_clause, was


class _Difference:
    """The cases of a category, on a surface, to which two versions give different verdicts."""

    def __init__(self, old: Policy, new: Policy, category: str, surface: str) -> None:
        self.policies: dict[Side, Policy] = {"old": old, "new": new}
        self.category, self.surface = category, surface
        self.domains = _domains((old, new), category)
        self.engine = engine_for(list(self.domains.items())) if all(self.domains.values()) else None
        self.where = _where_verdicts_differ(old, new, category, surface)

    def of(self, side: Side, exemplar: Exemplar) -> str | None:
        """What becomes of the exemplar's case, in a sentence; None where nothing does or it cannot be compared."""
        stated = self._stated(side, exemplar)
        if self.engine is None or any(value not in self.domains[name] for name, value in stated.items()):
            return None
        cube = [Test(variable=name, values=(value,)) for name, value in stated.items()]
        try:
            case = self.engine.first(all_of(self.where, *cube))
        except UndecidedError:
            return None
        if case is None:
            return None
        assumed = [f"{name} = {value}" for name, value in case.items() if name not in stated]
        where = f"with {', '.join(assumed)}, its" if assumed else "its"
        return f"{where} case was {self._outcome('old', case)}, is {self._outcome('new', case)}"

    def _stated(self, side: Side, exemplar: Exemplar) -> dict[str, str]:
        own, other = self.policies[side], self.policies["new" if side == "old" else "old"]
        stated = {}
        for variable in self.domains:
            if variable in exemplar.facets:
                stated[variable] = exemplar.facets[variable]
            else:
                policy = next((policy for policy in (own, other) if _is_clause(policy, variable)), None)
                if policy is not None:
                    stated[variable] = presumed(policy, variable)
        return stated

    def _outcome(self, side: Side, case: Mapping[str, str]) -> str:
        policy = self.policies[side]
        if not _has(policy, self.category):
            return f"`{policy.levels[0]}`"
        found = verdict(policy, self.category, case, self.surface)
        return f"`{found.level}` ({found.response.action})"


def _where_verdicts_differ(old: Policy, new: Policy, category: str, surface: str) -> Expr:
    first, second = (Reading(policy, _clauses(policy, category), surface) for policy in (old, new))
    ladders = Ladders(old.levels, new.levels)
    return any_of(
        *(
            all_of(_has_level(first, rank), _has_level(second, other))
            for rank, level in enumerate(old.levels)
            for other, other_level in enumerate(new.levels)
            if ladders.compare(level, other_level) != 0
        ),
        where_responses_differ(first, second),
    )


def _has_level(reading: Reading, rank: int) -> Expr:
    if rank == 0:
        return Not(item=reading.violating)
    return all_of(reading.at_least(rank), Not(item=reading.at_least(rank + 1)))


def _domains(policies: Iterable[Policy], category: str) -> Domains:
    """The variables of a category in either version, with the values that all who know them know."""
    policies = tuple(policies)
    found: dict[str, tuple[str, ...]] = {}
    for policy in policies:
        for variable in case_space(policy, category).variables if _has(policy, category) else ():
            values = variable.values
            for other in policies:
                domain = _domain(other, variable.id)
                values = values if domain is None else tuple(value for value in values if value in domain)
            found.setdefault(variable.id, values)
    return found


def _domain(policy: Policy, variable: str) -> tuple[str, ...] | None:
    try:
        return policy.domain(variable)
    except KeyError:
        return None


def _has(policy: Policy, category: str) -> bool:
    return any(one.id == category for one in policy.categories)


def _clauses(policy: Policy, category: str) -> tuple[Clause, ...]:
    return policy.category(category).clauses if _has(policy, category) else ()


def _is_clause(policy: Policy, variable: str) -> bool:
    try:
        policy.clause(variable)
    except KeyError:
        return False
    return True
