"""The corpus: every case in tests/corpus is loaded, and what comes of it is what the case says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from lark import Lark
from lark.exceptions import LarkError

from policylang.compiler.compile import CompileError, checked, compile_plans
from policylang.language.diagnostics import Report
from policylang.language.diagnostics.codes import CODES
from policylang.language.diagnostics.text import render
from policylang.language.load import Loaded, load_policy
from policylang.language.meaning.policy import Policy
from policylang.language.source import SourceFile
from policylang.language.syntax.parser import grammar_path
from policylang.language.syntax.scan import scan

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
CASES = sorted(path for path in CORPUS.rglob("*.md") if path.name != "README.md")
INPUTS = ("pol", "text", "hex")
OUTPUTS = ("json", "diagnostics")
_FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<info>[^\n]*))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

UNPRODUCED = {
    "POL0108": "tests/language/test_bad_files.py",  # needs a file that exists and cannot be read
}
"""Codes that no text can produce, and the test that does."""


@dataclass(frozen=True)
class Block:
    kind: str
    info: str
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    text: str
    blocks: tuple[Block, ...]

    def of(self, *kinds: str) -> list[Block]:
        return [block for block in self.blocks if block.kind in kinds]


def read_case(path: Path) -> Case:
    text = path.read_text("utf-8")
    blocks = (Block(m["kind"], m["info"] or "", m["body"], m.start(), m.end()) for m in _FENCE.finditer(text))
    return Case(text, tuple(blocks))


def write_files(case: Case, folder: Path) -> Path:
    """The files of a case; gives the one that is checked."""
    first = None
    for block in case.of(*INPUTS):
        words = [word for word in block.info.split() if "=" not in word]
        times = int(next((word[7:] for word in block.info.split() if word.startswith("repeat=")), "1"))
        path = folder / (words[0] if words else "policy.pol")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(block.body) if block.kind == "hex" else (block.body * times).encode())
        first = first or path
    assert first is not None, "a case has a file"
    return first


def load_case(case: Case, folder: Path) -> Loaded:
    """What `policyc check` and `policyc compile` see."""
    loaded = load_policy(write_files(case, folder).relative_to(folder))
    with suppress(CompileError):
        compile_plans(loaded, checked(loaded))
    return loaded


def lean(value: object) -> object:
    """Without the fields that say nothing."""
    if isinstance(value, dict):
        return {key: lean(item) for key, item in value.items() if item is not False and item not in ("", None, [], {})}
    return [lean(item) for item in value] if isinstance(value, list) else value


def part(policy: Policy, pointer: str) -> str:
    """The part of the meaning at a JSON pointer (RFC 6901), written out; short things stay on one line."""
    value: object = policy.model_dump(mode="json")
    for key in pointer.split("/")[1:]:
        assert isinstance(value, dict | list), pointer
        value = value[int(key)] if isinstance(value, list) else value[key.replace("~1", "/").replace("~0", "~")]
    return written(lean(value), "") + "\n"


def written(value: object, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= 100 or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{inner}{written(item, inner)}" for item in value) + f"\n{indent}]"
    items = (f"{inner}{json.dumps(key, ensure_ascii=False)}: {written(item, inner)}" for key, item in value.items())
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


def blessed(case: Case, said: str, policy: Policy | None) -> str:
    """The text of a case with what comes out in place of what must."""
    text = case.text
    for block in reversed(case.of(*OUTPUTS)):
        if block.kind == "diagnostics":
            new = f"```diagnostics\n{said}```" if said else ""
        else:
            new = f"```json {block.info}\n{part(policy, block.info)}```" if policy else ""
        text = text[: block.start] + new + text[block.end :]
    if said and not case.of("diagnostics"):
        text = f"{text.rstrip()}\n\n```diagnostics\n{said}```\n"
    return text.rstrip() + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.relative_to(CORPUS).with_suffix("").as_posix())
def test_case(path: Path, bless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICYC_PATH", raising=False)
    case = read_case(path)
    loaded = load_case(case, tmp_path)
    said = render(loaded.report.sorted(), loaded.sources).rstrip("\n")
    said += "\n" if said else ""
    if bless:
        path.write_text(blessed(case, said, loaded.policy), "utf-8")
        return
    assert said == "".join(block.body for block in case.of("diagnostics"))
    for block in case.of("json"):
        assert loaded.policy is not None
        assert part(loaded.policy, block.info) == block.body


# ---------------------------------------------------------------- hygiene


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.relative_to(CORPUS).with_suffix("").as_posix())
def test_every_case_says_what_it_shows_and_what_must_come_of_it(path: Path) -> None:
    case = read_case(path)
    title, _, prose = case.text[: case.blocks[0].start].partition("\n")
    assert title.startswith("# "), "a case begins with its title"
    assert prose.strip(), "a case says what it shows"
    assert case.of("pol", "hex"), "a case has a policy"
    folder = path.relative_to(CORPUS).parts[0]
    assert case.of("json" if folder == "meaning" else "diagnostics"), "a case says what must come of it"
    assert case.text.count("\n```") == 2 * len(case.blocks), "every block has a kind and an end"
    assert {block.kind for block in case.blocks} <= {*INPUTS, *OUTPUTS}
    severities = set(re.findall(r"^(error|warning)\[", "".join(b.body for b in case.of("diagnostics")), re.MULTILINE))
    assert severities == {"meaning": set(), "errors": {"error"}, "warnings": {"warning"}}[folder]


def test_there_is_nothing_else_in_the_corpus() -> None:
    files = {path for path in CORPUS.rglob("*") if path.is_file()}
    assert files - set(CASES) == {CORPUS / "README.md"}
    assert {path.relative_to(CORPUS).parts[0] for path in CASES} == {"meaning", "errors", "warnings"}


def test_every_code_has_a_case() -> None:
    said = "".join(block.body for path in CASES for block in read_case(path).of("diagnostics"))
    produced = set(re.findall(r"\[(POL\d{4})\]", said))
    elsewhere = {code for code, test in UNPRODUCED.items() if code in (CORPUS.parents[1] / test).read_text("utf-8")}
    assert produced | elsewhere == set(CODES)
    assert not produced & elsewhere


def test_every_construct_of_the_grammar_has_a_case() -> None:
    lark = Lark(grammar_path().read_text("utf-8"), start="block", parser="lalr", lexer="contextual")
    constructs = {
        rule.alias or rule.origin.name.value
        for rule in lark.rules
        if not rule.origin.name.startswith("_") and (rule.alias or not rule.options.expand1)
    }
    used: set[str] = set()
    for path in CASES:
        for text in _sound_blocks(read_case(path)):
            with suppress(LarkError):
                used |= {tree.data for tree in lark.parse(text).iter_subtrees()}
    assert constructs - used == set()


def _sound_blocks(case: Case) -> Iterator[str]:
    if case.of("json"):
        for block in case.of("pol"):
            yield from (found.text for found in scan(SourceFile("", block.body), Report()) if found.text)
