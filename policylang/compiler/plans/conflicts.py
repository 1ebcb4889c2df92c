"""Why a plan cannot be met: the demands that conflict, by how much, and the size that would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .boundaries import Edge
from .cells import Cells
from .demands import programme_of
from .problems import PlanProblem
from .programme import Engine, Programme
from .spread import spread

FURTHEST = 16
"""How many times the size of the plan is looked at for a size that would do."""


def impossible_demands(cells: Cells, programme: Programme) -> tuple[PlanProblem, ...]:
    """Demands for rows that no cell can hold, whatever the size and the other demands."""
    problems = []
    for demand in programme.demands:
        if demand.low > 0 and not demand.cells:
            dimension, value = demand.subject.split("=", 1)
            reason = cells.why_no({dimension: value})
            problems.append(
                PlanProblem(
                    item=demand.item,
                    message=f"{demand.subject} should have {_rows(demand.low)}, but no row can be that: {reason}",
                    hint=f"leave {value} out of {demand.item}, or let a clause allow it",
                )
            )
    return tuple(problems)


def undecided() -> PlanProblem:
    """For a plan that is too hard: nobody knows whether it can be met."""
    return PlanProblem(
        item="plan",
        message="no rows were found that meet everything that it asks for, nor a proof that there are none",
        hint="raise the size, or ask for less coverage or fewer quotas",
    )


def explain(engine: Engine, cells: Cells, edges: Iterable[Edge], size: int) -> PlanProblem:
    """What stands in the way of a programme that has no counts."""
    edges = tuple(edges)

    def only(items: Iterable[str], of: int) -> Programme:
        return _only(programme_of(cells, edges, of), items)

    items = _smallest_conflict(engine, programme_of(cells, edges, size))
    culprit, others = items[0], items[1:]
    beside = f" together with {', '.join(others)}" if others else ""
    enough = _size_that_does(size, lambda of: spread(only(items, of), ()) is not None)
    if enough is None:
        shortfalls = _shortfalls(engine, only(items, size))
        return PlanProblem(
            item=culprit,
            message=f"it cannot be met{beside}{shortfalls}, and a larger size does not help",
            hint=f"change {culprit}" + (f", or one of {', '.join(others)}" if others else ""),
        )
    all_met = _size_that_does(enough - 1, lambda of: spread(programme_of(cells, edges, of), ()) is not None)
    hint = f"set size {all_met}" if all_met is not None else "raise the size, or ask for less"
    if engine.impossible(only(items, enough - 1)):
        message = f"it needs {_rows(enough)}{beside}; the size is {size}"
    else:
        message = f"it does not fit into {_rows(size)}{beside}; {enough} would do"
    return PlanProblem(item=culprit, message=message, hint=hint)


def _smallest_conflict(engine: Engine, programme: Programme) -> list[str]:
    """Items none of which can be left out of the proof of a conflict, what asks for coverage first and shares last.

    The deletion filter (J. W. Chinneck, E. W. Dravnieks, 1991), over parts of the plan instead of single rows: what can
    go while the rest still conflicts, goes; so what is left is smallest in the sense that nothing more can go.
    """
    items = list(dict.fromkeys([*(d.item for d in programme.demands), *(group.item for group in programme.pairs)]))
    order = ("cover", "at least", "quota", "factor")
    items.sort(key=lambda item: next(at for at, word in enumerate(order) if item.startswith(word)))
    for item in reversed(items[:]):
        rest = [other for other in items if other != item]
        if rest and engine.impossible(_only(programme, rest)):
            items = rest
    return items


def _only(programme: Programme, items: Iterable[str]) -> Programme:
    kept = frozenset(items)
    return replace(
        programme,
        demands=tuple(demand for demand in programme.demands if demand.item in kept),
        pairs=tuple(group for group in programme.pairs if group.item in kept),
    )


def _size_that_does(size: int, does: Callable[[int], bool]) -> int | None:
    """A size above `size` that does, while one row less is not known to; None when none is found."""
    low, high = size, size
    while not does(high := high + high // 2 + 1):
        low = high
        if high > FURTHEST * max(size, 1):
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if does(middle):
            high = middle
        else:
            low = middle
    return high


def _shortfalls(engine: Engine, programme: Programme) -> str:
    missing = engine.shortfalls(programme)
    if missing is None:
        return ""
    worst = sorted(zip(missing, programme.demands, strict=True), key=lambda pair: -pair[0])
    named = [f"{demand.subject} would be off by {_rows(rows)}" for rows, demand in worst[:3] if rows]
    return f" ({'; '.join(named)})" if named else ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
