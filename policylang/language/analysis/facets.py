"""Facets that conditions name, and whose value never changes a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..meaning.expr import variables
from ..meaning.policy import AmbiguityRule, Facet, Policy
from .case_study import Study
from .finding import SEVERITIES, Finding, Kind


def facets_without_effect(policy: Policy, studies: Sequence[Study]) -> Iterator[Finding]:
    """A finding for each facet that changes nothing in a category that names it; one for all where it does so nowhere.

    A facet that an ambiguity rule asks for has an effect of another kind, and is left out there.
    """
    for facet in policy.facets:
        naming = [study for study in studies if any(v.id == facet.id for v in study.space.variables)]
        idle = [study for study in naming if not _has_effect(study, facet)]
        advice = "Remove it from the conditions, or correct them."
        if idle and len(idle) == len(naming):
            where = " and ".join(f"`{study.category}`" for study in idle)
            yield Finding(
                kind=Kind.NO_EFFECT,
                severity=SEVERITIES[Kind.NO_EFFECT],
                category=idle[0].category if len(idle) == 1 else None,
                about=(f"facet:{facet.id}", *_naming_clauses(idle, facet)),
                sentence=f"no verdict depends on {_kind(facet)} `{facet.id}`: conditions in {where} name it, and its "
                "value changes nothing",
                advice=advice,
            )
            continue
        for study in idle:
            yield study.finding(
                Kind.NO_EFFECT,
                [],
                f"no verdict of `{study.category}` depends on {_kind(facet)} `{facet.id}`: conditions name it, and its "
                "value changes nothing",
                about=(f"facet:{facet.id}", *_naming_clauses([study], facet)),
                advice=advice,
            )


def _kind(facet: Facet) -> str:
    return "factor" if facet.controlled else "facet"


def _naming_clauses(studies: Sequence[Study], facet: Facet) -> list[str]:
    return [
        f"clause:{clause.id}" for study in studies for clause in study.clauses if facet.id in variables(clause.breach)
    ]


def _has_effect(study: Study, facet: Facet) -> bool:
    rules: Sequence[AmbiguityRule] = study.policy.category(study.category).ambiguity or study.policy.ambiguity
    if any(rule.when is not None and facet.id in variables(rule.when) for rule in rules):
        return True
    return any(
        study.engine.depends([reading.decides(clause) for clause in reading.clauses], facet.id)
        for reading, _ in study.readings
    )
