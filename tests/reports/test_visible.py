"""No character from a model can hide words of the report or turn them round."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.reports.visible import visible


def test_an_override_is_spelled_out() -> None:
    assert visible("safe\u202eefasnu") == "safe⟨U+202E⟩efasnu"


def test_invisible_tags_and_zero_width_spaces_are_spelled_out() -> None:
    assert visible("a\U000e0041\u200bb") == "a⟨U+E0041⟩⟨U+200B⟩b"


def test_lone_surrogates_and_nul_can_be_written_to_a_file() -> None:
    assert visible("x\ud800\x00").encode() == "x⟨U+D800⟩⟨U+0000⟩".encode()


def test_languages_that_need_joiners_keep_them() -> None:
    for text in ("می\u200cخواهم", "👩\u200d👩\u200d👧", "שלום \u200fabc", "नमस्ते", "é", "a\tb\nc"):
        assert visible(text) == text


@given(st.text(st.characters(codec=None), max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_left_neither_controls_nor_reorders(text: str) -> None:
    shown = visible(text)
    shown.encode()
    for character in shown:
        assert character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )
    assert visible(shown) == shown
