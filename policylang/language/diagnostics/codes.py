"""Every code that a diagnostic can have: its readable name, its severity, and its story for `policyc explain`.

A code is never reused. 01: reading and syntax. 02: names. 03: meaning. 04: what a reader would stumble over.
05: ignored warnings.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from .diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Code:
    name: str
    severity: Severity
    story: str
    """Why it matters and what to do, with an example where one helps."""


def _error(name: str, story: str) -> Code:
    return Code(name, Severity.ERROR, story)


def _warning(name: str, story: str) -> Code:
    return Code(name, Severity.WARNING, story)


CODES: dict[str, Code] = {
    "POL0101": _error("not-text", "A .pol file is UTF-8 text, with or without a byte order mark, with any line ends."),
    "POL0102": _error("file-too-large", "A policy is read by people. Split it into several files of one folder."),
    "POL0103": _error(
        "nested-too-deep",
        "Blocks and parentheses may be nested 64 deep, conditions and imports 40. Real policies need about five.",
    ),
    "POL0104": _error("unexpected", "The text does not follow the grammar here. What could stand here is listed."),
    "POL0105": _error(
        "unclosed-string", 'A "string" ends on its line; prose of several lines stands in """three quotes""".'
    ),
    "POL0106": _error("unclosed-block", "A { has no } of its own. The place shown is where the block begins."),
    "POL0107": _error("stray-brace", "A } closes nothing. An earlier } has probably closed too much."),
    "POL0108": _error("unreadable", "The file cannot be opened."),
    "POL0109": _error("hidden-character", "A control character could make text look other than what it says."),
    "POL0201": _error("unknown-name", "A name is used that nothing declares. Did you mean ...? offers the nearest."),
    "POL0202": _error("duplicate", "Two things of one kind have one name, so a reference could mean either."),
    "POL0203": _error(
        "no-policy", 'A policy begins with its header, once: `policy acme.content 1.0.0 "Content policy"`.'
    ),
    "POL0204": _error("import-not-found", "An import names a policy that is neither in this tree nor in the library."),
    "POL0205": _error("import-version", "The policy that was found has a version outside the range asked for."),
    "POL0206": _error("import-cycle", "Policies import each other in a circle, so none can be understood first."),
    "POL0207": _error("no-levels", "`levels none < low < high` names the severities. The lowest means no violation."),
    "POL0301": _error(
        "no-effect", "A clause says what it does: `forbid LEVEL`, `permit` or `require LEVEL`; exactly one of them."
    ),
    "POL0302": _error("bad-level", "A forbid needs a level above the lowest; a permit has none, or the lowest."),
    "POL0303": _error("no-order", "`<` and `>` need a facet whose values are declared in order: `none < some < much`."),
    "POL0304": _error(
        "exemplar-contradicts",
        "An exemplar is a test of its clause: with the facets that it states, the policy must give its label. "
        "`violates`: the clause is in force and the verdict is a violation. `complies`: the verdict is the lowest "
        "level. Either the facets, the label or the clause's condition is wrong.",
    ),
    "POL0305": _error("locked", "A `locked` clause cannot be overridden."),
    "POL0306": _error("override-cycle", "Clauses override each other in a circle, so none of them would ever hold."),
    "POL0307": _error(
        "exemplar-leak",
        "An exemplar that stands in a prompt cannot measure that prompt: `use calibration` stands alone.",
    ),
    "POL0308": _error("image-outside", "Images lie in the policy's folder, so that a policy can be moved and shared."),
    "POL0309": _error("image-missing", "The image of an exemplar does not exist."),
    "POL0310": _error("bad-share", "Shares are percentages that add up to 100, or none of them has a percentage."),
    "POL0311": _error("template-unsafe", "A template is data from outside: it may use its inputs and nothing else."),
    "POL0312": _error("template-input", "A template declares the inputs that it uses, from those its stage offers."),
    "POL0313": _error("no-values", "A facet is finite: it lists its values, or is `yes/no`."),
    "POL0314": _error("bad-setting", "A setting has a value that it cannot have."),
    "POL0315": _error("repeated", "Something is said twice where it can be said once."),
    "POL0316": _error("circular-condition", "A condition cannot depend on a clause that has a condition of its own."),
    "POL0317": _error("not-here", "The thing exists, but cannot be used in this place."),
    "POL0318": _error(
        "plan-not-met",
        "What the plan asks for cannot all be had at once: its size, quotas, coverage and exclusions are solved "
        "together. The message names demands that conflict.",
    ),
    "POL0401": _warning(
        "exemplar-open", "The facets that an exemplar leaves out decide whether its label is right. State them."
    ),
    "POL0402": _warning(
        "not-borderline", "No single change of a facet changes the verdict: the case is not at an edge."
    ),
    "POL0403": _warning("no-question", "An observed facet has no question, so a judge is asked for its bare name."),
    "POL0404": _warning("no-text", "A clause has neither title nor text: nobody can know what it says."),
    "POL0405": _warning(
        "unused-facet",
        "No clause, plan, rubric or exemplar of this policy uses the facet. A policy without clauses is a library, "
        "whose facets are for others.",
    ),
    "POL0501": _warning(
        "ignore-without-reason", "An ignored warning stays ignored for ever, unless somebody says why."
    ),
    "POL0502": _warning("unused-ignore", "It hides nothing, and would hide the next warning of its kind."),
    "POL0503": _warning("bad-ignore", "Warnings can be ignored, by code or by name. Errors cannot be ignored."),
}

_BY_NAME = {entry.name: code for code, entry in CODES.items()}


def find_code(word: str) -> str | None:
    """The code that a person means by `POL0201`, `pol0201` or `unknown-name`; None when there is none."""
    return word.upper() if word.upper() in CODES else _BY_NAME.get(word)


def suggest_code(word: str) -> str:
    """A sentence on what the person who wrote `word` may have meant, a name or a code; may be empty."""
    known = [*CODES, *_BY_NAME]
    near = difflib.get_close_matches(word, known, n=1) or difflib.get_close_matches(word.upper(), known, n=1)
    return f"Did you mean `{near[0]}`?" if near else ""
