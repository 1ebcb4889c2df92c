"""The published JSON Schemas: what stands in docs/schemas is what the file formats are, and what compiles fits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from small_policy import SMALL, loaded

from policylang.cli.schema import SCHEMAS, schema_text
from policylang.compiler.bundle import Bundle, dump_json
from policylang.compiler.compile import compile_bundle

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def published(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((PUBLISHED / f"{name}.schema.json").read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_published_schema_is_the_current_one(name: str) -> None:
    assert (PUBLISHED / f"{name}.schema.json").read_text("utf-8") == schema_text(name), "make bless, then review"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_published_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(published(name).schema)


def test_nothing_else_is_published() -> None:
    assert {path.name for path in PUBLISHED.iterdir()} == {f"{name}.schema.json" for name in SCHEMAS}


def documents(bundle: Bundle) -> list[tuple[str, str, Any]]:
    """Every JSON document of a bundle that has a published schema: schema, path, document."""
    found = [("policy", "policy.json", bundle.json("policy.json"))]
    found.append(("manifest", "manifest.json", bundle.manifest.model_dump(mode="json")))
    for prompt in bundle.json("prompts.json"):
        del prompt["sha256"]  # beside what a prompt is made of
        found.append(("prompt", prompt["id"], prompt))
    for path, data in bundle.files.items():
        if path.startswith("rubrics/") and "/quality/" not in path:
            found.append(("judge-rubric", path, json.loads(data)))
        if path.endswith("rows.jsonl"):
            found += [("plan-row", path, json.loads(line)) for line in data.splitlines()[:40]]
    return found


def test_the_quickstart_fits_the_schemas(quickstart: Bundle) -> None:
    seen = set()
    for name, path, document in documents(quickstart):
        error = next(published(name).iter_errors(document), None)
        assert error is None, f"{path}: {error.message if error else ''}"
        seen.add(name)
    assert seen == set(SCHEMAS) - {"sample", "diagnostics"}  # which come from a run and from a check


def test_a_schema_admits_no_field_that_is_not_in_it() -> None:
    for name, path, document in documents(compile_bundle(loaded(SMALL))):
        assert published(name).is_valid(document), path
        assert not published(name).is_valid({**document, "surprise": 1}), path


def test_json_has_one_spelling() -> None:
    assert dump_json({"b": ["é", 1], "a": None}) == '{\n  "a": null,\n  "b": [\n    "é",\n    1\n  ]\n}\n'.encode()
