"""Prose moves with its block and is filled on request; what the parser reads from it stays the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.formatter.prose import indented, reflowed
from policylang.language.syntax.build import unquote

_PIECES = ["\n", "\n\n", "  ", " ", "\t", "\\\\", '\\"', "\\n", "\\ ", '""', "```", "- ", "1. ", "|", "# ", "=== "]
_PIECES += ["\u3000", "\u00a0", "\u2028", "\x0c", "wörd", "a", "規則", "long_word_without_any_space_in_it", "{{ x }}"]


def literals() -> st.SearchStrategy[str]:
    texts = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
    return texts.filter(lambda text: not text.endswith('"')).map(lambda text: f'"""{text}"""')


@given(literals(), st.sampled_from(("", "  ", "    ")))
def test_moving_keeps_the_text(literal: str, indent: str) -> None:
    moved = indented(literal, indent)
    assert unquote(moved) == unquote(literal)
    assert indented(moved, indent) == moved


@given(literals(), st.sampled_from(("", "  ")), st.integers(1, 60))
def test_filling_keeps_the_words_and_is_done_once(literal: str, indent: str, width: int) -> None:
    filled = reflowed(literal, indent, len(indent), width)
    assert unquote(filled).split() == unquote(literal).split()
    assert reflowed(filled, indent, len(indent), width) == filled


@pytest.mark.parametrize(
    ("literal", "moved"),
    [
        ('"""One line.  """', '"""One line.  """'),
        ('"""\nA\n  B\nC\n"""', '"""\n  A\n    B\n  C\n  """'),
        ('"""A\n    B\n  C"""', '"""A\n    B\n  C"""'),
        ('"""\n\n\n    A   \n\n\n    B\n\n"""', '"""\n  A\n\n\n  B\n  """'),
        ('"""\n\tA\n\t\tB\n"""', '"""\n  A\n  \tB\n  """'),
        ('"""\n\u3000A\n\u3000\u3000B\n"""', '"""\n  A\n  \u3000B\n  """'),
        ('"""A\\\n  B\\  """', '"""A\\\n  B\\  """'),
        ('""""""', '""""""'),
        ('"""\n \n"""', '"""\n \n"""'),
    ],
)
def test_moved(literal: str, moved: str) -> None:
    assert indented(literal, "  ") == moved


@pytest.mark.parametrize(
    ("lines", "filled"),
    [
        ("one two three four", "one two\nthree four"),
        ("one\ntwo\n\n\nthree\nfour", "one two\n\n\nthree four"),
        ("one two - three", "one two -\nthree"),
        ("```\ncode that is long\n```\none two three", "```\ncode that is long\n```\none two\nthree"),
        ("- an item that is long", "- an item that is long"),
        ("1. an item that is long", "1. an item that is long"),
        ("one\n    two  that is long", "one\n    two  that is long"),
        ("a | table that is long", "a | table that is long"),
        ("one two\\ three four", "one two\\ three four"),
        ("a_word_that_is_long b", "a_word_that_is_long\nb"),
    ],
)
def test_filled(lines: str, filled: str) -> None:
    assert reflowed(f'"""\n{lines}\n"""', "", 0, 10) == f'"""\n{filled}\n"""'
