"""Law: printing a policy and reading it again gives the same policy; printing twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.diagnostics.text import render
from policylang.language.load import load_policy, load_text
from policylang.language.meaning.policy import Image, Policy
from policylang.language.printer import to_source
from policylang.language.printer.spelling import prose, quoted
from policylang.language.syntax.build import unquote
from policylang.testing import layouts, policies, texts

ROOT = Path(__file__).resolve().parents[2]


def reread(text: str) -> Policy:
    loaded = load_text(text)
    assert loaded.policy is not None, render(loaded.report, loaded.sources) + text
    return loaded.policy


@given(policies())
def test_what_is_printed_is_read_as_it_was(policy: Policy) -> None:
    assert reread(to_source(policy)) == policy


@given(policies())
def test_printing_twice_changes_nothing(policy: Policy) -> None:
    text = to_source(policy)
    assert to_source(reread(text)) == text


@given(st.data())
def test_layout_and_comments_change_nothing(data: st.DataObject) -> None:
    policy = data.draw(policies())
    assert reread(data.draw(layouts(to_source(policy)))) == policy


@given(texts(), st.sampled_from(["", "  ", "\t"]))
def test_any_text_can_be_written(text: str, indent: str) -> None:
    assert unquote(quoted(text)) == text
    if text.strip() == text:
        assert unquote(prose(text, indent)) == text


@pytest.mark.parametrize("path", ["policies/std/facets.pol", "policies/std/rubrics.pol", "examples/quickstart"])
def test_the_policies_that_ship(path: str) -> None:
    policy = load_policy(ROOT / path).policy
    assert policy is not None
    again = reread(to_source(policy))
    assert _without_files(again) == _without_files(policy)


def _without_files(policy: Policy) -> object:
    """What a policy says without what stands in other files: the hashes of its images, the names of its imports."""

    def plain(value: object) -> object:
        if isinstance(value, dict):
            left_out = {"imports", "sha256"} if set(value) & {"imports", *Image.model_fields} else set()
            return {key: plain(item) for key, item in value.items() if key not in left_out}
        return [plain(item) for item in value] if isinstance(value, list) else value

    return plain(policy.model_dump(mode="json"))


@pytest.mark.parametrize("text", ["\x00", "a\rb", "\x1b", "\u202e", "\u2066", "\ud800"])
def test_what_no_file_may_hold_is_not_printed(text: str) -> None:
    for spelled in (quoted, lambda text: prose(text, "")):
        with pytest.raises(ValueError, match="no policy file may hold"):
            spelled(text)
