"""Briefs: the exemplar that is missing, as a case that an author only has to put into words.

A brief is found, not guessed: its case lies in the set of cases that is wanted, and its label is right there. Where an
exemplar that exists differs from such a case in one variable, the brief is that neighbour, so that the new exemplar
also shows where the line runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..logic.diagram import NONE, Diagram
from ..meaning.expr import Node
from ..meaning.policy import Clause, Effect, Exemplar, Label, Policy, Turn
from ..printer.spelling import quoted
from .outcomes import Outcomes, Space
from .showing import Showing
from .wording import short_name

TO_WRITE = "(Write what is said here.)"


class Brief(Node):
    """An exemplar to be written: under `clause`, with `label`, for the case `facets`.

    `neighbour` is an exemplar, or the other brief of a pair, that states the same but for `differs`. `skeleton` is the
    text to paste into the clause.
    """

    clause: str
    label: Label
    facets: dict[str, str]
    level: str
    neighbour: str | None = None
    differs: str | None = None
    skeleton: str = ""

    def exemplar(self, name: str) -> Exemplar:
        """The exemplar, with words to be written."""
        turn = Turn(role="user", text=TO_WRITE)
        return Exemplar(id=f"{self.clause}.{name}", label=self.label, turns=(turn,), facets=self.facets)


@dataclass(frozen=True)
class Slot:
    """Where an exemplar can stand: under a clause with a label, for the cases in which that label is right."""

    clause: Clause
    label: Label
    cases: Diagram


def slots(outcomes: Outcomes, preferred: Clause | None, surface: str | None = None) -> Iterator[Slot]:
    """Every slot of the category, those of the preferred clause first; on one surface, or on all of them."""
    clauses = [c for c in outcomes.clauses if c.surfaces and surface in (None, c.surfaces[0])]
    for clause in sorted(clauses, key=lambda c: preferred is None or c.id != preferred.id):  # stable
        labels = [Label.COMPLIES] if clause.effect is Effect.PERMIT else [Label.VIOLATES, Label.COMPLIES]
        for label in labels:
            yield Slot(clause, label, outcomes.wanted(clause, label))


def brief_in(outcomes: Outcomes, cases: Diagram, where: list[Slot], shown: tuple[Showing, ...]) -> tuple[Brief, ...]:
    """One brief for a case of `cases`, in the first of the slots that can have one; none where no slot can."""
    d = outcomes.space.diagrams
    for slot in where:
        wanted = d.all_of(cases, slot.cases)
        if wanted == NONE:
            continue
        for near in sorted(shown, key=lambda one: one.clause.id != slot.clause.id):  # stable: source order
            found = _step_into(outcomes, wanted, near, slot)
            if found is not None:
                return (found,)
        return (brief(outcomes, slot, outcomes.space.plain(wanted)),)
    return ()


def _step_into(outcomes: Outcomes, wanted: Diagram, near: Showing, slot: Slot) -> Brief | None:
    """The brief that one change of an exemplar gives, if that leads into the wanted cases."""
    d = outcomes.space.diagrams
    if not near.complete or near.surface != slot.clause.surfaces[0] or d.contains(wanted, near.stated):
        return None
    for name, values in outcomes.space.values.items():
        for value in values:
            case = {**near.stated, name: value}
            if value != near.stated[name] and d.contains(wanted, case):
                return brief(outcomes, slot, case, near.id, name)
    return None


def brief(
    outcomes: Outcomes, slot: Slot, case: Mapping[str, str], neighbour: str | None = None, differs: str | None = None
) -> Brief:
    """The brief of a complete case. It states all but the questions of other clauses where nothing is wrong."""
    space, surface = outcomes.space, slot.clause.surfaces[0]
    facets = {n: v for n, v in space.ordered(case).items() if space.presumed.get(n) != v or n == slot.clause.id}
    level = next(
        level for level in outcomes.policy.levels if space.diagrams.contains(outcomes.at_level(level, surface), case)
    )
    return Brief(
        clause=slot.clause.id,
        label=slot.label,
        facets=facets,
        level=level,
        neighbour=neighbour,
        differs=differs,
        skeleton=_skeleton(outcomes.policy, space, slot, facets, neighbour, differs),
    )


def _skeleton(
    policy: Policy, space: Space, slot: Slot, facets: dict[str, str], neighbour: str | None, differs: str | None
) -> str:
    said = ", ".join(f"{short_name(policy, n, space.category)} = {v}" for n, v in facets.items())
    lines = [f"{slot.label} {{", f"  user {quoted(TO_WRITE)}"]
    lines += [f"  facets {{ {said} }}"] if said else []
    if neighbour is not None and differs is not None:
        short = short_name(policy, differs, space.category)
        why = f"As {neighbour.removeprefix(f'{space.category}.')}, but for {short}."
        lines.append(f"  because {quoted(why)}")
    return "\n".join([*lines, "}"])
