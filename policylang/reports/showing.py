"""A sample with what the policy says about it: its planned case in words, its rationale with the citations marked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.skeleton import citations, skeleton
from policylang.language.meaning.expr import NO
from policylang.language.meaning.policy import Policy
from policylang.runtime.ledger import Status
from policylang.runtime.sample import Sample

from .clauses import RESPONSES
from .data import Fact, Purpose, Segment, ShownSample


def show(policy: Policy, sample: Sample, status: Status) -> ShownSample:
    row = sample.row
    observed = {name: value for name, value in row.case.items() if name not in row.factors}
    return ShownSample(
        status=status,
        sample=sample,
        verdict=say_verdict(policy, row),
        skeleton=skeleton_lines(policy, row),
        facts=facts(policy, observed),
        settings=facts(policy, row.factors),
        rationale=segments(sample.reasoning.text, policy) if sample.reasoning else (),
        purposes=tuple(Purpose(text=say_purpose(purpose, policy), code=purpose) for purpose in row.purposes),
    )


def say_verdict(policy: Policy, row: PlanRow) -> str:
    """The planned verdict in words, with what the assistant should do."""
    verdict = row.verdict
    found = "no violation" if verdict.level == policy.levels[0] else f"a violation of level {verdict.level}"
    return f"{found} in the {row.surface}: {RESPONSES[verdict.response].lower()}"


def skeleton_lines(policy: Policy, row: PlanRow) -> tuple[str, ...]:
    """What a rationale of the row has to say; nothing for a row that the policy does not know (any more)."""
    try:
        return tuple(skeleton(policy, row.clause, row.case, row.surface).lines())
    except KeyError:
        return ()


def facts(policy: Policy, case: Mapping[str, str]) -> tuple[Fact, ...]:
    """A case, one fact a variable. Clauses that do not apply are left out: there may be hundreds."""
    found = []
    facets = {facet.id: facet for facet in policy.facets}
    titles = clause_titles(policy)
    for name, value in case.items():
        if name in facets:
            facet = facets[name]
            meaning = next((one.text for one in facet.values if one.name == value), "")
            found.append(
                Fact(
                    name=name,
                    title=facet.title or name.replace("_", " "),
                    value=value.replace("_", " "),
                    meaning=" ".join(meaning.split()),
                )
            )
        elif name in titles and value != NO:
            found.append(Fact(name=name, title=titles[name], value="applies", clause=name))
        elif name not in titles:
            found.append(Fact(name=name, title=name, value=value))
    return tuple(found)


def segments(text: str, policy: Policy) -> tuple[Segment, ...]:
    """The text in pieces, so that each citation of a clause of the policy is a piece of its own."""
    known = clause_titles(policy)
    cited = [name for name in citations(text) if name in known]
    if not cited:
        return (Segment(text=text),)
    pieces = re.split("(" + "|".join(re.escape(f"[{name}]") for name in cited) + ")", text)
    return tuple(
        Segment(text=piece[1:-1], clause=piece[1:-1]) if at % 2 else Segment(text=piece)
        for at, piece in enumerate(pieces)
        if piece
    )


def say_purpose(purpose: str, policy: Policy) -> str:
    """What a row is there for, in words: `boundary:CLAUSE:VARIABLE:violates-side` and the like."""
    kind, _, rest = purpose.partition(":")
    if kind == "boundary" and rest.count(":") == 2:
        clause, variable, side = rest.split(":")
        which = "just inside" if side == "violates-side" else "just outside"
        return f"{which} the edge of “{_title(policy, clause)}” along {_title(policy, variable)}"
    settings = [part.partition("=")[::2] for part in rest.split(",")]
    words = " with ".join(f"{name} {_title(policy, value)}" for name, value in settings if value)
    if kind not in _PURPOSES or not words:
        return purpose
    return f"{_PURPOSES[kind]} {words}"


_PURPOSES = {
    "cover": "covers",
    "minimum": "counts towards the minimum of",
    "quota": "fills the share of",
    "spread": "adds another case of",
}


def clause_titles(policy: Policy) -> dict[str, str]:
    return {clause.id: clause.title or clause.name for clause in policy.clauses}


def _title(policy: Policy, name: str) -> str:
    """The title of a clause or facet, if `name` is one."""
    titles = {facet.id: facet.title for facet in policy.facets if facet.title} | clause_titles(policy)
    return titles.get(name, name.replace("_", " "))
