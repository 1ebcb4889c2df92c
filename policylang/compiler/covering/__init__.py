"""Covering arrays: few rows in which every combination of values of any few parameters occurs.

model = covering_model({"os": ["linux", "mac"], "browser": ["firefox", "safari"], "language": ["en", "ja"]},
                       exclusions=[excluded(os="linux", browser="safari")])
array = cover(model)                     # array.rows: every possible pair is in some row
assert uncovered(model, array.rows) == []
"""

from .array import CoveringArray, Dropped, Impossible, impossible_combinations, why_impossible
from .build import cover, extend
from .checker import Finding, uncovered, wrong_rows
from .model import CoveringModel, Exclusion, SubModel, covering_model, excluded, exclusion, implication
from .problems import CoveringError

__all__ = [
    "CoveringArray",
    "CoveringError",
    "CoveringModel",
    "Dropped",
    "Exclusion",
    "Finding",
    "Impossible",
    "SubModel",
    "cover",
    "covering_model",
    "excluded",
    "exclusion",
    "extend",
    "implication",
    "impossible_combinations",
    "uncovered",
    "why_impossible",
    "wrong_rows",
]
