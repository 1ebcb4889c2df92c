"""Diagnostics as SARIF 2.1.0, which code hosts and editors read: one run, its rules, its results with their fixes.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from urllib.parse import quote

from ..source import SourceFile, Span
from .codes import CODES
from .diagnostic import Diagnostic, Fix, Related
from .explain import explain

Json = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/policylang/policylang"
SOURCE_ROOT = "%SRCROOT%"
"""What relative addresses start from: the folder in which `policyc` was started."""


def sarif_log(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, SourceFile],
    version: str,
    ignored: Mapping[Diagnostic, str] | None = None,
) -> Json:
    """The log of one run of policyc `version`. Its rules are the codes that occur, by code.

    Warnings that are `ignored`, each with the reason, are in it as suppressed results.
    """
    found = [*diagnostics, *(ignored or {})]
    codes = sorted({diagnostic.code for diagnostic in found})
    results = [_result(diagnostic, codes.index(diagnostic.code), sources) for diagnostic in found]
    for result, reason in zip(results[len(results) - len(ignored or {}) :], (ignored or {}).values(), strict=True):
        result["suppressions"] = [{"kind": "inSource", "justification": reason}]
    driver = {
        "name": "policyc",
        "version": version,
        "informationUri": HOME,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> Json:
    entry, page = CODES[code], explain(code)
    return {
        "id": code,
        "name": entry.name,
        "shortDescription": {"text": entry.name.replace("-", " ")},
        "fullDescription": {"text": entry.story},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": str(entry.severity)},
    }


def _result(diagnostic: Diagnostic, rule: int, sources: Mapping[str, SourceFile]) -> Json:
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": str(diagnostic.severity),
        "message": {"text": _literal(f"{diagnostic.message}\n{diagnostic.help}".strip())},
        "locations": [{"physicalLocation": _location(diagnostic.span, sources)}],
    }
    if diagnostic.related:
        related = enumerate(diagnostic.related, start=1)
        result["relatedLocations"] = [_related(number, one, sources) for number, one in related]
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, sources)]
    return result


def _literal(text: str) -> str:
    """`{0}` stands for an argument in a message (section 3.11.5); other braces are left for readers that know none."""
    return re.sub(r"\{(\d+)\}", r"{{\1}}", text)


def _related(number: int, related: Related, sources: Mapping[str, SourceFile]) -> Json:
    place = _location(related.span, sources)
    return {"id": number, "message": {"text": _literal(related.message)}, "physicalLocation": place}


def _fix(fix: Fix, sources: Mapping[str, SourceFile]) -> Json:
    by_file: dict[str, list[Json]] = {}
    for edit in fix.edits:
        replacement: Json = {"deletedRegion": _region(edit.span, sources), "insertedContent": {"text": edit.text}}
        by_file.setdefault(edit.span.file, []).append(replacement)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": _artifact(file), "replacements": replacements}
            for file, replacements in by_file.items()
        ],
        "properties": {"applicability": str(fix.applicability)},
    }


def _location(span: Span, sources: Mapping[str, SourceFile]) -> Json:
    location: Json = {"artifactLocation": _artifact(span.file)}
    if span.file in sources:
        location["region"] = _region(span, sources)
    return location


def _region(span: Span, sources: Mapping[str, SourceFile]) -> Json:
    source = sources[span.file]
    (line, column), (end_line, end_column) = source.position(span.start), source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(file: str) -> Json:
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": SOURCE_ROOT}
