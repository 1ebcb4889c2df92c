"""policyc mutate: would the exemplars of a policy notice a mistake in its logic?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from policylang.language.coverage import Brief, Places
from policylang.language.logic.diagram import DiagramSizeError
from policylang.language.logic.verdict import Verdict
from policylang.language.mutation import MutationReport, Operator, Score, Trial, mutate

from .coverage import BELOW_GATE, brief_lines, category_option, within
from .loading import Json, fail, sound
from .options import as_json, quiet_option, search_path
from .output import columns, counted


@click.command(
    epilog="""\b
Examples:
  policyc mutate policy.pol
  policyc mutate policy.pol --operator exception --operator override
  policyc mutate policy.pol --category fraud --sample 50 --seed 1
  policyc mutate policy.pol --fail-under 0.9 --json       for CI"""
)
@click.argument("path", type=click.Path(path_type=Path))
@category_option
@click.option(
    "--operator",
    "operators",
    multiple=True,
    type=click.Choice([operator.value for operator in Operator]),
    metavar="KIND",
    help=f"Only changes of this kind ({', '.join(Operator)}); may be given several times.",
)
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Try only N of the mutants, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="What the sample is drawn by.")
@click.option("--fail-under", type=click.FloatRange(0, 1), metavar="RATIO", help="Exit with 3 below this score.")
@quiet_option
@search_path
@as_json
def command(
    path: Path,
    categories: tuple[str, ...],
    operators: tuple[str, ...],
    sample: int | None,
    seed: int,
    fail_under: float | None,
    quiet: bool,
    search: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Change the logic of a policy, one small mistake at a time, and see whether its exemplars notice.

    A mutant is killed when the label of an exemplar no longer follows. The score is the share of those killed among
    those that an exemplar can kill: mutants that change no verdict are equivalent, and those that change only a level,
    which exemplars do not state, are untestable; neither counts. Survivors come with the exemplar that would kill them.

    Exit code 1 when the policy has errors, 3 below --fail-under.
    """
    loaded, policy = sound(path, search, as_json=as_json)
    chosen = within(policy, categories)
    try:
        with _progress(quiet=quiet or as_json) as progress:
            report = mutate(
                policy,
                Places(loaded.sources, loaded.spans),
                categories=chosen,
                operators=tuple(Operator(name) for name in operators) or tuple(Operator),
                sample=sample,
                seed=seed,
                progress=progress,
            )
    except DiagramSizeError as error:
        fail(f"the conditions of a category are too entangled: {error}", "Choose others with --category.")
    score = report.score()
    passed = fail_under is None or score.ratio >= fail_under
    if as_json:
        click.echo(json.dumps({"ok": passed, **_data(report)}, ensure_ascii=False, indent=2))
    else:
        for line in _lines(report):
            click.echo(line)
        if not passed:
            click.echo(f"{score.ratio:.3f} is below {fail_under:g}", err=True)
    if not passed:
        raise SystemExit(BELOW_GATE)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    shown = ("mutants", BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("mutants", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(report: MutationReport) -> Iterator[str]:
    rows = [["", "killed", "survived", "score", "equivalent", "untestable"]]
    rows += [_row(operator, report.score(operator)) for operator in Operator if _tried(report.score(operator))]
    yield columns([*rows, _row("total", report.score())], right=range(1, 6))
    if len(report.trials) < report.generated:
        yield f"a sample of {len(report.trials)} of {counted(report.generated, 'mutant')}"
    for status, meaning in (
        ("equivalent", "no case has another verdict"),
        ("untestable", "no label changes, only levels or which clauses decide"),
    ):
        count = getattr(report.score(), status)
        if count:
            yield f"not counted: {count} {status} ({meaning}); --json lists them"
    survivors = report.of("survived")
    numbers: dict[str, int] = {}
    if survivors:
        yield f"\n{counted(len(survivors), 'mutant')} survived"
    for trial in survivors:
        yield ""
        yield from _survivor(trial, numbers)
    if survivors:
        yield f"\n{counted(len(numbers), 'exemplar')} to write, to kill them all"
    for trial in survivors:
        if trial.brief is not None and (number := numbers.pop(_key(trial.brief), None)):
            yield f"\nexemplar {number}"
            yield from brief_lines(trial.brief, "  ")


def _key(brief: Brief) -> str:
    return f"{brief.clause} {brief.skeleton}"


def _tried(score: Score) -> bool:
    return bool(score.killed + score.survived + score.equivalent + score.untestable)


def _row(name: str, score: Score) -> list[str]:
    ratio = f"{score.ratio:.2f}" if score.killed + score.survived else "-"
    return [name, str(score.killed), str(score.survived), ratio, str(score.equivalent), str(score.untestable)]


def _survivor(trial: Trial, numbers: dict[str, int]) -> Iterator[str]:
    """Where, what was changed, what the change would do, and the number of the exemplar that would notice."""
    mutant, witness, brief = trial.mutant, trial.witness, trial.brief
    yield f"{mutant.place}  {mutant.place.text}" if mutant.place else mutant.clause
    yield f"  {mutant.operator}: {mutant.says}"
    if witness is not None and brief is not None:
        number = numbers.setdefault(_key(brief), len(numbers) + 1)
        yield f"  a case that {_said(witness.before)} then {_said(witness.after)}: exemplar {number} would notice"


def _said(verdict: Verdict) -> str:
    by = f" by {', '.join(verdict.deciding)}" if verdict.deciding else ", which no clause covers"
    return f"{verdict.label} ({verdict.level}{by})"


def _data(report: MutationReport) -> Json:
    def score(of: Score) -> Json:
        return {**of.model_dump(), "score": round(of.ratio, 4)}

    return {
        "policy": report.policy,
        "version": report.version,
        "generated": report.generated,
        "tried": len(report.trials),
        "total": score(report.score()),
        "operators": {operator.value: score(report.score(operator)) for operator in Operator},
        "mutants": [_trial(trial) for trial in report.trials],
    }


def _trial(trial: Trial) -> Json:
    """A trial for programs: the mutant by what it changes, without the clause that it makes."""
    mutant = trial.mutant.model_dump(mode="json", exclude={"changed"})
    return {**mutant, **trial.model_dump(mode="json", exclude={"mutant"})}
