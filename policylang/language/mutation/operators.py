"""All mutants of a policy, in the order of its clauses.

The operators are those of A. J. Offutt, A. Lee, G. Rothermel, R. H. Untch, C. Zapf, "An experimental determination of
sufficient mutant operators" (ACM TOSEM, 1996), as far as a policy has what they change, and one for each thing that
only a policy has: effects, levels, exceptions, overrides, clauses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..coverage.places import Place, Places
from ..coverage.wording import short_name, spelled
from ..meaning.expr import Expr
from ..meaning.policy import Clause, Effect, Policy
from .conditions import variants
from .mutant import Mutant, Operator, rebuilt_clause

_Change = tuple[Operator, str, Place | None, Clause]


def mutants_of(
    policy: Policy,
    places: Places | None = None,
    *,
    categories: Collection[str] | None = None,
    operators: Collection[Operator] = tuple(Operator),
) -> tuple[Mutant, ...]:
    """The mutants of the policy's clauses, each once. Ids are `CLAUSE:OPERATOR:NUMBER`, numbers from 1."""
    return tuple(
        mutant
        for category in policy.categories
        if categories is None or category.id in categories
        for clause in category.clauses
        for mutant in _mutants(policy, places or Places(), clause)
        if mutant.operator in operators
    )


def _mutants(policy: Policy, places: Places, clause: Clause) -> Iterator[Mutant]:
    seen = {_logic(clause)}
    numbers: dict[Operator, int] = {}
    for operator, says, place, changed in _changes(policy, places, clause):
        if _logic(changed) in seen:
            continue
        seen.add(_logic(changed))
        numbers[operator] = numbers.get(operator, 0) + 1
        yield Mutant(
            id=f"{clause.id}:{operator}:{numbers[operator]}",
            operator=operator,
            category=clause.category,
            clause=clause.id,
            says=f"`{clause.name}`: {says}",
            place=place,
            changed=changed,
        )


def _logic(clause: Clause) -> tuple[object, ...]:
    """What of a clause verdicts follow from."""
    return clause.effect, clause.level, clause.surfaces, clause.when, clause.unless, clause.overrides


def _changes(policy: Policy, places: Places, clause: Clause) -> Iterator[_Change]:
    # Its question stays, since conditions of other clauses may ask it; on no surface it decides and overrides nothing.
    yield Operator.CLAUSE, "the clause is dropped", places.name(clause), rebuilt_clause(clause, surfaces=())
    yield from _effects(policy, places, clause)
    yield from _levels(policy, places, clause)
    if clause.unless is not None:
        says = f"the exception `unless {spelled(policy, clause.category, clause.unless)}` is dropped"
        yield Operator.EXCEPTION, says, places.statement(clause, "unless"), rebuilt_clause(clause, unless=None)
    for field, expr in (("when", clause.when), ("unless", clause.unless)):
        yield from _conditions(policy, places, clause, field, expr)
    for other in clause.overrides:
        left = tuple(name for name in clause.overrides if name != other)
        says = f"it no longer overrides `{short_name(policy, other, clause.category)}`"
        yield Operator.OVERRIDE, says, places.override(clause, other), rebuilt_clause(clause, overrides=left)


def _effects(policy: Policy, places: Places, clause: Clause) -> Iterator[_Change]:
    place = places.effect(clause)
    if clause.effect is Effect.FORBID:
        changed = rebuilt_clause(clause, effect=Effect.PERMIT, level=None)
        yield Operator.EFFECT, f"`forbid {clause.level}` becomes `permit`", place, changed
    elif clause.effect is Effect.PERMIT:
        changed = rebuilt_clause(clause, effect=Effect.FORBID, level=policy.levels[-1])
        yield Operator.EFFECT, f"`permit` becomes `forbid {policy.levels[-1]}`", place, changed


def _levels(policy: Policy, places: Places, clause: Clause) -> Iterator[_Change]:
    if clause.level is None or clause.effect is Effect.PERMIT:
        return
    rank = policy.rank(clause.level)
    for other in (rank - 1, rank + 1):
        if 1 <= other < len(policy.levels):
            level = policy.levels[other]
            says = f"`{clause.effect} {clause.level}` becomes `{clause.effect} {level}`"
            yield Operator.LEVEL, says, places.effect(clause), rebuilt_clause(clause, level=level)


def _conditions(policy: Policy, places: Places, clause: Clause, field: str, expr: Expr | None) -> Iterator[_Change]:
    for variant in variants(policy, expr) if expr is not None else ():
        before = spelled(policy, clause.category, variant.before)
        after = spelled(policy, clause.category, variant.after)
        says = f"in its `{field}`, `{before}` becomes `{after}`"
        yield (
            variant.operator,
            says,
            places.part(clause, field, variant.path),
            rebuilt_clause(clause, **{field: variant.whole}),
        )
