"""Runs one other tool on one model: JSON on stdin, JSON on stdout. It runs in an environment that has only the tools.

{"tool": "allpairspy", "parameters": {...}, "strength": 2, "exclusions": [{"a": ["0"], "b": ["1"]}]}
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

Rows = list[dict[str, str]]


def allpairspy(model: dict[str, Any]) -> Rows:
    from allpairspy import AllPairs

    names = list(model["parameters"])
    exclusions = [{names.index(name): set(values) for name, values in e.items()} for e in model["exclusions"]]

    def stands(row: list[str]) -> bool:
        return not any(all(at < len(row) and row[at] in values for at, values in e.items()) for e in exclusions)

    found = AllPairs(list(model["parameters"].values()), filter_func=stands, n=model["strength"])
    return [dict(zip(names, row, strict=True)) for row in found]


def coverwise(model: dict[str, Any]) -> Rows:
    import coverwise as tool

    parameters, constraints = model["parameters"], []
    if any(" " in text for e in model["exclusions"] for values in e.values() for text in values):
        parameters = {name: [value.replace(" ", "_") for value in some] for name, some in parameters.items()}
    for e in model["exclusions"]:
        parts = [f"{name} IN {{{', '.join(v.replace(' ', '_') for v in some)}}}" for name, some in e.items()]
        constraints.append(f"NOT ({' AND '.join(parts)})")
    rows = tool.generate(parameters=parameters, constraints=constraints, strength=model["strength"])["tests"]
    back = {(n, v.replace(" ", "_")): v for n, some in model["parameters"].items() for v in some}
    return [{name: back[name, str(value)] for name, value in row.items()} for row in rows]


def covertable(model: dict[str, Any]) -> Rows:
    from covertable import make

    def without(e: dict[str, list[str]]) -> dict[str, Any]:
        parts = [{"operator": "in", "left": name, "values": values} for name, values in e.items()]
        return {"operator": "not", "condition": {"operator": "and", "conditions": parts}}

    constraints = [without(e) for e in model["exclusions"]]
    rows = make(model["parameters"], strength=model["strength"], constraints=constraints)
    return [{name: str(value) for name, value in row.items()} for row in rows]


TOOLS = {"allpairspy": allpairspy, "coverwise": coverwise, "covertable": covertable}


def main() -> None:
    model = json.load(sys.stdin)
    tool = TOOLS[model["tool"]]
    before = _seconds()
    rows = tool(model)
    json.dump({"rows": rows, "seconds": _seconds() - before}, sys.stdout)


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
