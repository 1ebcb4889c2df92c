"""What the fixer makes of every mistake in the corpus: as many mistakes or fewer, and then nothing is left to do."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from corpus_cases import CASES, CORPUS, FENCE, write_case
from hypothesis import given
from hypothesis import strategies as st

from policylang.language.diagnostics import Severity
from policylang.language.fixer import Fixed, fix_all
from policylang.language.library import module_of
from policylang.language.load import Loaded, load_module
from policylang.language.source import MAX_BYTES

KINDS = ("POL01", "POL02", "POL03")


def errors(loaded: list[Loaded]) -> list[int]:
    """Errors of syntax, of names, of meaning: what an earlier kind hid is no new mistake."""
    codes = [one.code[:5] for report in loaded for one in report.report if one.severity is Severity.ERROR]
    return [codes.count(kind) for kind in KINDS]


def fix(path: Path, folder: Path, *, unsafe: bool) -> Fixed:
    module = module_of(path)

    def check(texts: Mapping[Path, bytes]) -> list[Loaded]:
        return [load_module(module, (), texts)]

    return fix_all(check, {file.resolve() for file in folder.rglob("*.pol")}, unsafe=unsafe)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.relative_to(CORPUS).with_suffix("").as_posix())
def test_fixing_never_makes_a_case_worse_and_ends(path: Path, unsafe: bool, tmp_path: Path) -> None:
    policy = write_case(path.read_text("utf-8"), tmp_path)
    if policy.stat().st_size > MAX_BYTES:
        return
    before = [load_module(module_of(policy))]
    fixed = fix(policy, tmp_path, unsafe=unsafe)
    assert errors(fixed.loaded) <= errors(before)
    assert bool(fixed.after) == bool(fixed.fixed)
    if path.parent.name == "meaning":
        assert not fixed.fixed
    for file, data in fixed.after.items():
        file.write_bytes(data)
    assert errors([load_module(module_of(policy))]) == errors(fixed.loaded)
    assert not fix(policy, tmp_path, unsafe=unsafe).fixed


POLICIES = [
    block["body"]
    for path in CASES
    for block in FENCE.finditer(path.read_text("utf-8"))
    if block["kind"] == "pol" and len(block["body"]) < 2000
]
SLIPS = [
    "==",
    "&&",
    "||",
    "!",
    "<>",
    "“",
    "”",
    "‘",
    "{",
    "}",
    "(",
    ")",
    '"',
    '"""',
    "#",
    "1.0",
    "and",
    "forbid",
    "😀",
    ",",
    "\u202e",
]
SLIPS += [" ", "\n", "\r\n", "", "# policyc: ignore[no-text]", "# policyc: ignore-file[x] y\n"]
slips = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(SLIPS)), min_size=1, max_size=5)


@given(st.sampled_from(POLICIES), slips, st.booleans())
def test_fixing_never_makes_a_policy_with_random_slips_worse(
    text: str, slips: list[tuple[float, int, str]], unsafe: bool
) -> None:
    for where, length, new in slips:
        at = round(where * len(text))
        text = text[:at] + new + text[at + length :]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "policy.pol"
        path.write_bytes(text.encode())
        before = [load_module(module_of(path))]
        fixed = fix(path, Path(name), unsafe=unsafe)
        assert errors(fixed.loaded) <= errors(before)
        for file, data in fixed.after.items():
            file.write_bytes(data)
        assert errors([load_module(module_of(path))]) == errors(fixed.loaded)
        assert not fix(path, Path(name), unsafe=unsafe).fixed
