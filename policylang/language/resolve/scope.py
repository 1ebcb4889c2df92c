"""What is known while a policy is being resolved: its names, its report, and where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..diagnostics import Related, Report
from ..diagnostics.report import did_you_mean
from ..meaning.policy import Facet, Rubric, Surface, Term
from ..source import Span
from ..syntax.tree import Word

BUILT_IN_SURFACES = (
    Surface(id="request", title="The request", text="What the user asks for, the pictures that come with it included."),
    Surface(id="response", title="The response", text="What the assistant answers."),
    Surface(id="image", title="The image", text="What a picture shows, whatever is asked about it."),
    Surface(id="conversation", title="The conversation", text="All turns together."),
)
DEFAULT_SURFACE = "request"


@dataclass(frozen=True)
class ClauseName:
    """A clause before it is resolved: enough to refer to it."""

    id: str
    category: str
    name: str
    has_atom: bool
    span: Span


@dataclass
class Scope:
    """The names of one policy. `spans` gives the place of a thing by its key: `clause:ID`, `clause:ID.text`, ..."""

    report: Report
    levels: tuple[str, ...] = ()
    surfaces: dict[str, Surface] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    facets: dict[str, Facet] = field(default_factory=dict)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    categories: dict[str, Span] = field(default_factory=dict)
    clauses: dict[str, ClauseName] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def place(self, key: str, word: Word | None) -> str:
        """The text of a word (empty for none), whose place is noted under `key`."""
        if word is None:
            return ""
        self.spans[key] = word.span
        return word.text

    def declare(self, key: str, word: Word, kind: str) -> bool:
        """Note where a thing is declared. False, with a report, when there is one of that name already."""
        if key in self.spans:
            self.report.add(
                "POL0202",
                f"there are two {kind}s called `{word}`",
                word.span,
                "Give one of them another name.",
                [Related(self.spans[key], "the other one")],
            )
            return False
        self.spans[key] = word.span
        return True

    def unknown(self, word: Word, kind: str, known: list[str]) -> None:
        self.report.add("POL0201", f"there is no {kind} `{word}`", word.span, did_you_mean(word.text, known))

    def level(self, word: Word) -> str | None:
        if word.text in self.levels:
            return word.text
        if self.levels:
            self.unknown(word, "level", list(self.levels))
        return None

    def surface_ids(self, words: tuple[Word, ...]) -> tuple[str, ...]:
        """Known surfaces in the order of declaration; unknown ones are reported."""
        for word in words:
            if word.text not in self.surfaces:
                self.unknown(word, "surface", list(self.surfaces))
        wanted = {word.text for word in words}
        return tuple(surface for surface in self.surfaces if surface in wanted)

    def clause(self, word: Word, category: str | None) -> ClauseName | None:
        """The clause that a name refers to: its id, its name in the same category, or an unambiguous end of its id."""
        if word.text in self.clauses:
            return self.clauses[word.text]
        if category is not None:
            near = self.clauses.get(f"{category}.{word.text}")
            if near is not None:
                return near
        ends = [clause for id_, clause in self.clauses.items() if id_.endswith(f".{word.text}")]
        own = [clause for clause in ends if clause.category == category]
        found = own or ends
        return found[0] if len(found) == 1 else None
