"""A comment in every single place of a file that has every construct: it stays between the same two tokens."""

from __future__ import annotations

import re

import pytest

from policylang.language.diagnostics import Report
from policylang.language.formatter import Style, format_source
from policylang.language.source import SourceFile
from policylang.language.syntax.marks import find_marks

EVERYTHING = '''\
policy a.b 1.0.0 "A"
import std.facets ^1 (intent, specificity,) as std
levels none < low < high
surface draft "Draft" """A draft."""
term "x" also "y", "z" "X."
facet tone "Tone" on request, draft { ask "?" """How.""" calm "Calm." loud "Loud." }
facet size { small < large < huge }
facet really yes/no { ask "?" }
factor attack { default direct direct, roleplay, }
category c "C" code C {
  maps m.a, m.b
  """
  Text
  of two lines.
  """
  locked clause x "X" code X1 {
    forbid low on request, response
    when tone in {calm, loud} and not (size < huge or y) or at least 2 of { y, tone = loud }
    unless size not in {small}
    overrides y
    respond refuse "No."
    violates one {
      user "U" image "i.png" "I"
      facets { tone = loud, size = small }
      because """B""" use prompt, seed
    }
    complies "Line."
    user "Bare."
  }
  forbid low "G" on request { when y a "A" code A { user "U" } b "B" }
  ambiguity { at least low when tone = loud ask }
}
rubric good {
  scale 1..5 criterion clear "Clear" weight 2 when y { """C""" 1 "No." } accept when mean >= 3.5 and (clear > 2)
}
plan first {
  size 10 factor attack { direct 62.5%, roleplay 37.5% } exclude tone = calm cover 2-way clause, attack
  quota label { violates 50%, complies 50% } at least 3 per clause
  stages request, judge accept by good split train 90%, test 10% grouped by pair export messages
}
template t for write_request { inputs facts """Write.""" }
'''


def gaps() -> list[int]:
    """The places between two tokens where there may be white space."""
    marks = find_marks(SourceFile("", EVERYTHING), EVERYTHING, Report()).items
    ends = [mark.end for mark in marks if EVERYTHING[mark.start : mark.end] != "at"]
    return [0, *(end for end in ends if re.match(r"\s|(?<=[{(])|(?=[,})])", EVERYTHING[end:]))]


@pytest.mark.parametrize("style", [Style(), Style(40)], ids=["wide", "narrow"])
@pytest.mark.parametrize("comment", [" #{}\n", "\n#{}\n", "\n\n#{}\n\n#again\n\n"], ids=["trailing", "own line", "two"])
@pytest.mark.parametrize("step", [1, 2, 7])
def test_a_comment_in_every_place(comment: str, step: int, style: Style) -> None:
    """Seven sources with a comment in every seventh place have one in every place, not too near to each other."""
    places = gaps()
    for first in range(step):
        pieces, done = [], 0
        for number, at in enumerate(places[first::step]):
            pieces += [EVERYTHING[done:at], comment.format(number)]
            done = at
        source = "".join([*pieces, EVERYTHING[done:]])
        result = formatted(source, style)
        assert formatted(result, style) == result
        assert without_space(result) == without_space(source)
        assert on_own_lines(result) == on_own_lines(source)


def formatted(text: str, style: Style) -> str:
    report = Report()
    result = format_source(SourceFile("policy.pol", text), report, style)
    assert result is not None, [(diagnostic.message, text) for diagnostic in report]
    return result


def without_space(text: str) -> str:
    return "".join(text.split())


def on_own_lines(text: str) -> list[str]:
    return re.findall(r"^\s*(#.*)", text, re.MULTILINE)
