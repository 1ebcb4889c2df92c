"""Clauses that hold and yet decide nothing, because others override or outrank them; duties that are settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..logic.verdict import verdict
from ..meaning.expr import NO, YES, Not, Test, evaluate
from ..meaning.policy import Clause, Effect
from .case_study import Study
from .clauses import gives_nothing
from .finding import Finding, Kind
from .reading import Reading, all_of, any_of
from .sentences import name_of, names_of

Surfaces = tuple[str, ...]


def clauses_without_say(study: Study) -> Iterator[Finding]:
    """Clauses that are always overridden, or shadowed, on some surfaces; duties that cannot be met or broken."""
    settled: set[str] = set()
    for reading, surfaces in study.readings:
        for clause in reading.clauses:
            if gives_nothing(study, clause):
                continue
            in_force = reading.unless_removed(clause, clause.scope)
            if clause.effect is Effect.REQUIRE and clause.id not in settled and (found := _settled(study, clause)):
                settled.add(clause.id)
                yield found
            if not study.possible(in_force):
                yield _overridden(study, reading, clause, surfaces)
            elif not study.possible(reading.decides(clause)):
                yield _shadowed(study, reading, clause, surfaces)


def _settled(study: Study, clause: Clause) -> Finding | None:
    name = name_of(clause, study.category)
    for value, kind, said, other in (
        (NO, Kind.NEVER_BROKEN, "can never be broken: wherever the duty exists, it is met", "met"),
        (YES, Kind.NEVER_MET, "can never be met: wherever the duty exists, it is broken", "broken"),
    ):
        if not study.possible(all_of(clause.scope, Test(variable=clause.id, values=(value,)))):
            return study.finding(
                kind,
                [clause],
                f"the duty {name} {said}",
                witness=study.witness(clause.scope, None, lambda _, other=other: f"{name} exists, and is {other}"),  # type: ignore[misc]
                advice="Its condition should not ask whether it is met itself.",
            )
    return None


def _overridden(study: Study, reading: Reading, clause: Clause, surfaces: Surfaces) -> Finding:
    name, removers = name_of(clause, study.category), reading.overriders[clause.id]
    needed = list(removers)
    for other in removers:  # those without which it is still always overridden are not to blame
        rest = [one for one in needed if one is not other]
        if rest and not study.possible(all_of(clause.scope, _not_any(rest))):
            needed = rest

    def tell(case: Mapping[str, str]) -> str:
        holding = [other for other in needed if evaluate(other.scope, case)]
        return f"{name} holds, and {names_of(holding, study.category)} {_verb('override', holding)} it"

    return study.finding(
        Kind.OVERRIDDEN,
        [clause, *needed],
        f"{name} is always overridden: wherever it holds, so does {names_of(needed, study.category, 'or')}",
        surfaces=surfaces,
        witness=study.witness(clause.scope, surfaces[0], tell),
        advice="Narrow the clause that overrides it, or remove this one.",
    )


def _verb(verb: str, subjects: Sequence[Clause]) -> str:
    return f"{verb}s" if len(subjects) == 1 else verb


def _not_any(clauses: list[Clause]) -> Not:
    return Not(item=any_of(*(clause.scope for clause in clauses)))


def _shadowed(study: Study, reading: Reading, clause: Clause, surfaces: Surfaces) -> Finding:
    name = name_of(clause, study.category)
    in_force = reading.unless_removed(clause, clause.scope)
    rivals = [
        other
        for other in reading.forbids
        if other is not clause and (clause.effect is not Effect.FORBID or reading.rank(other) > reading.rank(clause))
    ]
    needed = list(rivals)
    for other in reversed(rivals):
        rest = [one for one in needed if one is not other]
        if rest and not study.possible(all_of(in_force, Not(item=any_of(*(reading.broken(one) for one in rest))))):
            needed = rest

    def tell(case: Mapping[str, str]) -> str:
        found = verdict(study.policy, study.category, case, reading.surface)
        deciding = [study.policy.clause(other) for other in found.deciding]
        names = names_of(deciding, study.category)
        return f"{name} is in force, but {names} ({found.level}) {_verb('decide', deciding)}"

    why = {Effect.PERMIT: "forbids", Effect.FORBID: "has a higher level", Effect.REQUIRE: "decides instead"}
    return study.finding(
        Kind.SHADOWED,
        [clause, *needed],
        f"{name} never decides: wherever it is in force, so is "
        f"{names_of(needed, study.category, 'or')}, which {why[clause.effect]}",
        surfaces=surfaces,
        witness=study.witness(in_force, surfaces[0], tell),
        advice="Narrow the other clause, let this one override it, or remove this one.",
    )
