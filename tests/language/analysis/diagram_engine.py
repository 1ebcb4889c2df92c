"""Decision diagrams as a third engine, to hold the other two against."""

from __future__ import annotations

from collections.abc import Sequence

from policylang.language.analysis.engines import Space
from policylang.language.logic.diagram import NONE, Diagrams
from policylang.language.meaning.expr import Expr


class DiagramEngine:
    """Implements `Engine`. The order of the variables is that of the space, so that first cases are the same."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.diagrams = Diagrams(space)

    def first(self, expr: Expr) -> dict[str, str] | None:
        return self.diagrams.first(self.diagrams.build(expr))

    def possible(self, expr: Expr) -> bool:
        return self.diagrams.build(expr) != NONE

    def depends(self, exprs: Sequence[Expr], variable: str) -> bool:
        return any(variable in self.diagrams.mentions(self.diagrams.build(expr)) for expr in exprs)
