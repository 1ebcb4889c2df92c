"""The quickstart, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import compile_bundle
from policylang.language.load import load_policy

QUICKSTART = Path(__file__).resolve().parents[2] / "examples" / "quickstart"


@pytest.fixture(scope="session")
def quickstart() -> Bundle:
    return compile_bundle(load_policy(QUICKSTART))
