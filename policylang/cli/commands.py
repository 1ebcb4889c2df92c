"""The commands, by name. Help and completion read this table alone; a command's module is imported when it runs."""

from __future__ import annotations

import difflib
import importlib
from typing import NamedTuple

import click

from policylang import __version__

PROGRAM = "policyc"


class Entry(NamedTuple):
    """Where a command lives (`module:attribute`), and its line in the help."""

    target: str
    help: str


COMMANDS = {
    "check": Entry("policylang.cli.check:command", "Check policies, and say what is wrong and what to do."),
    "fmt": Entry("policylang.cli.fmt:command", "Format policies: one layout for all."),
    "analyze": Entry("policylang.cli.analyze:command", "Prove what is odd about a policy, or compare two."),
    "diff": Entry("policylang.cli.diff:command", "Compare two versions: edits, meaning, and what goes stale."),
    "breaking": Entry("policylang.cli.breaking:command", "Judge a change by what it breaks, and suggest its version."),
    "compile": Entry("policylang.cli.compile:command", "Compile a policy to prompts, rubrics, plans and a book."),
    "coverage": Entry("policylang.cli.coverage:command", "Measure what the exemplars show, and say which are missing."),
    "mutate": Entry("policylang.cli.mutate:command", "Change the logic a little: do the exemplars notice?"),
    "plan": Entry("policylang.cli.plan:command", "Show the rows of a plan, and what they cover."),
    "run": Entry("policylang.cli.run:command", "Make a data set: generate, judge, filter, export, report."),
    "generate": Entry("policylang.cli.generate:command", "One step of a run: requests, reasoning and answers."),
    "judge": Entry("policylang.cli.judge:command", "One step of a run: judge, filter and refill."),
    "export": Entry("policylang.cli.export:command", "One step of a run: split and write the data set."),
    "report": Entry("policylang.cli.report:command", "One step of a run: write its report."),
    "models": Entry("policylang.cli.models:models", "Get, list and serve models that run on this machine."),
    "explain": Entry("policylang.cli.explain:command", "Tell the story of a diagnostic."),
    "schema": Entry("policylang.cli.schema:command", "Print the JSON Schema of a file format."),
    "completion": Entry("policylang.cli.completion:completion", "Print the script that completes commands in a shell."),
}


class LazyGroup(click.Group):
    """A group whose commands come from the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, attribute = entry.target.split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f' Did you mean "{close[0]}"?' if close else f" See {PROGRAM} --help."
            raise click.UsageError(f'There is no command "{name}".{hint}', ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


EPILOG = """\b
Examples:
  policyc check policy.pol             is it sound?
  policyc compile policy.pol -o build  everything that follows from it
  policyc run policy.pol               make the data set that it plans
  policyc models pull                  get the small default model (98 MB)
  policyc models serve                 serve it on this machine, OpenAI-compatible
  policyc completion bash              print the completion script for bash

`policyc COMMAND --help` tells about each."""


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def policyc() -> None:
    """Safety policies as source code: check a .pol file, compile it to prompts, rubrics and plans, run a plan to a
    data set, and report on it."""
