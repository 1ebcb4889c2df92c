"""Clauses that disagree on one case: responses that differ, permits that a prohibition beats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..logic.verdict import verdict
from ..meaning.expr import Expr, variables
from ..meaning.policy import Clause, Effect, Policy
from .case_study import Study
from .finding import Finding, Kind, Severity
from .reading import Reading, all_of, any_of
from .sentences import name_of, names_of


def conflicts(study: Study) -> Iterator[Finding]:
    """Contradictory responses and clashes of permits with prohibitions, of a category on each surface."""
    for reading, surfaces in study.readings:
        yield from _contradictions(study, reading, surfaces)
        yield from _clashes(study, reading, surfaces)


def _contradictions(study: Study, reading: Reading, surfaces: tuple[str, ...]) -> Iterator[Finding]:
    """Pairs of clauses that decide one case together and want different responses.

    Clauses without a directive of their own agree with any other. Guidance is prose, which only people can compare.
    Two clauses that both rest on texts are left out: logic cannot tell whether both texts can apply at once.
    """
    with_response = [clause for clause in reading.clauses if clause.respond is not None]
    for at, clause in enumerate(with_response):
        others = [
            (other, any_of(*_together(reading, clause, other)))
            for other in with_response[:at]
            if other.respond and clause.respond and other.respond.action is not clause.respond.action
            if not (rests_on_texts(study.policy, clause) and rests_on_texts(study.policy, other))
        ]
        if not others or not study.possible(any_of(*(together for _, together in others))):
            continue
        for other, together in others:
            if study.possible(together):
                yield _contradiction(study, (other, clause), together, surfaces)


def _together(reading: Reading, clause: Clause, other: Clause) -> Iterator[Expr]:
    """Where both decide, on the same side: both broken, or both kept to."""
    effects = (clause.effect, other.effect)
    if Effect.PERMIT not in effects and clause.level == other.level:
        yield all_of(reading.decides(clause), reading.broken(clause), reading.broken(other))
    if Effect.FORBID not in effects:
        yield all_of(reading.decides(clause), reading.kept(clause), reading.kept(other))


def _contradiction(study: Study, pair: tuple[Clause, Clause], together: Expr, surfaces: tuple[str, ...]) -> Finding:
    first, second = pair
    wants = " and ".join(
        f"{name_of(clause, study.category)} says `{clause.respond.action}`" for clause in pair if clause.respond
    )
    texts = rests_on_texts(study.policy, first) or rests_on_texts(study.policy, second)

    def tell(case: Mapping[str, str]) -> str:
        found = verdict(study.policy, study.category, case, surfaces[0])
        return f"{wants}; `{found.response.action}` comes first and wins"

    return study.finding(
        Kind.CONTRADICTORY,
        pair,
        f"{names_of(pair, study.category)} can decide one case together, and want different responses",
        surfaces=surfaces,
        witness=study.witness(together, surfaces[0], tell),
        # Whether a text can apply in such a case is for people to say.
        severity=Severity.NOTE if texts else Severity.WARNING,
        advice="Let one override the other, or give both the same response.",
    )


def _clashes(study: Study, reading: Reading, surfaces: tuple[str, ...]) -> Iterator[Finding]:
    """Permits that are in force where a prohibition is.

    Clauses that rest on texts are left out: logic cannot tell whether the text applies in such a case. So are locked
    prohibitions: that they come first is what `locked` says.
    """
    prohibitions = [
        clause
        for clause in reading.forbids
        if clause.effect is Effect.FORBID and not clause.locked and not rests_on_texts(study.policy, clause)
    ]
    for permit in reading.permits:
        if rests_on_texts(study.policy, permit):
            continue
        candidates = [(other, all_of(reading.kept(permit), reading.broken(other))) for other in prohibitions]
        if not candidates or not study.possible(any_of(*(both for _, both in candidates))):
            continue
        clashing = [(other, both) for other, both in candidates if study.possible(both)]
        forbids = [other for other, _ in clashing]
        name, first = name_of(permit, study.category), forbids[0]
        yield study.finding(
            Kind.CLASH,
            [permit, *forbids],
            f"{name} permits some of what {names_of(forbids, study.category)} "
            + ("forbids, and does not override it" if len(forbids) == 1 else "forbid, and overrides none of them"),
            surfaces=surfaces,
            witness=study.witness(
                clashing[0][1],
                surfaces[0],
                lambda _, name=name, first=first: (  # type: ignore[misc]
                    f"{name} permits and {name_of(first, study.category)} forbids ({first.level}), so it is forbidden"
                ),
            ),
            advice="If that is meant, say so with an `unless` in the permit; if not, let the permit override.",
        )


def rests_on_texts(policy: Policy, clause: Clause) -> bool:
    """Does it take a judge's reading of some clause's text to know whether the clause holds?"""
    facets = {facet.id for facet in policy.facets}
    return any(variable not in facets for variable in variables(clause.breach))
