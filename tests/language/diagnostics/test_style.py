"""House rules for what the compiler says, held against every diagnostic of the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from corpus_cases import CASES, CORPUS, write_case

from policylang.compiler.compile import CompileError, checked, compile_plans
from policylang.language.diagnostics import Diagnostic
from policylang.language.diagnostics.codes import CODES
from policylang.language.load import Loaded, load_policy

WITH_MISTAKES = [path for path in CASES if path.parent.name != "meaning"]
MAX_MESSAGE = 120
each_case = pytest.mark.parametrize(
    "path", WITH_MISTAKES, ids=lambda path: path.relative_to(CORPUS).with_suffix("").as_posix()
)


def load_case(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("POLICYC_PATH", raising=False)
    loaded = load_policy(write_case(path.read_text("utf-8"), folder).relative_to(folder))
    with suppress(CompileError):
        compile_plans(loaded, checked(loaded))
    return loaded


def breaches(diagnostic: Diagnostic) -> Iterator[str]:
    message, help_ = diagnostic.message, diagnostic.help
    unquoted = re.sub(r"`[^`]*`", "", message)
    if not re.match(r"[a-z`0-9]", message):
        yield "a message begins with a small letter, a number, or what it quotes"
    if message.endswith((".", "!", "?")):
        yield "a message ends without a full stop"
    if len(unquoted) > MAX_MESSAGE:
        yield f"a message has at most {MAX_MESSAGE} characters, besides what it quotes"
    if "\n" in message or "\n" in help_:
        yield "a message, and a help, is one line"
    if re.search(r"\b(error|invalid|illegal|failed)\b", unquoted):
        yield "a message says what is wrong, not that something is"
    if not help_:
        yield "there is always something to do"
    elif not (re.match(r"[A-Z`]", help_) and help_.endswith((".", "?"))):
        yield "a help is a sentence"
    if any(re.match(r"[A-Z]", related.message) or related.message.endswith(".") for related in diagnostic.related):
        yield "a related place has a few words, no sentence"
    if diagnostic.fix and not re.match(r"[A-Z].*\.$", diagnostic.fix.title):
        yield "a fix says in a sentence what it does"


@each_case
def test_a_diagnostic_follows_the_house_rules(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for diagnostic in load_case(path, tmp_path, monkeypatch).report:
        assert list(breaches(diagnostic)) == [], diagnostic


@each_case
def test_one_mistake_gives_one_diagnostic(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two diagnostics of a severity stand at one place, unless they are of one kind: values of one setting."""
    seen: dict[object, Diagnostic] = {}
    for diagnostic in load_case(path, tmp_path, monkeypatch).report:
        other = seen.setdefault(diagnostic.span, diagnostic)
        assert other is diagnostic or other.code == diagnostic.code, (other.message, diagnostic.message)


@each_case
def test_a_place_lies_in_its_file_and_names_something(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load_case(path, tmp_path, monkeypatch)
    for diagnostic in loaded.report:
        edits = diagnostic.fix.edits if diagnostic.fix else ()
        spans = [diagnostic.span, *(r.span for r in diagnostic.related), *(e.span for e in edits)]
        for span in spans:
            size = len(loaded.sources[span.file].text)
            assert 0 <= span.start <= span.end <= size
        assert diagnostic.span not in [related.span for related in diagnostic.related]
        assert not any(
            edit.text == loaded.sources[edit.span.file].text[edit.span.start : edit.span.end] for edit in edits
        )


def test_names_of_codes_are_words_with_hyphens_and_differ() -> None:
    names = [entry.name for entry in CODES.values()]
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name) for name in names)
    assert len(set(names)) == len(names)


def test_a_story_is_made_of_sentences() -> None:
    for code, entry in CODES.items():
        assert re.match(r"[A-Z`\"].*[.`]$", entry.story, re.DOTALL), code
