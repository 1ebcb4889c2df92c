"""Law: any bytes give a policy or diagnostics with positions inside the file, never an exception, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policylang.language.diagnostics.codes import CODES
from policylang.language.diagnostics.machine import to_json
from policylang.language.diagnostics.text import render
from policylang.language.load import Loaded, load_policy, load_text
from policylang.testing import damaged_sources, sources, token_soup

SECONDS = 5
fewer = settings(max_examples=settings().max_examples // 2)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("total") / "policy.pol"


def check(loaded: Loaded, started: float) -> None:
    assert time.process_time() - started < SECONDS
    report = loaded.report
    assert (loaded.policy is None) == (report.errors > 0)
    assert report.errors + report.warnings == len(report) + report.left_out
    for diagnostic in report:
        assert diagnostic.code in CODES
        assert diagnostic.message.strip()
        for span in (diagnostic.span, *(related.span for related in diagnostic.related)):
            source = loaded.sources[span.file]
            assert 0 <= span.start <= span.end <= len(source.text)
            line, column = source.position(span.start)
            assert 1 <= line <= source.lines
            assert 1 <= column <= len(source.line(line)) + 1
        assert to_json(diagnostic, loaded.sources)
    assert render(report, loaded.sources).count("[POL") >= len(report)


def check_text(text: str) -> None:
    started = time.process_time()
    check(load_text(text), started)


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xef\xbb\xbf")
def test_any_bytes(file: Path, data: bytes) -> None:
    started = time.process_time()
    file.write_bytes(data)
    check(load_policy(file), started)


@given(st.text(max_size=300))
@example('"')
@example('"""')
@example("\\")
@example('policy a 1.0.0 "A\\')
@example('policy a 1.0.0 """A\\"""')
@example("policy")
@example("levels a < a < a")
@example("{" * 100)
@example("category x { at least")
@example("e\u0301 \u0301")
def test_any_text(text: str) -> None:
    check_text(text)


@given(token_soup())
def test_any_words_of_the_language(text: str) -> None:
    check_text(text)


@given(damaged_sources())
def test_any_accident(text: str) -> None:
    check_text(text)


@given(sources(), st.data())
@fewer
def test_any_bytes_in_a_policy(file: Path, text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    started = time.process_time()
    file.write_bytes(bytes(raw))
    check(load_policy(file), started)


@given(sources())
@fewer
def test_the_beginning_of_any_policy(text: str) -> None:
    """What an editor sees while a policy is being typed."""
    for end in range(0, len(text), max(1, len(text) // 6)):
        check_text(text[:end])


CORPUS = Path(__file__).resolve().parents[1] / "corpus"


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.md")), ids=lambda path: path.stem)
def test_every_line_of_the_corpus_left_out(path: Path) -> None:
    lines = path.read_text("utf-8").partition("```pol\n")[2].partition("\n```")[0].split("\n")
    for number in range(min(len(lines), 40)):
        check_text("\n".join(lines[:number] + lines[number + 1 :]))
