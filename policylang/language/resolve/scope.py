"""What is known while a policy is being resolved: its names, its report, and where everything stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..diagnostics import Related, Report
from ..meaning.policy import Facet, Rubric, Surface, Term
from ..source import Span
from ..syntax import tree
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
    """The names of one policy. `spans` gives the place of a thing by its key: `clause:ID`, `clause:ID.text`, ...

    `doubtful` are names that a mistake elsewhere, which has been reported, leaves without a sound meaning (a name that
    ends in a dot: all that begin with it; the empty one: all). What is said of them is not reported again.
    """

    report: Report
    levels: tuple[str, ...] = ()
    surfaces: dict[str, Surface] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    facets: dict[str, Facet] = field(default_factory=dict)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    categories: dict[str, Span] = field(default_factory=dict)
    clauses: dict[str, ClauseName] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    _clause_ends: dict[str, list[ClauseName]] = field(default_factory=dict)

    def place(self, key: str, word: Word | None) -> str:
        """The text of a word (empty for none), whose place is noted under `key`."""
        if word is None:
            return ""
        self.spans[key] = word.span
        return word.text

    def prose(self, key: str, items: Iterable[object]) -> str:
        """The prose among the items of a block, paragraph by paragraph; its place is noted under `key.text`."""
        found = [item for item in items if isinstance(item, tree.Prose)]
        if found:
            self.spans[f"{key}.text"] = found[0].span.to(found[-1].span)
        return "\n\n".join(item.text.text for item in found)

    def once(self, what: str, span: Span, seen: dict[str, Span]) -> None:
        """Report what is said a second time in one block, where only the last would count."""
        if what in seen:
            self.report.add(
                "POL0315", f"`{what}` is said twice", span, "Remove one of them.", [Related(seen[what], "here first")]
            )
        seen[what] = span

    def is_doubtful(self, name: str) -> bool:
        parts = name.split(".")
        prefixes = [".".join([*parts[:i], ""]) for i in range(1, len(parts))]
        return not self.doubtful.isdisjoint(["", name, *prefixes])

    def declare(self, key: str, word: Word, kind: str) -> bool:
        """Note where a thing is declared. False, with a report, when there is one of that name already."""
        if key in self.spans:
            self.report.add(
                "POL0202",
                f"{kind} `{word}` is declared twice",
                word.span,
                "Give one of them another name, or remove it.",
                [Related(self.spans[key], "here first")],
            )
            return False
        self.spans[key] = word.span
        return True

    def unknown(self, word: Word, kind: str, known: list[str]) -> None:
        self.report.add_unknown(f"there is no {kind} `{word}`", word.text, word.span, known)

    def no_value(self, word: Word, what: str, known: Iterable[str]) -> None:
        """Report a word that is none of the values of `what`."""
        self.report.add_unknown(f"{what} has no value `{word}`", word.text, word.span, known)

    def unknown_clause(self, word: Word, kind: str = "clause", known: Iterable[str] = ()) -> None:
        """Report a name that means no clause, or several. `known`: other names that would do."""
        several = [clause.id for clause in self._clause_ends.get(word.text, ())]
        if self.is_doubtful(word.text):
            return
        if several:
            longer = " or ".join(f"`{name}`" for name in several[:4])
            message = f"`{word}` is the name of {len(several)} clauses"
            related = [Related(self.clauses[name].span, "one of them") for name in several[:4]]
            self.report.add("POL0201", message, word.span, f"Say which: {longer}.", related)
            return
        self.unknown(word, kind, [*known, *(clause.name for clause in self.clauses.values()), *self.clauses])

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

    def declare_clause(self, clause: ClauseName) -> None:
        self.clauses[clause.id] = clause
        parts = clause.id.split(".")
        for i in range(1, len(parts)):
            self._clause_ends.setdefault(".".join(parts[i:]), []).append(clause)

    def clause(self, word: Word, category: str | None) -> ClauseName | None:
        """The clause that a name refers to: its id, its name in the same category, or an unambiguous end of its id."""
        if word.text in self.clauses:
            return self.clauses[word.text]
        if category is not None:
            near = self.clauses.get(f"{category}.{word.text}")
            if near is not None:
                return near
        ends = self._clause_ends.get(word.text, [])
        own = [clause for clause in ends if clause.category == category]
        found = own or ends
        return found[0] if len(found) == 1 else None
