"""policyc explain: the story of a diagnostic."""

from __future__ import annotations

import json

import click

from policylang.language.diagnostics.codes import CODES, find_code, suggest_code
from policylang.language.diagnostics.explain import explain

from .loading import fail
from .options import as_json


@click.command(
    epilog="""\b
Examples:
  policyc explain POL0304
  policyc explain exemplar-contradicts
  policyc explain                          all codes"""
)
@click.argument("code", required=False)
@as_json
def command(code: str | None, as_json: bool) -> None:
    """Say what a diagnostic means and what to do about it, by its code or its name."""
    if code is None:
        if as_json:
            click.echo(
                json.dumps({key: {"name": e.name, "severity": e.severity} for key, e in CODES.items()}, indent=2)
            )
            return
        for key, entry in CODES.items():
            click.echo(f"{key}  {entry.severity:<8} {entry.name}")
        return
    known = find_code(code)
    if known is None:
        fail(f"there is no diagnostic {code}", f"{suggest_code(code)} policyc explain lists them all.".strip())
    story = explain(known)
    document = {"code": known, "name": CODES[known].name, "severity": CODES[known].severity, "story": story}
    click.echo(json.dumps(document, ensure_ascii=False) if as_json else story, nl=as_json)
