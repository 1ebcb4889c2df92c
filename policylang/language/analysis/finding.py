"""What an analysis finds: values that say what is the case, prove it with a witness, and name what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from ..meaning.expr import Node
from ..meaning.policy import Policy


class Kind(StrEnum):
    """What can be the matter, by the name that people and `--only` use."""

    DEAD = "dead-clause"
    SWALLOWED = "swallowed-clause"
    VACUOUS = "vacuous-exception"
    OVERRIDDEN = "always-overridden"
    SHADOWED = "shadowed-clause"
    NEVER_BROKEN = "duty-never-broken"
    NEVER_MET = "duty-never-met"
    CONTRADICTORY = "contradictory-clauses"
    CLASH = "forbid-permit-clash"
    UNCOVERED = "uncovered-cases"
    NO_EFFECT = "facet-without-effect"
    UNREACHED = "unreached-level"
    IDLE_RULE = "idle-ambiguity-rule"
    UNDECIDED = "undecided"


class Severity(StrEnum):
    """A `warning` is something that nobody writes on purpose; a `note` may well be meant."""

    WARNING = "warning"
    NOTE = "note"


SEVERITIES = dict.fromkeys(Kind, Severity.WARNING) | dict.fromkeys(
    (Kind.CLASH, Kind.UNCOVERED, Kind.NO_EFFECT, Kind.UNREACHED), Severity.NOTE
)

STORIES = {
    Kind.DEAD: "The condition of the clause holds in no case.",
    Kind.SWALLOWED: "The `unless` of the clause holds wherever its `when` does, so that nothing is left of it.",
    Kind.VACUOUS: "The `unless` of the clause, or a part of it, takes no case away from it.",
    Kind.OVERRIDDEN: "Wherever the clause holds, a clause that overrides it holds too.",
    Kind.SHADOWED: "The clause is in force somewhere, but every verdict there follows from other clauses.",
    Kind.NEVER_BROKEN: "The duty holds only where it is met.",
    Kind.NEVER_MET: "The duty holds only where it is not met.",
    Kind.CONTRADICTORY: "Two clauses decide one case with one level, and want different responses. The first one wins.",
    Kind.CLASH: "A permit and a prohibition are in force in one case, and neither overrides the other. `forbid` wins.",
    Kind.UNCOVERED: "No clause says anything of some cases, in a category that also says what is allowed.",
    Kind.NO_EFFECT: "Conditions name the facet, but its value never changes a verdict.",
    Kind.UNREACHED: "No case gets the level.",
    Kind.IDLE_RULE: "The ambiguity rule never applies: its condition cannot hold, or an earlier rule comes first.",
    Kind.UNDECIDED: "The conditions are too entangled to prove or refute anything within the limit of the search.",
}
"""What each kind means, for help and documentation."""


class Witness(Node):
    """A case that shows it. `case` is complete; the values of `stated` are enough, whatever the others are.

    `sentence` tells the case and what comes of it.
    """

    surface: str | None
    case: dict[str, str]
    stated: tuple[str, ...]
    sentence: str


class Finding(Node):
    """One thing that has been proved.

    `about` are the keys of the places that have to do with it (`clause:ID`, `facet:ID`, `category:ID`, `level:NAME`,
    `policy`), the one to look at first in front. `surfaces` is empty where it holds on all those in question, and
    so is `category` where it concerns the whole policy. There is no `witness` where what is proved is that there is
    none. `regions` describe sets of cases, as conditions.
    """

    kind: Kind
    severity: Severity
    category: str | None = None
    surfaces: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    about: tuple[str, ...]
    sentence: str
    witness: Witness | None = None
    regions: tuple[str, ...] = ()
    advice: str = ""


class Analysis(Node):
    """Everything that was found in a policy: by category in the order of the policy, then what concerns all of it."""

    policy: str
    version: str
    findings: tuple[Finding, ...]

    def of(self, kinds: Iterable[Kind]) -> Analysis:
        """Only the findings of these kinds, and what could not be decided: it may be of any kind."""
        wanted = {*kinds, Kind.UNDECIDED}
        return self.model_copy(update={"findings": tuple(f for f in self.findings if f.kind in wanted)})


class Relation(StrEnum):
    """How one policy stands to another in a category, on a surface: of the levels that they give to the same cases."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LOOSER = "looser"
    INCOMPARABLE = "incomparable"
    UNDECIDED = "undecided"


class Comparison(Node):
    """One category on the surfaces where the answer is the same.

    `present`: which of the two policies have the category. A `stricter` witness is a case to which the first policy
    gives a higher level than the second; `unranked`, one to which they give levels that no ladder puts in order;
    `response`, one that gets the same level, but another response.
    """

    category: str
    surfaces: tuple[str, ...]
    relation: Relation
    present: Literal["both", "first", "second"]
    sentence: str
    stricter: Witness | None = None
    looser: Witness | None = None
    unranked: Witness | None = None
    response: Witness | None = None


class PolicyComparison(Node):
    """Two policies, category by category. `remarks` say what cannot be compared, or is taken to be the same."""

    first: str
    second: str
    remarks: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


def display(policy: Policy) -> str:
    """A policy in a sentence."""
    return f"{policy.name} {policy.version}"
