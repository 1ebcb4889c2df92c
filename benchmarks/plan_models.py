"""The models of `bench_plans.py`: from models/plans.json, and from ACTS model files in a folder of the user's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policylang.compiler.covering import CoveringModel, Exclusion, covering_model, exclusion

DEFINITIONS = Path(__file__).parent / "models" / "plans.json"


@dataclass(frozen=True)
class Case:
    """A model with what is known of it: the smallest size published, that of ACTS, and what we set ourselves."""

    name: str
    model: CoveringModel
    published: int | None = None
    acts: int | None = None
    quick: int | None = None
    long: int | None = None


def cases(folder: Path | None) -> Iterator[Case]:
    """All cases; those of ACTS files only where `folder`, which is searched with its subfolders, has the file."""
    known = json.loads(DEFINITIONS.read_text("utf-8"))
    for entry in known["models"]:
        sizes = [size for size, count in entry.pop("levels") for _ in range(count)]
        parameters = {f"p{at}": [str(value) for value in range(size)] for at, size in enumerate(sizes)}
        yield Case(entry.pop("name"), covering_model(parameters, entry.pop("strength")), **entry)
    for entry in known["own"]:
        exclusions = [exclusion(values) for values in entry["exclusions"]]
        yield Case(entry["name"], covering_model(entry["parameters"], entry["strength"], exclusions=exclusions))
    for name, sizes in known["acts"].items():
        for path in sorted(folder.rglob(f"{name}_acts.model"))[:1] if folder else ():
            yield Case(name, acts_model(path.read_text("utf-8")), **sizes)


def acts_model(text: str, strength: int = 2) -> CoveringModel:
    """The model of an ACTS file with parameters `p(int):0,1` and constraints in the form `a!= 0 || b!= 1`.

    Raises ValueError for any other kind of constraint.
    """
    head, _, tail = text.partition("[Constraint]")
    parameters = {
        name: values.split(",") for name, values in re.findall(r"^(\w+)\s*\(\w+\)\s*:\s*(.+?)\s*$", head, re.M)
    }
    return covering_model(parameters, strength, exclusions=[_excluded(line) for line in tail.strip().splitlines()])


def _excluded(line: str) -> Exclusion:
    parts = [re.fullmatch(r"(\w+)\s*!=\s*(\w+)", part.strip()) for part in line.split("||")]
    matches = [part for part in parts if part]
    if len(matches) < len(parts):
        raise ValueError(f"not a constraint of the form a!= 0 || b!= 1: {line}")
    values: dict[str, list[str]] = {}
    for match in matches:
        values.setdefault(match[1], []).append(match[2])
    if any(len(some) > 1 for some in values.values()):
        raise ValueError(f"a constraint that is always true: {line}")
    return exclusion(values, line.strip())
