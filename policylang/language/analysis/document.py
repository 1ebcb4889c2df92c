"""Findings with their places in source files: what `policyc analyze --json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from ..load import Loaded
from ..meaning.expr import Node
from .finding import Analysis, Comparison, Finding, PolicyComparison


class Place(Node):
    """Lines and columns count from 1; the end is the first character after it."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class PlacedFinding(Finding):
    places: tuple[Place, ...]


class AnalysisDocument(Node):
    """`failed` are the kinds and severities of `--fail-on` that were found."""

    schema_version: Literal["1"] = "1"
    policy: str
    version: str
    findings: tuple[PlacedFinding, ...]
    failed: tuple[str, ...] = ()


class PlacedComparison(Comparison):
    """`places`: of the category in the first policy and in the second, as far as they have it."""

    places: tuple[Place, ...]


class ComparisonDocument(Node):
    """`failed` are the relations of `--fail-on` that were found."""

    schema_version: Literal["1"] = "1"
    first: str
    second: str
    remarks: tuple[str, ...]
    comparisons: tuple[PlacedComparison, ...]
    failed: tuple[str, ...] = ()


def analysis_document(analysis: Analysis, loaded: Loaded, failed: Iterable[str] = ()) -> AnalysisDocument:
    """The analysis of the policy that was loaded."""
    return AnalysisDocument(
        policy=analysis.policy,
        version=analysis.version,
        findings=tuple(
            PlacedFinding(**dict(finding), places=tuple(places(finding.about, loaded))) for finding in analysis.findings
        ),
        failed=tuple(failed),
    )


def comparison_document(
    comparison: PolicyComparison, first: Loaded, second: Loaded, failed: Iterable[str] = ()
) -> ComparisonDocument:
    """The comparison of the two policies that were loaded."""
    return ComparisonDocument(
        first=comparison.first,
        second=comparison.second,
        remarks=comparison.remarks,
        comparisons=tuple(
            PlacedComparison(
                **dict(one),
                places=tuple(place for side in (first, second) for place in places([f"category:{one.category}"], side)),
            )
            for one in comparison.comparisons
        ),
        failed=tuple(failed),
    )


def places(keys: Iterable[str], loaded: Loaded) -> Iterator[Place]:
    """Where the things with these keys stand, each place once; what a policy says nowhere, such as default levels, has
    none."""
    for span in dict.fromkeys(loaded.spans[key] for key in keys if key in loaded.spans):
        source = loaded.sources.get(span.file)
        if source is not None:
            line, column = source.position(span.start)
            end_line, end_column = source.position(span.end)
            yield Place(file=span.file, line=line, column=column, end_line=end_line, end_column=end_column)
