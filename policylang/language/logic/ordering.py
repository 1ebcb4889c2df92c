"""An order of variables under which decision diagrams stay small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ROUNDS = 50


def near_each_other(names: Sequence[str], groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """`names` in an order in which the members of each of `groups` stand near each other.

    A group is what one condition mentions. The FORCE heuristic (F. A. Aloul, I. L. Markov, K. A. Sakallah, GLSVLSI
    2003): every group has its centre of gravity, every name moves to the mean of its groups' centres, until the total
    span of the groups no longer falls. Ties keep the order of `names`, so the result depends on nothing else.
    """
    edges = [tuple(dict.fromkeys(group)) for group in groups]
    edges = [edge for edge in edges if len(edge) > 1]
    best = order = tuple(names)
    best_span = _span(order, edges)
    for _ in range(ROUNDS):
        place = {name: at for at, name in enumerate(order)}
        pull: dict[str, list[float]] = {name: [] for name in names}
        for edge in edges:
            centre = sum(place[name] for name in edge) / len(edge)
            for name in edge:
                pull[name].append(centre)
        goal = {name: sum(pulls) / len(pulls) if pulls else float(place[name]) for name, pulls in pull.items()}
        order = tuple(sorted(order, key=lambda name: (goal[name], place[name])))
        span = _span(order, edges)
        if span >= best_span:
            break
        best, best_span = order, span
    return best


def _span(order: Sequence[str], edges: Sequence[Sequence[str]]) -> int:
    place = {name: at for at, name in enumerate(order)}
    return sum(max(place[name] for name in edge) - min(place[name] for name in edge) for edge in edges)
