"""Decision diagrams: sets of cases that can be counted, compared and sampled where listing them is out of the question.

A diagram is a set of complete cases over finite variables, as a directed graph: an inner node asks for one variable
and has a child for each of its values, the two leaves are NONE and ALL. Variables are asked in one fixed order and
equal nodes are one node, so that equal sets are equal numbers (R. E. Bryant, "Graph-based algorithms for Boolean
function manipulation", IEEE Trans. Computers, 1986; for variables with more than two values: A. Srinivasan, T. Kam,
S. Malik, R. K. Brayton, "Algorithms for discrete function manipulation", ICCAD 1990). A variable that makes no
difference is not asked at all.

No algorithm here recurses over nodes: children always have smaller numbers than their parents, so that one sweep over
the numbers does, and a thousand variables are no danger to the stack.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NewType

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test

Diagram = NewType("Diagram", int)

NONE = Diagram(0)
"""The empty set of cases."""

ALL = Diagram(1)
"""The set of all cases."""


class DiagramSizeError(Exception):
    """The conditions are too entangled for the order of the variables: more nodes than the limit would be needed."""


class Diagrams:
    """The diagrams over some variables; a diagram means something only to the `Diagrams` that made it.

    `variables` are names with their values, in the order in which diagrams ask for them and in which cases are
    compared. The order decides how large diagrams get (`ordering.near_each_other` finds a good one); beyond `limit`
    steps a method that makes diagrams raises DiagramSizeError rather than eat all memory.
    """

    def __init__(self, variables: Sequence[tuple[str, Sequence[str]]], limit: int = 1_000_000) -> None:
        self.limit = limit
        self.variables = tuple((name, tuple(values)) for name, values in variables)
        self._place = {name: place for place, (name, _) in enumerate(self.variables)}
        if len(self._place) != len(self.variables):
            raise ValueError("two variables have one name")
        if any(not values for _, values in self.variables):
            raise ValueError("a variable without values has no case")
        self._bottom = len(self.variables)
        self._cases_below = [1] * (self._bottom + 1)  # how many cases the variables from a place on have
        for place in reversed(range(self._bottom)):
            self._cases_below[place] = self._cases_below[place + 1] * len(self.variables[place][1])
        self._levels: list[int] = [self._bottom, self._bottom]
        self._children: list[tuple[Diagram, ...]] = [(), ()]
        self._counts: list[int] = [0, 1]
        self._known: dict[tuple[int, tuple[Diagram, ...]], Diagram] = {}
        self._chosen: dict[tuple[Diagram, Diagram, Diagram], Diagram] = {}
        self._joined: dict[tuple[Diagram, int], Diagram] = {}

    def __len__(self) -> int:
        """How many nodes there are in all diagrams made so far, leaves included."""
        return len(self._levels)

    # ------------------------------------------------------------ making diagrams

    def build(self, expr: Expr) -> Diagram:
        """The cases in which a condition holds. Raises KeyError for a variable that is not one of these."""
        match expr:
            case Test(variable=variable, values=values):
                place = self._place[variable]
                return self._node(place, tuple(ALL if v in values else NONE for v in self.variables[place][1]))
            case And(items=items):
                return self.all_of(*(self.build(item) for item in items))
            case Or(items=items):
                return self.any_of(*(self.build(item) for item in items))
            case Not(item=item):
                return self.negate(self.build(item))
            case AtLeast(count=count, items=items):
                return self.at_least(count, *(self.build(item) for item in items))

    def all_of(self, *diagrams: Diagram) -> Diagram:
        """The cases that are in every one of `diagrams`."""
        result = ALL
        for diagram in diagrams:
            result = self._choose(result, diagram, NONE)
        return result

    def any_of(self, *diagrams: Diagram) -> Diagram:
        """The cases that are in at least one of `diagrams`."""
        result = NONE
        for diagram in diagrams:
            result = self._choose(result, ALL, diagram)
        return result

    def negate(self, diagram: Diagram) -> Diagram:
        """The cases that are not in `diagram`."""
        return self._choose(diagram, NONE, ALL)

    def minus(self, diagram: Diagram, other: Diagram) -> Diagram:
        """The cases of `diagram` that are not in `other`."""
        return self._choose(other, NONE, diagram)

    def at_least(self, count: int, *diagrams: Diagram) -> Diagram:
        """The cases that are in `count` or more of `diagrams`.

        By dynamic programming over how many are still needed: count * len(diagrams) steps, where writing out the
        combinations would take binomially many.
        """
        needed = [ALL] + [NONE] * max(count, 0)  # needed[k]: k more are needed from the diagrams seen so far
        for diagram in reversed(diagrams):
            needed = [ALL] + [self._choose(diagram, needed[k - 1], needed[k]) for k in range(1, len(needed))]
        return needed[-1]

    def cube(self, partial_case: Mapping[str, str]) -> Diagram:
        """The cases that agree with `partial_case`. Raises KeyError for an unknown variable or value."""
        result = ALL
        for place in sorted((self._place[name] for name in partial_case), reverse=True):
            name, values = self.variables[place]
            wanted = partial_case[name]
            if wanted not in values:
                raise KeyError(wanted)
            result = self._node(place, tuple(result if value == wanted else NONE for value in values))
        return result

    def restrict(self, diagram: Diagram, partial_case: Mapping[str, str]) -> Diagram:
        """The cases that are in `diagram` once they are changed to agree with `partial_case`.

        The variables of `partial_case` make no difference to the result. Raises KeyError as `cube` does.
        """
        fixed: dict[int, int] = {}
        for name, value in partial_case.items():
            place = self._place[name]
            if value not in self.variables[place][1]:
                raise KeyError(value)
            fixed[place] = self.variables[place][1].index(value)

        def rebuild(place: int, children: tuple[Diagram, ...]) -> Diagram:
            return children[fixed[place]] if place in fixed else self._node(place, children)

        return self._rewrite(diagram, rebuild)

    def free(self, diagram: Diagram, variable: str) -> Diagram:
        """The cases that are in `diagram` once `variable` is changed to some value or left as it is."""
        place = self._place[variable]
        if (found := self._joined.get((diagram, place))) is None:

            def rebuild(at: int, children: tuple[Diagram, ...]) -> Diagram:
                return self.any_of(*children) if at == place else self._node(at, children)

            found = self._joined[diagram, place] = self._rewrite(diagram, rebuild)
        return found

    # ------------------------------------------------------------ asking diagrams

    def count(self, diagram: Diagram) -> int:
        """How many complete cases there are in `diagram`, exactly."""
        self._count_up_to(diagram)
        return self._counts[diagram] * self._cases_below[0] // self._cases_below[self._levels[diagram]]

    def contains(self, diagram: Diagram, case: Mapping[str, str]) -> bool:
        """Is the complete `case` in `diagram`?"""
        while diagram not in (NONE, ALL):
            name, values = self.variables[self._levels[diagram]]
            diagram = self._children[diagram][values.index(case[name])]
        return diagram == ALL

    def first(self, diagram: Diagram) -> dict[str, str] | None:
        """The first case of `diagram` in lexicographic order of the declared values; None when it is empty."""
        return None if diagram == NONE else self.nth(diagram, 0)

    def nth(self, diagram: Diagram, index: int) -> dict[str, str]:
        """The case number `index` of `diagram`, from 0, in lexicographic order. Raises IndexError beyond the last."""
        if not 0 <= index < self.count(diagram):
            raise IndexError(index)
        case: dict[str, str] = {}
        for place, (name, values) in enumerate(self.variables):
            if self._levels[diagram] > place:  # not asked: every value has as many cases as every other
                within = self._weight(diagram, place + 1)
                case[name] = values[index // within]
                index %= within
                continue
            for value, child in zip(values, self._children[diagram], strict=True):
                weight = self._weight(child, place + 1)
                if index < weight:
                    case[name], diagram = value, child
                    break
                index -= weight
        return case

    def sample(self, diagram: Diagram, rng: random.Random) -> dict[str, str]:
        """A case of `diagram`, each with the same probability. Raises IndexError when it is empty."""
        total = self.count(diagram)
        return self.nth(diagram, rng.randrange(total) if total else 0)

    def iterate(self, diagram: Diagram) -> Iterator[dict[str, str]]:
        """Every case of `diagram`, in lexicographic order of the declared values."""
        return (self.nth(diagram, index) for index in range(self.count(diagram)))

    def mentions(self, diagram: Diagram) -> tuple[str, ...]:
        """The variables that make a difference to being in `diagram`, in order."""
        places = {self._levels[node] for node in self._nodes_of(diagram)}
        return tuple(name for place, (name, _) in enumerate(self.variables) if place in places)

    # ------------------------------------------------------------ how it is done

    def _node(self, place: int, children: tuple[Diagram, ...]) -> Diagram:
        """The one node that asks for the variable at `place`; the child itself where all children are equal."""
        if all(child == children[0] for child in children):
            return children[0]
        node = self._known.get((place, children))
        if node is None:
            node = self._known[place, children] = Diagram(len(self._levels))
            self._levels.append(place)
            self._children.append(children)
        return node

    def _choose(self, question: Diagram, then: Diagram, otherwise: Diagram) -> Diagram:
        """The cases that are in `then` where they are in `question`, and in `otherwise` where they are not.

        Every combination of diagrams is this one operation (Brace, Rudell & Bryant, DAC 1990), with a stack of its own.
        """
        goal = (question, then, otherwise)
        if (known := self._chosen_of(goal)) is not None:
            return known
        stack = [goal]
        while stack:
            triple = stack[-1]
            place = min(self._levels[node] for node in triple)
            parts = [
                (self._part(triple[0], place, i), self._part(triple[1], place, i), self._part(triple[2], place, i))
                for i in range(len(self.variables[place][1]))
            ]
            found = [self._chosen_of(part) for part in parts]
            children = tuple(node for node in found if node is not None)
            if len(children) == len(parts):
                self._chosen[triple] = self._node(place, children)
                stack.pop()
                if len(self._chosen) > self.limit:
                    raise DiagramSizeError(f"more than {self.limit} steps")
            else:
                stack.extend(part for part, node in zip(parts, found, strict=True) if node is None)
        return self._chosen[goal]

    def _part(self, diagram: Diagram, place: int, index: int) -> Diagram:
        """What is left of a diagram, which asks for nothing before `place`, under that variable's value `index`."""
        return self._children[diagram][index] if self._levels[diagram] == place else diagram

    def _chosen_of(self, triple: tuple[Diagram, Diagram, Diagram]) -> Diagram | None:
        question, then, otherwise = triple
        if question == ALL or then == otherwise:
            return then
        if question == NONE:
            return otherwise
        if then == ALL and otherwise == NONE:
            return question
        return self._chosen.get(triple)

    def _rewrite(self, diagram: Diagram, rebuild: Callable[[int, tuple[Diagram, ...]], Diagram]) -> Diagram:
        """`diagram` with every node replaced, from the leaves up, by what `rebuild` makes of place and children."""
        done = {NONE: NONE, ALL: ALL}
        for node in self._nodes_of(diagram):
            done[node] = rebuild(self._levels[node], tuple(done[child] for child in self._children[node]))
        return done[diagram]

    def _nodes_of(self, diagram: Diagram) -> list[Diagram]:
        """The inner nodes of a diagram, children before parents."""
        seen = {NONE, ALL}
        stack = [diagram]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(self._children[node])
        return sorted(seen - {NONE, ALL})

    def _count_up_to(self, diagram: Diagram) -> None:
        for node in range(len(self._counts), diagram + 1):
            below = self._levels[node] + 1
            self._counts.append(sum(self._weight(child, below) for child in self._children[node]))

    def _weight(self, diagram: Diagram, place: int) -> int:
        """How many cases over the variables from `place` on are in `diagram`, which asks for none before `place`."""
        return self._counts[diagram] * self._cases_below[place] // self._cases_below[self._levels[diagram]]
