"""Every file of the corpus, and of the policies that ship, is formatted or refused as the parser says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policylang.language.diagnostics import Report
from policylang.language.formatter import Style, format_source
from policylang.language.formatter.document import _grammar, _lists
from policylang.language.formatter.layout import VERBATIM
from policylang.language.formatter.values import RULES as VALUES
from policylang.language.source import SourceFile
from policylang.language.syntax import parse

ROOT = Path(__file__).resolve().parents[3]
CASES = sorted(path for path in (ROOT / "tests" / "corpus").rglob("*.md") if path.name != "README.md")
POLICIES = sorted(path for folder in ("policies", "examples") for path in (ROOT / folder).rglob("*.pol"))
_FILE = re.compile(r"^```pol(?: (?P<info>[^\n]*))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def check(text: str) -> None:
    source = SourceFile("policy.pol", text)
    told, must_tell = Report(), Report()
    parse(source, must_tell)
    for style in (Style(), Style(40), Style(reflow=True)):
        result = format_source(source, told, style)
        assert told.sorted() == must_tell.sorted()
        assert (result is None) == bool(must_tell.errors)
        if result is not None:
            assert format_source(SourceFile("policy.pol", result), told, style) == result


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_of_the_corpus(path: Path) -> None:
    for file in _FILE.finditer(path.read_text("utf-8")):
        times = re.search(r"repeat=(\d+)", file["info"] or "")
        check(file["body"] * min(int(times[1]) if times else 1, 200))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_policy_that_ships(path: Path) -> None:
    check(path.read_text("utf-8"))


def test_the_layout_knows_the_rules_of_the_grammar() -> None:
    rules = {rule.alias or rule.origin.name for rule in _grammar().rules}
    assert rules >= {*VERBATIM, *VALUES, "template"}
    assert _lists() >= {"name_set", "facets", "at_least", "at_most", "plan_factor", "quota"}
    assert not _lists() & {"facet", "category", "clause", "group", "exemplar", "criterion", "plan"}
