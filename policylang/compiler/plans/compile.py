"""A plan, compiled: read it, find what is possible, decide how many of what, choose cases, say what is covered."""

from __future__ import annotations

from policylang.language.meaning.policy import Plan, Policy

from .assemble import assemble
from .boundaries import Edge, find_edges
from .cells import Cells
from .conflicts import explain, impossible_demands, undecided
from .coverage import coverage_report
from .demands import programme_of
from .problems import PlanError, PlanProblem
from .programme import Counts, Engine, Programme, Undecided
from .reading import read_plan
from .rows import CompiledPlan


def compile_plan(policy: Policy, plan: Plan, engine: Engine | None = None) -> CompiledPlan:
    """The rows that meet every demand of `plan`, and the report of what they cover.

    Every feasible combination asked for has a row, no exclusion holds in any, shares are met to the row (largest
    remainder), minimums are reached, every feasible boundary asked for has its pair. What no row can be is left out
    and reported. The same policy and plan give the same rows. Raises PlanError when the plan cannot be met.
    """
    if engine is None:
        from .highs import Highs

        engine = Highs()
    cells = Cells(read_plan(policy, plan))
    edges, without = find_edges(cells) if plan.boundaries else ((), ())
    programme = programme_of(cells, edges, plan.size)
    counts = _solved(engine, cells, edges, programme)
    rows = assemble(cells, edges, programme, counts)
    report = coverage_report(cells, edges, without, rows)
    return CompiledPlan(plan=plan.id, seed=plan.seed, rows=rows, report=report)


def _solved(engine: Engine, cells: Cells, edges: tuple[Edge, ...], programme: Programme) -> Counts:
    plan = cells.reading.plan
    if not cells.all:
        problem = PlanProblem(
            item="plan", message="no row is possible: " + cells.why_no({}), hint="loosen the exclusions or quotas"
        )
        raise PlanError(plan.id, (problem,))
    if problems := impossible_demands(cells, programme):
        raise PlanError(plan.id, problems)
    from .aims import aims_of  # numpy: loaded by those who compile plans, not by those who read rows
    from .spread import nearer, spread

    aims = aims_of(cells, plan.size)
    if (counts := spread(programme, aims)) is not None:
        return counts
    try:
        counts = engine.solve(programme)
    except Undecided:
        raise PlanError(plan.id, (undecided(),)) from None
    if counts is None:
        raise PlanError(plan.id, (explain(engine, cells, edges, plan.size),))
    return nearer(programme, aims, counts)
