"""The engine that solves programmes with HiGHS, a mixed-integer solver (Q. Huangfu, J. A. J. Hall, 2018; MIT licence).

One thread, one seed, and limits on nodes but never on time: the same programme has the same answer on every machine
with the same version of HiGHS.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from .programme import Counts, Programme, Undecided

INFINITE = float(highspy.kHighsInf)
TOLERANCE = 1e-6


@dataclass
class _Model:
    """Columns with cost and bounds, rows with bounds, sparse coefficients row by row."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def column(self, cost: float = 0.0, upper: float = INFINITE, *, whole: bool = False) -> int:
        self.cost.append(cost)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, high: float, terms: Iterable[tuple[int, float]]) -> None:
        for column, value in terms:
            self.columns.append(column)
            self.values.append(value)
        self.starts.append(len(self.columns))
        self.row_lower.append(low)
        self.row_upper.append(high)


class Highs:
    """Solves programmes exactly, or proves that they have no solution, within `nodes` nodes of search."""

    def __init__(self, nodes: int = 2_000) -> None:
        self.nodes = nodes

    def impossible(self, programme: Programme) -> bool:
        """By the linear relaxation: what parts of rows cannot meet, whole rows cannot."""
        return self._run(_with_demands(programme)[0], relaxed=True) is None

    def solve(self, programme: Programme) -> Counts | None:
        model, pair_columns = _with_demands(programme)
        if self._run(model, relaxed=True) is None:
            return None
        values = self._run(model)
        if values is None:
            return None
        solution = [round(value) for value in values]
        return Counts(
            cells=tuple(solution[: programme.cells]),
            pairs=tuple(tuple(solution[column] for column in columns) for columns in pair_columns),
        )

    def shortfalls(self, programme: Programme) -> tuple[int, ...] | None:
        model, _ = _build(programme)
        slacks = []
        for demand in programme.demands:
            missing, extra = model.column(1.0), model.column(1.0)
            terms = [*((cell, 1.0) for cell in demand.cells), (missing, 1.0), (extra, -1.0)]
            model.row(demand.low, _bound(demand.high), terms)
            slacks.append((missing, extra))
        values = self._run(model, relaxed=True)
        if values is None:
            return None
        return tuple(math.ceil(values[missing] + values[extra] - TOLERANCE) for missing, extra in slacks)

    def _run(self, model: _Model, *, relaxed: bool = False) -> Sequence[float] | None:
        """The values of the columns; None when there are none."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 0),
            ("mip_max_nodes", self.nodes),
        ):
            highs.setOptionValue(option, value)
        highs.passModel(_as_lp(model, relaxed=relaxed))
        highs.run()
        status = highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise Undecided
        return [float(value) for value in highs.getSolution().col_value]


def _with_demands(programme: Programme) -> tuple[_Model, list[list[int]]]:
    model, pair_columns = _build(programme)
    for demand in programme.demands:
        model.row(demand.low, _bound(demand.high), ((cell, 1.0) for cell in demand.cells))
    return model, pair_columns


def _build(programme: Programme) -> tuple[_Model, list[list[int]]]:
    """The model without its demands, and the columns of each group of pairs. Column `i` counts the rows of cell `i`."""
    model = _Model()
    for _ in range(programme.cells):
        model.column(upper=programme.size, whole=True)
    model.row(programme.size, programme.size, ((cell, 1.0) for cell in range(programme.cells)))
    pair_columns = []
    standing: dict[int, list[tuple[int, float]]] = {}
    for group in programme.pairs:
        columns = [model.column(upper=group.count, whole=True) for _ in group.placements]
        model.row(group.count, group.count, ((column, 1.0) for column in columns))
        for column, placement in zip(columns, group.placements, strict=True):
            for cell in dict.fromkeys(placement):
                standing.setdefault(cell, []).append((column, float(placement.count(cell))))
        pair_columns.append(columns)
    for cell, terms in standing.items():  # every row of a pair is a row of its cell
        model.row(0.0, INFINITE, [(cell, 1.0), *((column, -rows) for column, rows in terms)])
    return model, pair_columns


def _bound(high: int | None) -> float:
    return INFINITE if high is None else float(high)


def _as_lp(model: _Model, *, relaxed: bool) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_ = len(model.cost)
    lp.num_row_ = len(model.row_lower)
    lp.col_cost_ = np.array(model.cost, dtype=np.float64)
    lp.col_lower_ = np.array(model.lower, dtype=np.float64)
    lp.col_upper_ = np.array(model.upper, dtype=np.float64)
    lp.row_lower_ = np.array(model.row_lower, dtype=np.float64)
    lp.row_upper_ = np.array(model.row_upper, dtype=np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(model.starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(model.columns, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(model.values, dtype=np.float64)
    kinds = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    if not relaxed:
        lp.integrality_ = [kinds[0] if whole else kinds[1] for whole in model.whole]
    return lp
