"""Rows from counts: who stands in which cell, with which case, in which order, and what each row is there for."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policylang.language.logic.verdict import verdict
from policylang.language.meaning.policy import Effect, Label

from .boundaries import Edge, choose_pair
from .cells import Cells
from .fill import Filling
from .programme import Counts, Programme
from .purposes import Purposes
from .rows import PlanRow, RowVerdict

_SIDE = {True: "violates-side", False: "complies-side"}


@dataclass(frozen=True)
class _Draft:
    """A row before it has a place: a cell, a case, and the boundaries that it shows with its partner."""

    cell: int
    case: dict[str, str]
    pair: str | None = None
    boundaries: tuple[str, ...] = ()


def assemble(cells: Cells, edges: Sequence[Edge], programme: Programme, counts: Counts) -> tuple[PlanRow, ...]:
    """The rows that `counts` call for, in an order that mixes them, the two rows of a pair next to each other."""
    drafts = list(_pairs(cells, edges, programme, counts))
    drafts += list(_others(cells, counts, drafts))
    purposes = Purposes(cells)
    return tuple(
        _row(cells, row_id, draft, index, (*draft.boundaries, *purposes.of(draft.cell)))
        for index, (row_id, draft) in enumerate(_ordered(cells, drafts))
    )


def number_from(*parts: object) -> int:
    """A number of 63 bits that depends on nothing but `parts`."""
    return int.from_bytes(hashlib.sha256(_canonical(parts)).digest()[:8], "big") >> 1


# ---------------------------------------------------------------- who stands where


def _pairs(cells: Cells, edges: Sequence[Edge], programme: Programme, counts: Counts) -> Iterator[_Draft]:
    plan = cells.reading.plan
    free = {
        group.placements: [at for at, count in zip(group.placements, chosen, strict=True) for _ in range(count)]
        for group, chosen in zip(programme.pairs, counts.pairs, strict=True)
    }
    for edge in edges:
        placement = free[edge.placements].pop()
        rng = random.Random(number_from(plan.seed, plan.id, "pair", edge.name))
        inner, outer = choose_pair(cells, edge, placement, rng)
        link = "p" + _short_hash(cells.policy.name, plan.id, edge.name)
        for at, case, is_inner in ((placement[0], inner, True), (placement[1], outer, False)):
            yield _Draft(at, case, link, tuple(_sides(cells, edge, case, is_inner=is_inner)))


def _sides(cells: Cells, edge: Edge, case: dict[str, str], *, is_inner: bool) -> Iterator[str]:
    """What a row of the pair shows, for every claim of the edge. The outer side of a forbid may violate another clause:
    then it is neither the violating nor the complying side."""
    regions = cells.regions(edge.clause)
    violates = regions.diagrams.contains(regions.violating, case)
    for clause, variable in edge.claims:
        forbids = cells.clause(clause).effect is not Effect.PERMIT
        is_inside = is_inner is (clause == edge.clause.id)
        side = "other-side" if violates and forbids and not is_inside else _SIDE[violates]
        yield f"boundary:{clause}:{variable}:{side}"


def _others(cells: Cells, counts: Counts, placed: Sequence[_Draft]) -> Iterator[_Draft]:
    plan = cells.reading.plan
    left = list(counts.cells)
    fillings: dict[tuple[str, Label], Filling] = {}

    def filling(at: int) -> Filling:
        cell = cells.all[at]
        key = cell.clause, cell.label
        if key not in fillings:
            rng = random.Random(number_from(plan.seed, plan.id, "fill", *key))
            fillings[key] = Filling(cells, cells.clause(cell.clause), cell.label, rng)
        return fillings[key]

    for draft in placed:
        left[draft.cell] -= 1
        filling(draft.cell).take(draft.case)
    for at, count in enumerate(left):
        for _ in range(count):
            yield _Draft(at, filling(at).choose(cells.all[at]))


# ---------------------------------------------------------------- rows, ids and order


def _ordered(cells: Cells, drafts: Sequence[_Draft]) -> list[tuple[str, _Draft]]:
    """The drafts with the ids of their rows, mixed by a hash of the seed, partners together, violating sides first."""
    plan = cells.reading.plan
    copies: Counter[str] = Counter()
    placed = []
    for draft in drafts:
        content = _content(cells, draft)
        row_id = _short_hash(content, copies[content])
        copies[content] += 1
        second = any(not shown.endswith(":violates-side") for shown in draft.boundaries)
        placed.append((number_from(plan.seed, "order", draft.pair or row_id), second, row_id, draft))
    placed.sort(key=lambda entry: entry[:3])
    return [(row_id, draft) for _, _, row_id, draft in placed]


def _content(cells: Cells, draft: _Draft) -> str:
    """What defines a row. Neither its index nor the version of the policy does, so that ids stay when those change."""
    cell = cells.all[draft.cell]
    clause = cells.clause(cell.clause)
    defined = [cells.policy.name, cells.reading.plan.id, clause.id, clause.surfaces[0], cell.label.value]
    return _canonical([*defined, draft.case, _factors(cells, draft), draft.pair]).decode()


def _row(cells: Cells, row_id: str, draft: _Draft, index: int, purposes: tuple[str, ...]) -> PlanRow:
    cell = cells.all[draft.cell]
    clause = cells.clause(cell.clause)
    said = verdict(cells.policy, clause.category, draft.case, clause.surfaces[0])
    return PlanRow(
        id=row_id,
        index=index,
        plan=cells.reading.plan.id,
        category=clause.category,
        clause=clause.id,
        surface=clause.surfaces[0],
        label=cell.label,
        case=draft.case,
        verdict=RowVerdict(level=said.level, deciding=said.deciding, response=said.response.action),
        factors=_factors(cells, draft),
        seed=number_from(cells.reading.plan.seed, row_id) >> 32,
        purposes=purposes,
        pair=draft.pair,
    )


def _factors(cells: Cells, draft: _Draft) -> dict[str, str]:
    ids = (factor.id for factor in cells.reading.factors)
    return dict(zip(ids, cells.all[draft.cell].factors, strict=True))


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _short_hash(*parts: object) -> str:
    return hashlib.sha256(_canonical(parts)).hexdigest()[:12]
