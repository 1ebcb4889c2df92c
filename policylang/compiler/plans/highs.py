"""The engine that solves programmes with HiGHS, a mixed-integer solver (Q. Huangfu, J. A. J. Hall, 2018; MIT licence).

One thread, one seed, and limits on nodes but never on time: the same programme has the same answer on every machine
with the same version of HiGHS.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import highspy
import numpy as np

from .programme import Counts, Programme, Undecided

INFINITE = float(highspy.kHighsInf)
FURTHER = 3.0
"""How much dearer every row beyond the first is than the first by which an aim is missed."""


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
    """Solves programmes exactly, within `gap` of the best way to come near the aims.

    `nodes` limits the search for counts at all, `polish` the search for better ones once some are known.
    """

    def __init__(self, nodes: int = 20_000, polish: int = 100, gap: float = 0.02) -> None:
        self.nodes = nodes
        self.polish = polish
        self.gap = gap

    def solve(self, programme: Programme) -> Counts | None:
        model, pair_columns = _build(programme)
        for demand in programme.demands:
            model.row(demand.low, _bound(demand.high), ((cell, 1.0) for cell in demand.cells))
        solution = self._run(model)
        if solution is None:
            return None
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
        solution = self._run(model)
        return None if solution is None else tuple(solution[missing] + solution[extra] for missing, extra in slacks)

    def _run(self, model: _Model) -> list[int] | None:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 0),
            ("mip_rel_gap", self.gap),
            ("mip_max_nodes", self.nodes),
            ("mip_max_stall_nodes", self.polish),
        ):
            highs.setOptionValue(option, value)
        highs.passModel(_as_lp(model))
        highs.run()
        status = highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise Undecided
        return [round(value) for value in highs.getSolution().col_value]


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
    for aim in programme.aims:
        over, far_over = model.column(aim.weight, 1.0), model.column(FURTHER * aim.weight)
        under, far_under = model.column(aim.weight, 1.0), model.column(FURTHER * aim.weight)
        terms = [(over, -1.0), (far_over, -1.0), (under, 1.0), (far_under, 1.0)]
        model.row(aim.target, aim.target, [*((cell, 1.0) for cell in aim.cells), *terms])
    return model, pair_columns


def _bound(high: int | None) -> float:
    return INFINITE if high is None else float(high)


def _as_lp(model: _Model) -> highspy.HighsLp:
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
    lp.integrality_ = [kinds[0] if whole else kinds[1] for whole in model.whole]
    return lp
