"""Another tool's word on the same rows, where it is installed."""

from __future__ import annotations

from typing import Any

import pytest
from small_models import mixed

from policylang.compiler.covering import CoveringModel, cover, covering_model, excluded, impossible_combinations

coverwise: Any = pytest.importorskip("coverwise")


def analysed(model: CoveringModel, constraints: list[str]) -> dict[str, Any]:
    rows = [dict(row) for row in cover(model, steps=200).rows]
    parameters = {name: list(values) for name, values in model.parameters.items()}
    report: dict[str, Any] = coverwise.analyze_coverage(parameters, rows, model.strength, constraints)
    return report


@pytest.mark.parametrize("strength", [1, 2, 3, 4])
def test_coverwise_finds_everything_covered(strength: int) -> None:
    report = analysed(mixed([4, 3, 3, 2, 2, 2], strength), [])
    assert report["coverageRatio"] == 1
    assert report["uncovered"] == []


def test_coverwise_agrees_on_exclusions() -> None:
    parameters = {"os": ["linux", "mac", "windows"], "browser": ["firefox", "safari", "edge"], "touch": ["yes", "no"]}
    exclusions = [excluded(os=["linux", "windows"], browser="safari"), excluded(os="mac", touch="yes")]
    model = covering_model(parameters, exclusions=exclusions)
    report = analysed(model, ["IF browser = safari THEN os = mac", "IF os = mac THEN touch = no"])
    assert report["coverageRatio"] == 1
    assert report["uncovered"] == []
    pairs = sum(len(a) * len(b) for a, b in (("abc", "abc"), ("abc", "ab"), ("abc", "ab")))
    assert report["totalTuples"] == pairs - len(impossible_combinations(model))
