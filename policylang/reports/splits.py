"""The parts of the exported data set, as far as it has been exported."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from policylang.language.meaning.policy import Split

from .data import SplitCount


def splits(folder: Path, split: Split) -> tuple[SplitCount, ...]:
    """Rows of each part and label, read line by line from the data set; empty where nothing was exported."""
    found = {share.name: share.percent for share in split.shares}
    return tuple(
        SplitCount(name=name, percent=percent, rows=labels.total(), labels=dict(sorted(labels.items())))
        for name, percent in found.items()
        if (labels := _labels(folder / f"{name}.jsonl")) is not None
    )


def _labels(path: Path) -> Counter[str] | None:
    """How many rows of each label a part has; None where the part is not there."""
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return Counter(_label(line) for line in lines if line.strip())
    except OSError:
        return None


def _label(line: str) -> str:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        return "unreadable"
    label = row.get("label") if isinstance(row, dict) else None
    return label if isinstance(label, str) else "unknown"
