"""The laws of the formatter, over random policies in random layouts, and over damaged ones."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from policylang.language.diagnostics import Report
from policylang.language.formatter import Style, format_source
from policylang.language.load import load_text
from policylang.language.meaning.hashing import clause_hash, exemplar_hash, policy_hash
from policylang.language.meaning.policy import Policy
from policylang.language.source import SourceFile
from policylang.language.syntax.marks import find_marks
from policylang.testing import damaged_sources, sources, token_soup

styles = st.builds(Style, width=st.sampled_from((1, 40, 80, 120, 10_000)), reflow=st.booleans())
as_written = st.builds(Style, width=st.sampled_from((1, 40, 80, 120, 10_000)))


def formatted(text: str, style: Style | None = None) -> str:
    report = Report()
    result = format_source(SourceFile("policy.pol", text), report, style)
    assert result is not None, list(report)
    assert not len(report)
    return result


def meaning(text: str) -> Policy:
    loaded = load_text(text)
    assert loaded.policy is not None, list(loaded.report)
    return loaded.policy


def hashes(policy: Policy) -> list[str]:
    found = [policy_hash(policy)]
    for clause in policy.clauses:
        found += [clause_hash(policy, clause), *(exemplar_hash(exemplar) for exemplar in clause.exemplars)]
    return found


def without_space(text: str) -> str:
    """Tokens and comments in order, whatever stands between them."""
    return "".join(text.split())


@given(sources(), as_written)
def test_the_meaning_stays(source: str, style: Style) -> None:
    before, after = meaning(source), meaning(formatted(source, style))
    assert after == before
    assert hashes(after) == hashes(before)


@given(sources(), styles)
def test_tokens_and_comments_stay_and_a_second_time_changes_nothing(source: str, style: Style) -> None:
    result = formatted(source, style)
    assert without_space(result) == without_space(source)
    assert formatted(result, style) == result


@given(sources(), styles)
def test_reflowing_changes_no_hash(source: str, style: Style) -> None:
    assert hashes(meaning(formatted(source, style))) == hashes(meaning(source))


@given(sources())
def test_layout_does_not_depend_on_spaces_at_the_ends_of_lines(source: str) -> None:
    marks = find_marks(SourceFile("", source), source, Report()).items
    inside = {at for mark in marks if mark.kind in ("prose", "string") for at in range(mark.start, mark.end)}
    spaced = "".join("  \t\n" if c == "\n" and at not in inside else c for at, c in enumerate(source))
    assert formatted(spaced) == formatted(source)


@given(damaged_sources() | token_soup() | st.text(), styles)
@example("levels a < b }", Style())
@example('policy a.b 1.0.0 "A" \u202e', Style())
def test_a_file_is_formatted_or_told_what_is_wrong(source: str, style: Style) -> None:
    report = Report()
    result = format_source(SourceFile("policy.pol", source), report, style)
    assert (result is None) == bool(report.errors)
    if result is not None:
        assert without_space(result) == without_space(source)
        assert formatted(result, style) == result
