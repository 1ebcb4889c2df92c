"""policyc check: is the policy sound?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.compiler.compile import CompileError, checked
from policylang.language.library import modules_below
from policylang.language.load import Loaded, load_module

from .loading import DATA_HAS_ERRORS, diagnostics_json, fail, load, say_diagnostics
from .options import as_json, search_path
from .output import counted


@click.command(
    epilog="""\b
Examples:
  policyc check policy.pol
  policyc check policies/ examples/     every policy in both trees
  policyc check --strict --json .       for CI"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@search_path
@as_json
def command(paths: tuple[Path, ...], strict: bool, search: tuple[Path, ...], as_json: bool) -> None:
    """Check policies: syntax, names, levels, overrides, exemplars against the logic, images, templates.

    A folder stands for every policy below it. Exit code 1 when there are errors.
    """
    loaded = [one for path in paths for one in _load(path, search)]
    for one in loaded:
        if one.policy is not None:
            try:
                checked(one)
            except CompileError:
                one.policy = None
    errors = sum(one.report.errors for one in loaded)
    warnings = sum(one.report.warnings for one in loaded)
    if as_json:
        policies = [
            {"policy": one.policy.name, "version": one.policy.version, "clauses": len(one.policy.clauses)}
            for one in loaded
            if one.policy
        ]
        found = diagnostics_json(loaded)
        click.echo(json.dumps({"ok": not errors, "policies": policies, "diagnostics": found}, indent=2))
    else:
        say_diagnostics(loaded)
        for one in loaded:
            if one.policy:
                click.echo(_line(one))
    if errors or (strict and warnings):
        raise SystemExit(DATA_HAS_ERRORS)


def _load(path: Path, search: tuple[Path, ...]) -> list[Loaded]:
    if not path.is_dir():
        return [load(path, search)]
    modules = modules_below(path)
    if not modules:
        fail(f"there is no .pol file in {path}", "Give a .pol file, or a folder with one.")
    return [load_module(module, search) for module in modules]


def _line(one: Loaded) -> str:
    policy = one.policy
    assert policy is not None  # noqa: S101 - the caller has looked
    exemplars = sum(len(clause.exemplars) for clause in policy.clauses)
    return (
        f"{policy.name} {policy.version}: {counted(len(policy.categories), 'category')}, "
        f"{counted(len(policy.clauses), 'clause')}, {counted(exemplars, 'exemplar')}, "
        f"{counted(len(policy.plans), 'plan')}"
    )
