"""The page of a code, as `policyc explain` shows it: what it means, an example with what is said of it, the way out.

Pages are written by hand in docs/checks; tests run their examples.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .codes import CODES


def pages() -> Path:
    """Where the pages lie: in the package, or in the documentation of a source checkout."""
    packaged = Path(str(files("policylang.language.diagnostics"))) / "pages"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "docs" / "checks"


def explain(code: str) -> str:
    """The page of a code (`POL0201`), its title in one line. Raises KeyError where there is no such code."""
    entry = CODES[code]
    _, _, page = (pages() / f"{code}.md").read_text("utf-8").partition("\n")
    return f"{code} ({entry.name}), {entry.severity}\n{page}"
