"""The cases of the corpus, for laws that hold of every diagnostic. `tests/corpus/README.md` says what a case is."""

from __future__ import annotations

import re
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
CASES = sorted(path for path in CORPUS.rglob("*.md") if path.name != "README.md")
FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<info>[^\n]*))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def write_case(text: str, folder: Path) -> Path:
    """The files of a case, or of a page; gives the one that is checked."""
    first = None
    for block in FENCE.finditer(text):
        if block["kind"] not in ("pol", "text", "hex"):
            continue
        words = (block["info"] or "").split()
        names = [word for word in words if "=" not in word]
        times = int(next((word[7:] for word in words if word.startswith("repeat=")), "1"))
        path = folder / (names[0] if names else "policy.pol")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(block["body"]) if block["kind"] == "hex" else (block["body"] * times).encode())
        first = first or path
    assert first is not None, "there is a policy"
    return first
