"""The pages of docs/checks: one for each code, with what it means, an example that produces it, and the way out."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from corpus_cases import FENCE, write_case

from policylang.compiler.compile import CompileError, checked, compile_plans
from policylang.language.diagnostics.codes import CODES
from policylang.language.diagnostics.explain import explain, pages
from policylang.language.diagnostics.text import render
from policylang.language.load import load_policy

TOLD_ONLY = {"POL0108"}
"""Their example cannot be a text: it is a session on a command line."""


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.name for path in pages().iterdir()} == {f"{code}.md" for code in CODES}


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_it_means_shows_it_and_says_what_to_do(code: str) -> None:
    page = (pages() / f"{code}.md").read_text("utf-8")
    head, example, way_out = re.split(r"\n\n## (?:Example|What to do)\n\n", page)
    title, means = head.split("\n\n", 1)
    assert title == f"# {code}: {CODES[code].name}"
    assert len(means.split()) >= 15
    assert len(way_out.split()) >= 5
    assert way_out.rstrip().endswith((".", "`"))
    assert "```" not in means + way_out
    kinds = [block["kind"] for block in FENCE.finditer(example)]
    assert kinds == ["console"] if code in TOLD_ONLY else (kinds[:-1] and kinds[-1] == "diagnostics")
    assert all(len(line) <= 120 for line in [*means.splitlines(), *way_out.splitlines()])


@pytest.mark.parametrize("code", [code for code in CODES if code not in TOLD_ONLY])
def test_the_example_of_a_page_is_true(code: str, bless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICYC_PATH", raising=False)
    path = pages() / f"{code}.md"
    page = path.read_text("utf-8")
    loaded = load_policy(write_case(page, tmp_path).relative_to(tmp_path))
    with suppress(CompileError):
        compile_plans(loaded, checked(loaded))
    said = render(loaded.report.sorted(), loaded.sources).rstrip("\n") + "\n"
    assert {found.code for found in loaded.report} == {code}
    blocks = list(FENCE.finditer(page))
    shown = [block for block in blocks if block["kind"] == "diagnostics"]
    if bless:
        start, end = shown[0].span() if shown else (blocks[-1].end(), blocks[-1].end())
        gap = "" if shown else "\n\n"
        path.write_text(f"{page[:start]}{gap}```diagnostics\n{said}```{page[end:]}", "utf-8")
        return
    assert [block["body"] for block in shown] == [said]


@pytest.mark.parametrize("code", CODES)
def test_explain_shows_the_page_below_a_line_with_the_name(code: str) -> None:
    first, empty, rest = explain(code).split("\n", 2)
    assert first == f"{code} ({CODES[code].name}), {CODES[code].severity}"
    assert empty == ""
    assert (pages() / f"{code}.md").read_text("utf-8").endswith(rest)
