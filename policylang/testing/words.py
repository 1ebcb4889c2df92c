"""Names and texts."""

from __future__ import annotations

from hypothesis import strategies as st


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RESERVED = frozenset(
    _words(
        """policy import as levels surface term also facet factor ask default category maps code clause locked forbid
        permit require on when unless respond overrides violates complies borderline system user assistant tool image
        facets because ideal rejected use and or not in of at least most ambiguity lower raise escalate rubric scale
        criterion weight accept plan size seed attempts exclude cover boundaries quota per stages by split grouped
        export template for inputs label level mean min yes no"""
    )
)
"""Words that mean something in some place. Most can be names where only a name can stand; here they never are."""

_NAMES = _words(
    """intent harm privacy weapons fraud minors health target source advice crowd medium_risk scale_up rumour letter
    picture voice region season gentle firm open closed first second third alpha beta gamma H1 HBI2 größe política
    правило 規則 x y z _under a1 Ünlü ΔT intents Intent harms none_of_it texts ident not_it or_else policyholder"""
)
_SENTENCES = (
    "What does the person want?",
    "No detail that someone could act on.",
    'She said "no", twice.',
    "A back\\slash, a {brace} and a # hash.",
    "Two\nlines",
    "First paragraph.\n\n  Indented, after an empty line.\n\nLast.",
    "Größe, ‘Anführung’, 規則, ไทย, 👩‍🚒",
    'Ends in a quote"',
    '"""',
    "Many words, so that it has to go on lines of its own: what counts is what is asked for and how usable it is.",
)
_CHARACTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cs"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    include_characters="\n\t",
)


def names() -> st.SearchStrategy[str]:
    """Names that can stand anywhere: in several scripts, never a word of the grammar."""
    return st.sampled_from(_NAMES)


def texts() -> st.SearchStrategy[str]:
    """What can stand in "quotes": any text without control characters; never empty."""
    return st.sampled_from(_SENTENCES) | st.text(_CHARACTERS, min_size=1, max_size=30)


def prose() -> st.SearchStrategy[str]:
    '''What can stand in """three quotes""": a text that neither begins nor ends in white space; never empty.'''
    return texts().map(str.strip).filter(bool)


def optional(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """That, or the empty text."""
    return st.just("") | strategy


class Names:
    """The names that one policy has given away already: its facets, categories, plans and rubrics never share one."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def new(self, draw: st.DrawFn) -> str:
        name = draw(st.sampled_from([name for name in _NAMES if name not in self.taken]))
        self.taken.add(name)
        return name
