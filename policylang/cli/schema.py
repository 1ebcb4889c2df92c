"""policyc schema: the JSON Schemas of the file formats."""

from __future__ import annotations

import json

import click
from pydantic import BaseModel

from policylang.compiler.bundle import Manifest
from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.prompts import Prompt
from policylang.compiler.rubrics import JudgeRubric
from policylang.language.diagnostics.machine import CheckDocument
from policylang.language.meaning.policy import Policy
from policylang.runtime.sample import Sample

SCHEMAS: dict[str, type[BaseModel]] = {
    "policy": Policy,
    "manifest": Manifest,
    "prompt": Prompt,
    "judge-rubric": JudgeRubric,
    "plan-row": PlanRow,
    "sample": Sample,
    "diagnostics": CheckDocument,
}


def schema_text(name: str) -> str:
    """The schema as it is published."""
    return json.dumps(SCHEMAS[name].model_json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@click.command(
    epilog="""\b
Example:
  policyc schema policy > policy.schema.json"""
)
@click.argument("name", metavar="NAME", type=click.Choice(sorted(SCHEMAS)))
@click.option("--json", "as_json", is_flag=True, help="A schema is JSON anyway.")
def command(name: str, as_json: bool) -> None:
    """Print the JSON Schema of a file format.

    NAME is one of diagnostics, judge-rubric, manifest, plan-row, policy, prompt and sample.
    """
    click.echo(schema_text(name), nl=False)
