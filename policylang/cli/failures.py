"""The one place where an error becomes a message and an exit code. No error reaches a user as a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from .commands import PROGRAM, policyc

INTERRUPTED = 130
FAULT = 70
TRACEBACK = "POLICYC_TRACEBACK"
COMPLETE = "_POLICYC_COMPLETE"

EXIT_CODES = {
    "policylang.cli.loading.WrongUseError": 2,
    "policylang.runtime.errors.RunError": 2,
    "policylang.compiler.bundle.BundleError": 2,
    "policylang.compiler.plans.problems.PlanError": 1,
    "policylang.language.source.UnreadableSourceError": 1,
}
"""The errors that are the user's to put right, by full name so that nothing is imported to know them, subclasses
included. Their `message` (or else their text) and `advice` are shown."""


class Failure(NamedTuple):
    """What to say, what to do about it, and what to exit with."""

    kind: str
    message: str
    advice: str
    code: int


def guarded(words: Sequence[str]) -> int:
    """Run a command line; print whatever goes wrong to standard error, or as JSON where `--json` was asked for."""
    if COMPLETE in os.environ:  # a shell asks for the words that fit
        policyc.main(prog_name=PROGRAM, complete_var=COMPLETE)
    try:
        # Not click's own main: it would end a broken pipe with the code that means errors in the policy.
        with policyc.make_context(PROGRAM, list(words), color=_colour()) as context:
            code = policyc.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone (`policyc ... | head`). Nothing may be flushed into the pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        failure = explain(error)
    except KeyboardInterrupt:
        failure = _interrupted()
    show(failure, as_json="--json" in words)
    return failure.code


def explain(error: Exception) -> Failure:
    """Any exception in the user's words."""
    kind = type(error).__name__
    for base in type(error).__mro__:
        code = EXIT_CODES.get(f"{base.__module__}.{base.__qualname__}")
        if code is not None:
            return Failure(kind, getattr(error, "message", str(error)), getattr(error, "advice", ""), code)
    match error:
        case click.Abort():
            return _interrupted()
        case click.UsageError():
            command = error.ctx.command_path if error.ctx is not None else PROGRAM
            return Failure("UsageError", error.format_message(), f"See {command} --help.", 2)
        case click.ClickException():
            return Failure(kind, error.format_message(), "", error.exit_code)
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return Failure("OSError", f"{where}{error.strerror or error}", "", 2)
        case MemoryError():
            return Failure(kind, "not enough memory", "", 2)
    return Failure(
        "InternalError",
        f"{PROGRAM} itself has failed: {kind}: {error}",
        f"This is a fault of the program. Please report it, with what {TRACEBACK}=1 {PROGRAM} ... prints.",
        FAULT,
    )


def show(failure: Failure, *, as_json: bool) -> None:
    """Print a failure: for people on standard error, for programs as the one document on standard output."""
    if as_json:
        document = {"error": {"kind": failure.kind, "message": failure.message, "advice": failure.advice}}
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(click.style("error: ", fg="red", bold=True) + failure.message, err=True, color=_colour())
    if failure.advice:
        click.echo(click.style("   = ", fg="cyan") + failure.advice, err=True, color=_colour())


def _colour() -> bool | None:
    """False where nobody wants colour (https://no-color.org); None leaves it to whether there is a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def _interrupted() -> Failure:
    return Failure("Interrupted", "interrupted", "Run the same command again to go on.", INTERRUPTED)
