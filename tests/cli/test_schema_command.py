"""`policyc schema`: the published JSON Schemas, which admit what the program writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lab import Policyc

from policylang.cli.schema import SCHEMAS


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema(policyc: Policyc, name: str) -> None:
    done = policyc("schema", name)
    assert (done.code, done.err) == (0, "")
    Draft202012Validator.check_schema(done.json)
    assert policyc("schema", name, "--json").out == done.out


def test_a_bundle_is_what_the_schemas_say(policyc: Policyc, lab: Path) -> None:
    policyc("compile", lab, "-o", "build")
    files = {
        "manifest": [json.loads(Path("build/manifest.json").read_text())],
        "policy": [json.loads(Path("build/policy.json").read_text())],
        "judge-rubric": [json.loads(path.read_text()) for path in Path("build/rubrics").glob("*.json")],
        "plan-row": [json.loads(line) for line in Path("build/plans/small/rows.jsonl").read_text().splitlines()],
        "prompt": [
            {key: value for key, value in prompt.items() if key != "sha256"}
            for prompt in json.loads(Path("build/prompts.json").read_text())
        ],
    }
    for name, documents in files.items():
        validator = Draft202012Validator(policyc("schema", name).json)
        assert documents
        for document in documents:
            validator.validate(document)


def test_an_unknown_format_is_met_with_the_list(policyc: Policyc) -> None:
    done = policyc("schema", "polic")
    assert (done.code, done.out) == (2, "")
    assert all(name in done.err for name in SCHEMAS)
    assert policyc("schema").code == 2


def test_the_help_names_every_format(policyc: Policyc) -> None:
    words = policyc("schema", "--help").out.replace(",", " ").replace(".", " ").split()
    assert set(SCHEMAS) <= set(words)
