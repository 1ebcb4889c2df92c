"""policyc analyze: what can be proved about a policy, and how it stands to another one."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import click

from policylang.language.analysis import Kind, Relation, Severity, Witness, analyse, compare
from policylang.language.analysis.document import (
    AnalysisDocument,
    ComparisonDocument,
    Place,
    PlacedComparison,
    PlacedFinding,
    analysis_document,
    comparison_document,
)
from policylang.language.analysis.finding import STORIES
from policylang.language.load import Loaded
from policylang.language.meaning.policy import Policy

from .loading import fail, sound
from .options import as_json, search_path
from .output import counted

GATE_NOT_MET = 3
FULL_WIDTH = 100
HELP_WIDTH = 76
COLOURS = {
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
    Relation.EQUIVALENT: "green",
    Relation.STRICTER: "yellow",
    Relation.LOOSER: "red",
    Relation.INCOMPARABLE: "red",
    Relation.UNDECIDED: "yellow",
}
RELATIONS = {
    Relation.EQUIVALENT: "Both give every case the same level.",
    Relation.STRICTER: "PATH gives some cases a higher level than OTHER, and none a lower one.",
    Relation.LOOSER: "PATH gives some cases a lower level than OTHER, and none a higher one.",
    Relation.INCOMPARABLE: "Some cases get a higher level, and some a lower one.",
}


def _glossary(stories: Mapping[Kind, str] | Mapping[Relation, str]) -> str:
    width = max(map(len, Kind))
    return "\n".join(
        part
        for name, story in stories.items()
        for part in textwrap.wrap(f"  {name:<{width}}  {story}", HELP_WIDTH, subsequent_indent=" " * (width + 4))
    )


@click.command(
    epilog=f"""\b
Kinds:
{_glossary(STORIES)}

\b
With --against:
{_glossary(RELATIONS)}

\b
Examples:
  policyc analyze policy.pol
  policyc analyze policy.pol --only dead-clause --only shadowed-clause
  policyc analyze policy.pol --fail-on warning            for CI
  policyc analyze new/ --against old/ --fail-on looser    has anything been relaxed?"""
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), metavar="OTHER", help="Compare with this policy instead.")
@click.option("--only", multiple=True, metavar="KIND", help="Show this kind; may be given several times.")
@click.option(
    "--fail-on",
    multiple=True,
    metavar="KIND",
    help="Exit with code 3 if this kind is found, or any `warning` or `note`; may be given several times.",
)
@search_path
@as_json
def command(
    path: Path,
    against: Path | None,
    only: tuple[str, ...],
    fail_on: tuple[str, ...],
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Prove what is odd about a policy, or how it stands to another one, each with a case that shows it.

    Nothing is run and no model is asked: conditions are decided for all cases. Exit code 1 when the policy has errors,
    3 when something that --fail-on names is found. `looser` is found where any case has got a lower level, and
    `stricter` where any has got a higher one; what could not be decided fails every gate.
    """
    kinds = tuple(map(str, Relation if against else Kind))
    _known(only, kinds, against)
    _known(fail_on, kinds if against else (*kinds, *map(str, Severity)), against)
    loaded, policy = sound(path, search, as_json=as_json)
    document: AnalysisDocument | ComparisonDocument
    if against is None:
        document = _analysis(policy, loaded, only, fail_on)
        text = _analysis_text(document, policy)
    else:
        document = _comparison(policy, loaded, *sound(against, search, as_json=as_json), only, fail_on)
        text = _comparison_text(document)
    click.echo(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2) if as_json else text)
    if document.failed:
        raise SystemExit(GATE_NOT_MET)


def _known(names: Iterable[str], known: Sequence[str], against: Path | None) -> None:
    for name in names:
        if name not in known:
            what = "with --against" if against else "without --against"
            fail(f"there is no kind {name} {what}", f"There are {', '.join(known)}.")


def _analysis(policy: Policy, loaded: Loaded, only: tuple[str, ...], fail_on: tuple[str, ...]) -> AnalysisDocument:
    analysis = analyse(policy)
    if only:
        analysis = analysis.of(Kind(name) for name in only)
    found = {str(name) for finding in analysis.findings for name in (finding.kind, finding.severity)}
    return analysis_document(analysis, loaded, _failed(fail_on, found))


def _comparison(
    policy: Policy, loaded: Loaded, other: Loaded, other_policy: Policy, only: tuple[str, ...], fail_on: tuple[str, ...]
) -> ComparisonDocument:
    comparison = compare(policy, other_policy)
    found = {str(one.relation) for one in comparison.comparisons}
    found |= {str(Relation.STRICTER) for one in comparison.comparisons if one.stricter}
    found |= {str(Relation.LOOSER) for one in comparison.comparisons if one.looser}
    if only:
        kept = tuple(one for one in comparison.comparisons if one.relation in (*only, Relation.UNDECIDED))
        comparison = comparison.model_copy(update={"comparisons": kept})
    return comparison_document(comparison, loaded, other, _failed(fail_on, found))


def _failed(fail_on: tuple[str, ...], found: set[str]) -> list[str]:
    """What of `--fail-on` has been found. A gate is not met by what could not be decided."""
    gates = (*fail_on, Relation.UNDECIDED) if fail_on else ()
    return [str(name) for name in dict.fromkeys(gates) if name in found]


# ------------------------------------------------------------ for people


def _analysis_text(document: AnalysisDocument, policy: Policy) -> str:
    found = [
        counted(sum(finding.severity is severity for finding in document.findings), severity)
        for severity in Severity
        if any(finding.severity is severity for finding in document.findings)
    ]
    lines = [f"{document.policy} {document.version}: {' and '.join(found) or 'nothing found'}"]
    for category, findings in groupby(document.findings, key=lambda finding: finding.category):
        title = f' "{policy.category(category).title}"' if category and policy.category(category).title else ""
        lines += ["", click.style(f"{category}{title}" if category else "the whole policy", bold=True)]
        for finding in findings:
            lines += _finding_lines(finding)
    return "\n".join(lines)


def _finding_lines(finding: PlacedFinding) -> Iterator[str]:
    yield from _entry(finding.severity, finding.kind, finding.sentence)
    if finding.witness:
        yield from _wrapped(finding.witness.sentence, "      ")
    yield from _place_lines(finding.places)
    if finding.advice:
        yield from _wrapped(f"= {finding.advice}", "      ")


def _comparison_text(document: ComparisonDocument) -> str:
    lines = [f"{document.first} against {document.second}"]
    lines += [line for remark in document.remarks for line in _entry(Severity.NOTE, "not alike", remark)]
    for category, comparisons in groupby(document.comparisons, key=lambda one: one.category):
        lines += ["", click.style(category, bold=True)]
        for one in comparisons:
            lines += _comparison_lines(one)
    return "\n".join(lines)


def _comparison_lines(one: PlacedComparison) -> Iterator[str]:
    yield from _entry(one.relation, ", ".join(one.surfaces), one.sentence)
    if one.relation is Relation.EQUIVALENT and not one.response:
        return
    witnesses: tuple[tuple[str, Witness | None], ...] = (
        ("stricter", one.stricter),
        ("looser", one.looser),
        ("in no order", one.unranked),
        ("other response", one.response),
    )
    for name, witness in witnesses:
        if witness:
            yield from _wrapped(f"{name}: {witness.sentence}", "      ")
    yield from _place_lines(one.places)


def _entry(head: Severity | Relation, kind: str, sentence: str) -> Iterator[str]:
    """`warning[dead-clause]: ...`, wrapped; only the first word is in colour."""
    bracket = f"[{kind}]" if kind else ""
    first, *rest = _wrapped(f"{head}{bracket}: {sentence}", "  ", "      ")
    yield first.replace(head, click.style(head, fg=COLOURS[head], bold=True), 1)
    yield from rest


def _place_lines(places: Sequence[Place]) -> Iterator[str]:
    """The first place on a line of its own, then the others, so that terminals make links of them."""
    for number, place in enumerate(places):
        yield f"      {':::' if number else '-->'} {place}"


def _wrapped(text: str, indent: str, then: str | None = None) -> list[str]:
    width = min(shutil.get_terminal_size((FULL_WIDTH, 24)).columns, FULL_WIDTH)
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent if then is None else then,
        break_long_words=False,
        break_on_hyphens=False,
    )
