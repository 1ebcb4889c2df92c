"""policyc check: is the policy sound?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from policylang import __version__
from policylang.compiler.compile import CompileError, checked
from policylang.language.diagnostics import github
from policylang.language.diagnostics.machine import CheckDocument, CheckedPolicy, findings
from policylang.language.diagnostics.sarif import sarif_log
from policylang.language.fixer import Fixed
from policylang.language.library import Module, module_of, modules_below
from policylang.language.load import Loaded, load_module

from .fixing import fixed_files, say_what_can_be_fixed, show_diff, write_fixes
from .loading import DATA_HAS_ERRORS, fail, say_diagnostics
from .options import as_json, search_path
from .output import counted


@click.command(
    epilog="""\b
Examples:
  policyc check policy.pol
  policyc check policies/ examples/     every policy in both trees
  policyc check --strict --json .       for CI
  policyc check --fix .                 mend what can be mended
  policyc check --diff --unsafe-fixes . what all fixes would change
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
@click.option("--fix", is_flag=True, help="Apply the fixes that leave no doubt about what was meant.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="Apply the other fixes too; look at what they did.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and write nothing.")
@search_path
@as_json
def command(
    paths: tuple[Path, ...],
    strict: bool,
    form: str | None,
    fix: bool,
    unsafe: bool,
    diff: bool,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Check policies: syntax, names, levels, overrides, exemplars against the logic, images, templates.

    A folder stands for every policy below it. Exit code 1 when there are errors.

    With --fix, what can be mended is mended in the files, and what is left is said. A fix that would make things
    worse is not made. With --diff, exit code 1 if anything would change.

    A comment ignores warnings of its line, or of the line below: # policyc: ignore[NAME] REASON. For a whole file it is
    ignore-file. NAME is a code or a name that policyc explain lists; errors cannot be ignored.
    """
    if as_json and form not in (None, "json"):
        fail(f"--json and --format {form} cannot be had together", "Leave one of them out.")
    form = "json" if as_json else form or "text"
    if diff and form != "text":
        fail("--diff is for people", "Leave it out, or --json and --format.")
    modules = [module for path in paths for module in _modules(path)]
    check = partial(_check, modules, search)
    if fix or unsafe or diff:
        fixed = fixed_files(check, paths, modules, unsafe=unsafe)
        if diff:
            show_diff(fixed)
        else:
            write_fixes(fixed, as_text=form == "text")
        loaded, failed = fixed.loaded, diff and bool(fixed.after)
    else:
        fixed, loaded, failed = None, check({}), False
    if not diff:
        _say(loaded, form, fixed)
    if failed or any(one.report.errors or (strict and one.report.warnings) for one in loaded):
        raise SystemExit(DATA_HAS_ERRORS)


def _modules(path: Path) -> list[Module]:
    if not path.exists():
        fail(f"there is nothing at {path}", "Give a .pol file or a folder with a policy.")
    modules = modules_below(path) if path.is_dir() else [module_of(path)]
    if not modules:
        fail(f"there is no .pol file in {path}", "Give a .pol file, or a folder with one.")
    return modules


def _check(modules: Sequence[Module], search: tuple[Path, ...], texts: Mapping[Path, bytes]) -> list[Loaded]:
    loaded = [load_module(module, search, texts) for module in modules]
    for one in loaded:
        if one.policy is not None:
            try:
                checked(one)
            except CompileError:
                one.policy = None
    return loaded


def _say(loaded: list[Loaded], form: str, fixed: Fixed | None) -> None:
    if form == "text":
        say_diagnostics(loaded)
        if fixed is None:
            say_what_can_be_fixed(loaded)
        for one in loaded:
            if one.policy:
                click.echo(_line(one))
        return
    found = list(dict.fromkeys(diagnostic for one in loaded for diagnostic in one.report.sorted()))
    sources = {name: source for one in loaded for name, source in one.sources.items()}
    if form == "sarif":
        ignored = {diagnostic: reason for one in loaded for diagnostic, reason in one.report.ignored.items()}
        click.echo(json.dumps(sarif_log(found, sources, __version__, ignored), indent=2, ensure_ascii=False))
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
        if fixed is not None:
            changed = tuple(fixed.names[path] for path in fixed.after)
            document = document.model_copy(update={"fixed": tuple(fixed.fixed), "changed": changed})
        click.echo(document.model_dump_json(indent=2, exclude_unset=True))


def _line(one: Loaded) -> str:
    policy = one.policy
    assert policy is not None  # noqa: S101 - the caller has looked
    exemplars = sum(len(clause.exemplars) for clause in policy.clauses)
    return (
        f"{policy.name} {policy.version}: {counted(len(policy.categories), 'category')}, "
        f"{counted(len(policy.clauses), 'clause')}, {counted(exemplars, 'exemplar')}, "
        f"{counted(len(policy.plans), 'plan')}"
    )
