"""All analyses of one policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..meaning.policy import Policy
from .ambiguity import idle_ambiguity_rules
from .case_study import ChooseEngine, Study
from .clauses import conditions_that_give_nothing
from .conflicts import conflicts
from .engines import UndecidedError, engine_for
from .facets import facets_without_effect
from .finding import SEVERITIES, Analysis, Finding, Kind, Severity
from .force import clauses_without_say
from .levels import unreached_levels
from .uncovered import uncovered_cases

OF_A_CATEGORY: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    conditions_that_give_nothing,
    clauses_without_say,
    conflicts,
    uncovered_cases,
)
"""In the order in which their findings are given. A new analysis of categories is a line here."""

OF_ALL: tuple[Callable[[Policy, Sequence[Study]], Iterator[Finding]], ...] = (facets_without_effect, unreached_levels)


def analyse(policy: Policy, choose: ChooseEngine = engine_for) -> Analysis:
    """Everything that can be proved to be odd about a policy. `choose` gives the engine for a space."""
    studies = [Study(policy, category.id, choose) for category in policy.categories if category.clauses]
    found: list[Finding] = []
    for study in studies:
        for analysis in OF_A_CATEGORY:
            found += _as_far_as_decided(partial(analysis, study), study.category)
    for overall in OF_ALL:
        found += _as_far_as_decided(partial(overall, policy, studies), None)
    found += _as_far_as_decided(lambda: idle_ambiguity_rules(policy, choose), None)
    order = {category.id: at for at, category in enumerate(policy.categories)}
    found.sort(  # stable
        key=lambda finding: (
            order[finding.category] if finding.category else len(order),
            finding.severity is Severity.NOTE,
        )
    )
    return Analysis(policy=policy.name, version=policy.version, findings=tuple(_merged(policy, found)))


def _as_far_as_decided(analysis: Callable[[], Iterator[Finding]], category: str | None) -> Iterator[Finding]:
    try:
        yield from analysis()
    except UndecidedError:
        what = f"of `{category}` " if category else ""
        yield Finding(
            kind=Kind.UNDECIDED,
            severity=SEVERITIES[Kind.UNDECIDED],
            category=category,
            about=(f"category:{category}" if category else "policy",),
            sentence=f"the conditions {what}are too entangled: the search has reached its limit",
            advice="Split the category, or name shared parts of conditions as clauses without `when`.",
        )


def _merged(policy: Policy, findings: Sequence[Finding]) -> Iterator[Finding]:
    """What is found on several surfaces alike, once; the sentence names them where the clauses apply to more.

    A limit that several analyses of a category reach is one finding too.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        witness = finding.witness.model_copy(update={"surface": None}) if finding.witness else None
        key = finding.model_copy(update={"surfaces": (), "witness": witness}).model_dump_json()
        groups.setdefault(key, []).append(finding)
    for first, *others in groups.values():
        surfaces = dict.fromkeys(surface for finding in (first, *others) for surface in finding.surfaces)
        if not surfaces or surfaces_in_question(policy, first) <= set(surfaces):
            yield first.model_copy(update={"surfaces": ()})
        else:
            sentence = f"{first.sentence} (on {' and '.join(surfaces)})"
            yield first.model_copy(update={"surfaces": tuple(surfaces), "sentence": sentence})


def surfaces_in_question(policy: Policy, finding: Finding) -> set[str]:
    """Where a finding could hold: of one clause, where it applies; of clauses that disagree, where all of them do."""
    clauses = [policy.clause(clause) for clause in finding.clauses]
    if finding.kind in (Kind.OVERRIDDEN, Kind.SHADOWED):
        clauses = clauses[:1]
    if not clauses and finding.category:
        return {surface for clause in policy.category(finding.category).clauses for surface in clause.surfaces}
    return set.intersection(*(set(clause.surfaces) for clause in clauses)) if clauses else set()
