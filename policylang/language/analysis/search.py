"""Large spaces, searched: conditions become formulas for z3, a Boolean a value, exactly one of a variable's true.

The first case in order is found by asking, variable by variable, for the lowest value that leaves something possible,
so that the witness depends on the question only, never on the version of the solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..meaning.expr import And, AtLeast, Expr, Not, Or, Test, variables
from .engines import Space, UndecidedError

LIMIT = 200_000_000
"""z3's own measure of work (`rlimit`), which does not depend on the machine: some tens of seconds for one question."""

Formula = Any  # z3 has no types


class Search:
    """Implements `Engine`."""

    def __init__(self, space: Space, limit: int = LIMIT) -> None:
        import z3  # type: ignore[import-untyped]

        self.space = space
        self._z3 = z3
        self._context = z3.Context()
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("rlimit", limit)
        self._values: dict[str, dict[str, Formula]] = {}
        for number, (name, values) in enumerate(space):
            bits = {value: z3.Bool(f"{number}={at}", self._context) for at, value in enumerate(values)}
            self._values[name] = bits
            self._solver.add(z3.Or(*bits.values()), z3.AtMost(*bits.values(), 1))
        self._known: dict[int, tuple[Expr, Formula]] = {}  # by identity; the condition is kept so that it stays unique
        self._constants = {truth: z3.BoolVal(truth, self._context) for truth in (True, False)}

    def first(self, expr: Expr) -> dict[str, str] | None:
        if not self.possible(expr):
            return None
        mentioned = set(variables(expr))
        self._solver.push()
        try:
            self._solver.add(self._formula(expr, {}, self._known))
            case = {}
            for name, values in self.space:
                # Every value does for what is not mentioned.
                case[name] = self._lowest(name, values) if name in mentioned else values[0]
            return case
        finally:
            self._solver.pop()

    def possible(self, expr: Expr) -> bool:
        return self._check(self._formula(expr, {}, self._known))

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        def under(value: str) -> list[Formula]:
            known: dict[int, tuple[Expr, Formula]] = {}
            return [self._formula(expr, {variable: value}, known) for expr in exprs]

        versions = [under(value) for value in self._values[variable]]
        changes = [
            self._z3.Xor(one, other)
            for before, after in pairwise(versions)
            for one, other in zip(before, after, strict=True)
            if not one.eq(other)
        ]
        return bool(changes) and self._check(self._z3.Or(*changes))

    def _lowest(self, name: str, values: Sequence[str]) -> str:
        for value in values[:-1]:
            if self._check(self._values[name][value]):
                self._solver.add(self._values[name][value])
                return value
        self._solver.add(self._values[name][values[-1]])
        return values[-1]

    def _check(self, formula: Formula) -> bool:
        if formula.eq(self._constants[True]) or formula.eq(self._constants[False]):
            return bool(formula.eq(self._constants[True]))
        self._solver.push()
        try:
            self._solver.add(formula)
            answer = self._solver.check()
        finally:
            self._solver.pop()
        if answer == self._z3.unknown:
            raise UndecidedError(self._solver.reason_unknown())
        return bool(answer == self._z3.sat)

    def _formula(self, expr: Expr, fixed: Mapping[str, str], known: dict[int, tuple[Expr, Formula]]) -> Formula:
        """The formula of a condition in which some variables have a value already; `known` belongs to that `fixed`."""
        found = known.get(id(expr))
        if found is None:
            found = known[id(expr)] = (expr, self._make(expr, fixed, known))
        return found[1]

    def _make(self, expr: Expr, fixed: Mapping[str, str], known: dict[int, tuple[Expr, Formula]]) -> Formula:
        z3, true, false = self._z3, self._constants[True], self._constants[False]
        if isinstance(expr, Test):
            bits = self._values[expr.variable]
            if expr.variable in fixed:
                return true if fixed[expr.variable] in expr.values else false
            wanted = [bits[value] for value in bits if value in expr.values]
            if len(wanted) == len(bits):
                return true
            return (wanted[0] if len(wanted) == 1 else z3.Or(*wanted)) if wanted else false
        if isinstance(expr, Not):
            inner = self._formula(expr.item, fixed, known)
            if inner.eq(true) or inner.eq(false):
                return false if inner.eq(true) else true
            return z3.Not(inner)
        items = [self._formula(item, fixed, known) for item in expr.items]
        needed = {And: len(items), Or: 1}.get(type(expr), expr.count if isinstance(expr, AtLeast) else 0)
        needed -= sum(item.eq(true) for item in items)
        open_ = [item for item in items if not item.eq(true) and not item.eq(false)]
        if needed <= 0:
            return true
        if needed > len(open_):
            return false
        if len(open_) == 1:
            return open_[0]
        if needed == len(open_):
            return z3.And(*open_)
        return z3.Or(*open_) if needed == 1 else z3.AtLeast(*open_, needed)
