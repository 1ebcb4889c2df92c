"""Fixes: what each one makes of a slip, that other bytes stay, and that nothing ever gets worse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.diagnostics import Applicability, Diagnostic, Edit, Fix, Severity
from policylang.language.diagnostics.edits import edited, without_overlaps
from policylang.language.fixer import Fixed, fix_all
from policylang.language.library import module_of
from policylang.language.load import Loaded, load_module
from policylang.language.source import Span, decode

BODY = """\
policy acme.content 1.0.0 "A"

levels none < low < high

facet intent { ask "Why?" learn do }
facet minor yes/no { ask "Is it a child?" }

category harm { clause steps "Steps" { forbid high when intent = do and minor } }
"""


def fix_text(text: str | bytes, folder: Path, *, unsafe: bool = False) -> tuple[str, Fixed]:
    """The text after its fixes, and what the fixer did."""
    path = folder / "policy.pol"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    module = module_of(path)

    def check(texts: Mapping[Path, bytes]) -> list[Loaded]:
        return [load_module(module, (), texts)]

    fixed = fix_all(check, {path.resolve()}, unsafe=unsafe)
    assert path.read_bytes() == (text if isinstance(text, bytes) else text.encode()), "the fixer writes nothing"
    return fixed.after.get(path.resolve(), path.read_bytes()).decode(), fixed


SAFE = {
    "double equals": ("intent = do", "intent == do", "intent = do"),
    "ampersands": ("intent = do and minor", "intent = do && minor", "intent = do and minor"),
    "ampersands without spaces": ("intent = do and minor", "intent = do&&minor", "intent = do and minor"),
    "one ampersand": ("do and minor", "do & minor", "do and minor"),
    "bars": ("do and minor", "do || minor", "do or minor"),
    "exclamation mark": ("minor }", "!minor }", "not minor }"),
    "exclamation mark and parenthesis": ("and minor }", "and !(minor) }", "and not (minor) }"),
    "angles": ("intent = do", "intent <> do", "intent != do"),
    "curly quotes": ('"Steps"', "“Steps”", '"Steps"'),
    "low quotes": ('"Steps"', "„Steps“", '"Steps"'),
    "guillemets": ('"Steps"', "«Steps»", '"Steps"'),
    "several in one statement": ("intent = do and minor", "!minor && intent == do", "not minor and intent = do"),
    "version of two parts": ("1.0.0", "1.0", "1.0.0"),
    "version of one part": ("1.0.0", "3", "3.0.0"),
}
UNSAFE = {
    "facet": ("intent = do", "intnt = do", "intent = do"),
    "value": ("= do and", "= doo and", "= do and"),
    "level": ("forbid high", "forbid hihg", "forbid high"),
    "keyword": ("category", "catgory", "category"),
    "no version": (" 1.0.0", "", " 1.0.0"),
    "open string": ('"Why?" learn do', '"Why?\n  learn do', '"Why?"\n  learn do'),
    "stray brace": ("minor } }", "minor } } }", "minor } } "),
    "hidden character": ('"Steps"', '"St\u202eeps"', '"Steps"'),
    "levels": ("levels none < low < high\n\n", "", None),
}


@pytest.mark.parametrize(("right", "wrong", "after"), SAFE.values(), ids=SAFE)
def test_a_safe_fix(right: str, wrong: str, after: str, tmp_path: Path) -> None:
    text, fixed = fix_text(BODY.replace(right, wrong, 1), tmp_path)
    assert text == BODY.replace(right, after, 1)
    assert fixed.fixed
    assert not any(one.report.errors for one in fixed.loaded)


@pytest.mark.parametrize(("right", "wrong", "after"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_fix_is_made_only_where_it_was_asked_for(
    right: str, wrong: str, after: str | None, tmp_path: Path
) -> None:
    slip = BODY.replace(right, wrong, 1)
    assert fix_text(slip, tmp_path)[0] == slip
    text, fixed = fix_text(slip, tmp_path, unsafe=True)
    if after is not None:
        assert text == BODY.replace(right, after, 1)
    assert not any(one.report.errors for one in fixed.loaded)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"Steps"', "“Steps"),  # no end
        ('"Steps"', "‘The user‘s steps"),
        ('"Steps"', '“Say "x"”'),
        ("intent = do", "purple = do"),  # nothing is near
    ],
)
def test_what_is_in_doubt_is_left_alone(right: str, wrong: str, tmp_path: Path) -> None:
    text = BODY.replace(right, wrong, 1)
    assert fix_text(text, tmp_path)[0] == text


def test_a_name_between_two_others_is_not_guessed(tmp_path: Path) -> None:
    text = BODY.replace("facet minor", 'facet intend { ask "What?" some none }\nfacet minor').replace(
        "when intent", "when inten"
    )
    assert fix_text(text, tmp_path, unsafe=True)[0] == text


def toy(folder: Path, text: str, rules: dict[str, tuple[str, int]]) -> tuple[str, Fixed]:
    """Fix a file in which each letter of `rules` is so many mistakes, with another letter as the fix of each."""
    path = (folder / "toy.pol").resolve()
    path.write_text(text)

    def check(texts: Mapping[Path, bytes]) -> list[Loaded]:
        source = decode("toy.pol", texts.get(path, text.encode()), path)
        loaded = Loaded(folder, sources={"toy.pol": source})
        for at, letter in enumerate(source.text):
            better, mistakes = rules.get(letter, ("", 0))
            span = Span("toy.pol", at, at + 1)
            for number in range(mistakes):
                loaded.report.add("POL0104", f"mistake {number}", span, fix=Fix("Mend it.", (Edit(span, better),)))
        return [loaded]

    fixed = fix_all(check, {path}, unsafe=True)
    return fixed.after.get(path, text.encode()).decode(), fixed


def test_a_fix_that_makes_things_worse_is_not_made_and_others_are(tmp_path: Path) -> None:
    text, fixed = toy(tmp_path, "a b c d", {"a": ("x", 1), "x": ("x", 4), "b": ("y", 1), "d": ("z", 1)})
    assert text == "a y c z"
    assert len(fixed.fixed) == 2


def test_where_every_fix_is_for_the_worse_the_file_stays(tmp_path: Path) -> None:
    text, fixed = toy(tmp_path, "a a a", {"a": ("x", 1), "x": ("x", 2)})
    assert (text, fixed.fixed, fixed.after) == ("a a a", [], {})


def test_fixes_in_a_circle_end(tmp_path: Path) -> None:
    text, _ = toy(tmp_path, "a", {"a": ("b", 1), "b": ("c", 1), "c": ("a", 1)})
    assert text in ("a", "b", "c")


def test_mistakes_that_only_show_when_others_are_mended_are_mended_too(tmp_path: Path) -> None:
    """The parser reports twenty mistakes of a block, and one of a statement."""
    clauses = "\n".join(f'  clause c{i} "C" {{ forbid high when intent == do && minor && !minor }}' for i in range(30))
    text, fixed = fix_text(
        BODY.replace('clause steps "Steps" { forbid high when intent = do and minor }', clauses), tmp_path
    )
    assert not any(one.report.errors for one in fixed.loaded)
    assert text.count("intent = do and minor and not minor") == 30


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    wrong = BODY.replace("intent = do and", "intent == do &&").replace("\n", "\r\n")
    text, _ = fix_text(b"\xef\xbb\xbf" + wrong.encode(), tmp_path)
    assert text == "\ufeff" + BODY.replace("\n", "\r\n")


def test_a_fix_that_others_stand_in_the_way_of_comes_in_the_next_round() -> None:
    def diagnostic(start: int, end: int) -> Diagnostic:
        span = Span("p.pol", start, end)
        return Diagnostic("POL0201", Severity.ERROR, "m", span, fix=Fix("F.", (Edit(span, "x"),), Applicability.SAFE))

    first, inside, beside, same = diagnostic(0, 4), diagnostic(2, 3), diagnostic(4, 6), diagnostic(4, 4)
    assert without_overlaps([first, inside, beside, same]) == [first, beside]


texts = st.lists(st.sampled_from(["a", "é", "😀", "\n", "\r\n", "\r", " "]), max_size=12).map("".join)


@given(texts, st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.sampled_from(["", "xy"])), max_size=3))
def test_edits_of_the_bytes_are_edits_of_the_text(text: str, wanted: list[tuple[int, int, str]]) -> None:
    data = text.encode()
    before = decode("p.pol", data).text
    edits, done = [], 0
    for start, length, new in sorted(wanted):
        if done <= start <= start + length <= len(before):
            edits.append(Edit(Span("p.pol", start, start + length), new))
            done = start + length + 1
    expected = before
    for edit in reversed(edits):
        expected = expected[: edit.span.start] + edit.text + expected[edit.span.end :]
    assert decode("p.pol", edited(data, edits)).text == expected
    assert edited(data, []) == data
