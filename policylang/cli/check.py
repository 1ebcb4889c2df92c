"""policyc check: is the policy sound?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang import __version__
from policylang.compiler.compile import CompileError, checked
from policylang.language.diagnostics import github
from policylang.language.diagnostics.machine import CheckDocument, CheckedPolicy, findings
from policylang.language.diagnostics.sarif import sarif_log
from policylang.language.library import modules_below
from policylang.language.load import Loaded, load_module

from .loading import DATA_HAS_ERRORS, fail, load, say_diagnostics
from .options import as_json, search_path
from .output import counted


@click.command(
    epilog="""\b
Examples:
  policyc check policy.pol
  policyc check policies/ examples/     every policy in both trees
  policyc check --strict --json .       for CI
  policyc check --format github .       beside the lines of a pull request
  policyc check --format sarif . > policy.sarif"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    help="How to say it: for people, programs, code scanning (SARIF 2.1.0), or GitHub Actions.",
)
@search_path
@as_json
def command(paths: tuple[Path, ...], strict: bool, form: str | None, search: tuple[Path, ...], as_json: bool) -> None:
    """Check policies: syntax, names, levels, overrides, exemplars against the logic, images, templates.

    A folder stands for every policy below it. Exit code 1 when there are errors.
    """
    if as_json and form not in (None, "json"):
        fail(f"--json and --format {form} cannot be had together", "Leave one of them out.")
    loaded = [one for path in paths for one in _load(path, search)]
    for one in loaded:
        if one.policy is not None:
            try:
                checked(one)
            except CompileError:
                one.policy = None
    _say(loaded, "json" if as_json else form or "text")
    if any(one.report.errors or (strict and one.report.warnings) for one in loaded):
        raise SystemExit(DATA_HAS_ERRORS)


def _say(loaded: list[Loaded], form: str) -> None:
    if form == "text":
        say_diagnostics(loaded)
        for one in loaded:
            if one.policy:
                click.echo(_line(one))
        return
    found = list(dict.fromkeys(diagnostic for one in loaded for diagnostic in one.report.sorted()))
    sources = {name: source for one in loaded for name, source in one.sources.items()}
    if form == "sarif":
        click.echo(json.dumps(sarif_log(found, sources, __version__), indent=2, ensure_ascii=False))
    elif form == "github":
        click.echo(github.render(found, sources), nl=False)
    else:
        document = CheckDocument(
            ok=not any(one.report.errors for one in loaded),
            policies=tuple(
                CheckedPolicy(policy=one.policy.name, version=one.policy.version, clauses=len(one.policy.clauses))
                for one in loaded
                if one.policy
            ),
            diagnostics=findings(found, sources),
        )
        click.echo(document.model_dump_json(indent=2, exclude_unset=True))


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
