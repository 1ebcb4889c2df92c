"""From grammar rules to tree nodes, one method a rule.

The parser calls these while it parses, so no intermediate tree exists; every token is kept until here, so that a
node's span is where its first token begins and its last one ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from lark import Token, Transformer

from ..source import Span
from . import tree
from .tree import Word

_T = TypeVar("_T")
Child = Any  # a Token, or a node that another method has made: the grammar guarantees which

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}


def unquote(literal: str) -> str:
    """The text of a STRING or PROSE literal. Prose loses its common indentation and the blank lines around it."""
    body = _dedent(literal[3:-3]) if literal.startswith('"""') else literal[1:-1]
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), body)


def _dedent(text: str) -> str:
    first, *rest = text.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.strip(), *(line[margin:].rstrip() for line in rest)]).strip()


def _rule(method: Callable[[Builder, Span, list[Child]], _T]) -> Callable[[Builder, list[Child]], _T]:
    """Give a method the span of its construct and its children without keywords and punctuation."""

    def build(self: Builder, children: list[Child]) -> _T:
        first, last = children[0], children[-1]
        start = self.offset + (first.start_pos or 0) if isinstance(first, Token) else first.span.start
        end = self.offset + (last.end_pos or 0) if isinstance(last, Token) else last.span.end
        return method(self, Span(self.file, start, end), children)

    return build


def _count(digits: str) -> int:
    """A number of things in one list. Python refuses to read thousands of digits; no list is that long."""
    return int(digits) if len(digits) < 10 else 10**9


def _of(children: list[Child], *kinds: type[_T]) -> list[_T]:
    return [child for child in children if isinstance(child, kinds)]


def _one(children: list[Child], kind: type[_T]) -> _T | None:
    return next((child for child in children if isinstance(child, kind)), None)


class Builder(Transformer[Token, tree.Item]):
    """Builds the nodes of one file. `offset` is where the text that is being parsed begins in the file."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.offset = 0

    # -------------------------------------------------------------------------------------------- words

    def _word(self, token: Token) -> Word:
        """A word as it stands; a name in its composed form, so that two spellings that look alike are one name."""
        text = str(token)
        if token.type == "NAME" and not text.isascii():
            text = unicodedata.normalize("NFC", text)
        return Word(text, Span(self.file, self.offset + (token.start_pos or 0), self.offset + (token.end_pos or 0)))

    def _text(self, token: Token) -> Word:
        word = self._word(token)
        return Word(unquote(word.text), word.span)

    def _words(self, children: list[Child]) -> list[Word]:
        """Names, texts and numbers among the children, in order."""
        found = []
        for child in children:
            if isinstance(child, Word):
                found.append(child)
            elif isinstance(child, Token) and child.type in ("STRING", "PROSE"):
                found.append(self._text(child))
            elif isinstance(child, Token) and child.type in ("INT", "NUMBER", "VERSION", "PERCENT"):
                found.append(self._word(child))
        return found

    def _texts(self, children: list[Child]) -> list[Word]:
        return [self._text(c) for c in children if isinstance(c, Token) and c.type in ("STRING", "PROSE")]

    def _title(self, children: list[Child]) -> Word | None:
        return next((self._text(c) for c in children if isinstance(c, Token) and c.type == "STRING"), None)

    def _has(self, children: list[Child], token_type: str) -> bool:
        return any(isinstance(child, Token) and child.type == token_type for child in children)

    def name(self, children: list[Child]) -> Word:
        return self._word(children[0])

    @_rule
    def qname(self, span: Span, children: list[Child]) -> Word:
        return Word(unicodedata.normalize("NFC", "".join(children)), span)

    # -------------------------------------------------------------------------------------------- top level

    @_rule
    def policy(self, span: Span, children: list[Child]) -> tree.Header:
        name, version, title = self._words(children)
        return tree.Header(name, version, title, span)

    @_rule
    def definition(self, span: Span, children: list[Child]) -> tree.Prose:
        return tree.Prose(self._text(children[0]), span)

    @_rule
    def version_range(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("range", (Word("".join(children), span),), span)

    @_rule
    def import_names(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("names", tuple(_of(children, Word)), span)

    @_rule
    def alias(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("as", tuple(_of(children, Word)), span)

    @_rule
    def import_item(self, span: Span, children: list[Child]) -> tree.Import:
        parts = {field.keyword: field.words for field in _of(children, tree.Field)}
        name = _of(children, Word)[0]
        return tree.Import(name, parts.get("range", (None,))[0], parts.get("names"), parts.get("as", (None,))[0], span)

    @_rule
    def levels(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("levels", tuple(_of(children, Word)), span)

    @_rule
    def surface(self, span: Span, children: list[Child]) -> tree.Surface:
        prose = next((c for c in children if isinstance(c, Token) and c.type == "PROSE"), None)
        text = self._text(prose) if prose is not None else None
        return tree.Surface(_of(children, Word)[0], self._title(children), text, span)

    @_rule
    def also(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("also", tuple(self._texts(children)), span)

    @_rule
    def term(self, span: Span, children: list[Child]) -> tree.Term:
        phrase, text = self._texts(children)
        also = _one(children, tree.Field)
        return tree.Term(phrase, also.words if also else (), text, span)

    # -------------------------------------------------------------------------------------------- facets

    def _facet(self, span: Span, children: list[Child], *, controlled: bool) -> tree.Facet:
        return tree.Facet(
            name=_of(children, Word)[0],
            title=self._title(children),
            on=_one(children, tree.On),
            yes_no=self._has(children, "YES_NO"),
            controlled=controlled,
            items=tuple(_of(children, tree.Field, tree.Prose)),
            values=_one(children, tree.Values),
            span=span,
        )

    @_rule
    def facet(self, span: Span, children: list[Child]) -> tree.Facet:
        return self._facet(span, children, controlled=False)

    @_rule
    def factor(self, span: Span, children: list[Child]) -> tree.Facet:
        return self._facet(span, children, controlled=True)

    @_rule
    def value(self, span: Span, children: list[Child]) -> tree.Value:
        texts = self._texts(children)
        return tree.Value(_of(children, Word)[0], texts[0] if texts else None, span)

    @_rule
    def ordered_values(self, span: Span, children: list[Child]) -> tree.Values:
        return tree.Values(tuple(_of(children, tree.Value)), True, span)

    @_rule
    def plain_values(self, span: Span, children: list[Child]) -> tree.Values:
        return tree.Values(tuple(_of(children, tree.Value)), False, span)

    # -------------------------------------------------------------------------------------------- fields

    def _field(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field(str(children[0]), tuple(self._words(children)), span)

    ask = _rule(_field)
    default = _rule(_field)
    maps = _rule(_field)
    code = _rule(_field)
    overrides = _rule(_field)
    because = _rule(_field)
    ideal = _rule(_field)
    rejected = _rule(_field)
    use = _rule(_field)
    weight = _rule(_field)
    size = _rule(_field)
    seed = _rule(_field)
    attempts = _rule(_field)
    stages = _rule(_field)
    export = _rule(_field)
    grouped = _rule(_field)
    inputs = _rule(_field)

    # -------------------------------------------------------------------------------------------- categories

    @_rule
    def category(self, span: Span, children: list[Child]) -> tree.Category:
        items = [c for c in children if not isinstance(c, (Token, Word))]
        code = items[0] if items and isinstance(items[0], tree.Field) and items[0].keyword == "code" else None
        body = tuple(items[1:] if code else items)
        return tree.Category(_of(children, Word)[0], self._title(children), code, body, span)

    def _clause(self, span: Span, children: list[Child]) -> tree.Clause:
        items = [c for c in children if not isinstance(c, (Token, Word))]
        code = items[0] if items and isinstance(items[0], tree.Field) and items[0].keyword == "code" else None
        body = tuple(items[1:] if code else items)
        name, title = _of(children, Word)[0], self._title(children)
        return tree.Clause(name, title, code, self._has(children, "LOCKED"), body, span)

    clause = _rule(_clause)
    short_clause = _rule(_clause)

    @_rule
    def group(self, span: Span, children: list[Child]) -> tree.Group:
        effect, *items = [c for c in children if not isinstance(c, Token)]
        on = items.pop(0) if items and isinstance(items[0], tree.On) else None
        effect = tree.Effect(effect.kind, effect.level, on, effect.span)
        return tree.Group(effect, self._title(children), self._has(children, "LOCKED"), tuple(items), span)

    def _effect_of(self, span: Span, children: list[Child]) -> tree.Effect:
        return tree.Effect(str(children[0]), _one(children, Word), None, span)

    forbid = _rule(_effect_of)
    permit = _rule(_effect_of)
    require = _rule(_effect_of)

    @_rule
    def effect(self, span: Span, children: list[Child]) -> tree.Effect:
        return tree.Effect(children[0].kind, children[0].level, _one(children, tree.On), span)

    @_rule
    def on(self, span: Span, children: list[Child]) -> tree.On:
        return tree.On(tuple(_of(children, Word)), span)

    @_rule
    def when(self, span: Span, children: list[Child]) -> tree.When:
        return tree.When(children[1], span)

    @_rule
    def unless(self, span: Span, children: list[Child]) -> tree.Unless:
        return tree.Unless(children[1], span)

    @_rule
    def respond(self, span: Span, children: list[Child]) -> tree.Respond:
        texts = self._texts(children)
        return tree.Respond(_of(children, Word)[0], texts[0] if texts else None, span)

    # -------------------------------------------------------------------------------------------- exemplars

    @_rule
    def exemplar(self, span: Span, children: list[Child]) -> tree.Exemplar:
        items = tuple(c for c in children if not isinstance(c, (Token, Word)))
        return tree.Exemplar(self._word(children[0]), _one(children, Word), items, span)

    @_rule
    def line_exemplar(self, span: Span, children: list[Child]) -> tree.Exemplar:
        turn = tree.Turn("user", self._text(children[1]), span)
        return tree.Exemplar(self._word(children[0]), None, (turn,), span)

    @_rule
    def bare_exemplar(self, span: Span, children: list[Child]) -> tree.Exemplar:
        return tree.Exemplar(None, None, (tree.Turn(str(children[0]), self._text(children[1]), span),), span)

    @_rule
    def turn(self, span: Span, children: list[Child]) -> tree.Turn:
        return tree.Turn(str(children[0]), self._text(children[1]), span)

    @_rule
    def image(self, span: Span, children: list[Child]) -> tree.Image:
        path, *caption = self._texts(children)
        return tree.Image(path, caption[0] if caption else None, span)

    @_rule
    def facets(self, span: Span, children: list[Child]) -> tree.Settings:
        return tree.Settings(tuple(_of(children, tree.Setting)), span)

    @_rule
    def setting(self, span: Span, children: list[Child]) -> tree.Setting:
        subject, value = _of(children, Word)
        return tree.Setting(subject, value, span)

    # -------------------------------------------------------------------------------------------- conditions

    def _combined(self, operator: str, span: Span, children: list[Child]) -> tree.Condition:
        items = [child for child in children if not isinstance(child, Token)]
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]  # the grammar: a condition
        return tree.Combined(operator, tuple(items), span, 1 + max(item.depth for item in items))

    @_rule
    def any_of(self, span: Span, children: list[Child]) -> tree.Condition:
        return self._combined("or", span, children)

    @_rule
    def all_of(self, span: Span, children: list[Child]) -> tree.Condition:
        return self._combined("and", span, children)

    @_rule
    def negated(self, span: Span, children: list[Child]) -> tree.Condition:
        return tree.Negated(children[1], span, children[1].depth + 1)

    def negation(self, children: list[Child]) -> tree.Condition:
        return children[1]  # type: ignore[no-any-return]  # "(" condition ")"

    score_test = negation

    @_rule
    def compare(self, span: Span, children: list[Child]) -> tree.Compare:
        subject, operator, value = children
        return tree.Compare(subject, str(operator), value, span)

    @_rule
    def name_set(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("in", tuple(_of(children, Word)), span)

    @_rule
    def member(self, span: Span, children: list[Child]) -> tree.Member:
        return tree.Member(children[0], children[-1].words, False, span)

    @_rule
    def not_member(self, span: Span, children: list[Child]) -> tree.Member:
        return tree.Member(children[0], children[-1].words, True, span)

    @_rule
    def holds(self, span: Span, children: list[Child]) -> tree.Holds:
        return tree.Holds(children[0], span)

    def _counted(self, operator: str, span: Span, children: list[Child]) -> tree.Combined:
        items = tuple(child for child in children if not isinstance(child, Token))
        return tree.Combined(operator, items, span, 1 + max(item.depth for item in items), _count(children[1]))

    @_rule
    def at_least(self, span: Span, children: list[Child]) -> tree.Combined:
        return self._counted("at least", span, children)

    @_rule
    def at_most(self, span: Span, children: list[Child]) -> tree.Combined:
        return self._counted("at most", span, children)

    # -------------------------------------------------------------------------------------------- ambiguity, rubrics

    @_rule
    def ambiguity(self, span: Span, children: list[Child]) -> tree.Ambiguity:
        return tree.Ambiguity(tuple(_of(children, tree.AmbiguityRule)), span)

    @_rule
    def floor_rule(self, span: Span, children: list[Child]) -> tree.AmbiguityRule:
        return tree.AmbiguityRule("at_least", _one(children, Word), _one(children, tree.When), span)

    @_rule
    def action_rule(self, span: Span, children: list[Child]) -> tree.AmbiguityRule:
        return tree.AmbiguityRule(str(children[0]), None, _one(children, tree.When), span)

    @_rule
    def rubric(self, span: Span, children: list[Child]) -> tree.Rubric:
        items = tuple(c for c in children if not isinstance(c, (Token, Word)))
        return tree.Rubric(_of(children, Word)[0], self._title(children), items, span)

    @_rule
    def scale(self, span: Span, children: list[Child]) -> tree.Scale:
        low, high = self._words(children)
        return tree.Scale(low, high, span)

    @_rule
    def criterion(self, span: Span, children: list[Child]) -> tree.Criterion:
        weight = _one(children, tree.Field)
        return tree.Criterion(
            name=_of(children, Word)[0],
            title=self._title(children),
            weight=weight.words[0] if weight else None,
            when=_one(children, tree.When),
            items=tuple(_of(children, tree.Prose, tree.Anchor)),
            span=span,
        )

    @_rule
    def anchor(self, span: Span, children: list[Child]) -> tree.Anchor:
        score, text = self._words(children)
        return tree.Anchor(score, text, span)

    @_rule
    def accept(self, span: Span, children: list[Child]) -> tree.Accept:
        return tree.Accept(children[-1], span)

    @_rule
    def score_compare(self, span: Span, children: list[Child]) -> tree.ScoreCompare:
        subject, operator, number = children
        return tree.ScoreCompare(subject, str(operator), self._word(number), span)

    def _scores(self, operator: str, span: Span, children: list[Child]) -> tree.ScoreCondition:
        items: list[tree.ScoreCondition] = [child for child in children if not isinstance(child, Token)]
        if len(items) == 1:
            return items[0]
        return tree.ScoreCombined(operator, tuple(items), span, 1 + max(item.depth for item in items))

    @_rule
    def any_score(self, span: Span, children: list[Child]) -> tree.ScoreCondition:
        return self._scores("or", span, children)

    @_rule
    def all_scores(self, span: Span, children: list[Child]) -> tree.ScoreCondition:
        return self._scores("and", span, children)

    # -------------------------------------------------------------------------------------------- plans, templates

    @_rule
    def plan(self, span: Span, children: list[Child]) -> tree.Plan:
        items = tuple(c for c in children if not isinstance(c, (Token, Word)))
        return tree.Plan(_of(children, Word)[0], self._title(children), items, span)

    @_rule
    def share(self, span: Span, children: list[Child]) -> tree.Share:
        percent = next((self._word(c) for c in children if isinstance(c, Token) and c.type == "PERCENT"), None)
        return tree.Share(_of(children, Word)[0], percent, span)

    def _shares(self, span: Span, children: list[Child]) -> tree.Shares:
        grouped = _one(children, tree.Field)
        subject = _one(children, Word)
        shares = tuple(_of(children, tree.Share))
        return tree.Shares(str(children[0]), subject, shares, grouped.words[0] if grouped else None, span)

    plan_factor = _rule(_shares)
    quota = _rule(_shares)
    split = _rule(_shares)

    @_rule
    def exclude(self, span: Span, children: list[Child]) -> tree.Exclude:
        return tree.Exclude(children[1], span)

    @_rule
    def cover_ways(self, span: Span, children: list[Child]) -> tree.Cover:
        return tree.Cover(_count(str(children[1]).removesuffix("-way")), tuple(_of(children, Word)), span)

    @_rule
    def cover_boundaries(self, span: Span, children: list[Child]) -> tree.Cover:
        return tree.Cover(0, (), span)

    @_rule
    def minimum(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("minimum", tuple(self._words(children)), span)

    @_rule
    def accept_by(self, span: Span, children: list[Child]) -> tree.Field:
        return tree.Field("accept by", tuple(_of(children, Word)), span)

    @_rule
    def template(self, span: Span, children: list[Child]) -> tree.Template:
        name, stage = _of(children, Word)
        return tree.Template(name, stage, tuple(_of(children, tree.Field, tree.Prose)), span)
