"""Each case in cases/ is a file before and after formatting. `pytest --bless` writes what comes out; then read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policylang.language.diagnostics import Report
from policylang.language.formatter import WIDTH, Style, format_source
from policylang.language.source import SourceFile

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
_CASE = re.compile(
    r"\A# (?P<title>.+)\n\n(?P<story>.+?)\n\n```pol(?P<style>[^\n]*)\n(?P<before>.*?)^```\n"
    r"(?:\n```formatted\n(?P<after>.*?)^```\n)?\Z",
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, bless: bool) -> None:
    case = _CASE.match(path.read_text("utf-8"))
    assert case is not None, "a case is a title, a story, a file, and the file as it is formatted"
    style = _style(case["style"])
    result = formatted(case["before"], style)
    if bless:
        start = case.end("before")
        path.write_text(f"{path.read_text('utf-8')[:start]}```\n\n```formatted\n{result}```\n", "utf-8")
        return
    assert result == case["after"]
    assert formatted(result, style) == result


def formatted(text: str, style: Style) -> str:
    report = Report()
    result = format_source(SourceFile("policy.pol", text), report, style)
    assert result is not None, [diagnostic.message for diagnostic in report]
    return result


def _style(words: str) -> Style:
    width = re.search(r"width=(\d+)", words)
    return Style(int(width[1]) if width else WIDTH, "reflow" in words)
