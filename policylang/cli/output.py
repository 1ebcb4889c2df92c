"""Where a command says things: results on standard output, the rest on standard error, colour on a terminal only."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from .options import as_json as json_option
from .options import quiet_option

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Output:
    """What `--quiet` and `--json` mean. With `--json`, standard output holds one JSON document and nothing else."""

    quiet: bool = False
    as_json: bool = False

    def say(self, text: str) -> None:
        """Tell people what is going on. Nothing with `--quiet` or `--json`."""
        if not self.quiet and not self.as_json:
            click.echo(text, err=True)

    def result(self, data: Mapping[str, Any], text: str) -> None:
        """Give the result of the command, once: `data` as JSON where that was asked for, else `text` for people."""
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str) if self.as_json else text)


def output_options(command: Callable[Concatenate[Output, P], R]) -> Callable[..., R]:
    """Give a command the options `--quiet` and `--json`, and an `Output` as its first argument."""

    @quiet_option
    @json_option
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> R:
        return command(Output(kwargs.pop("quiet"), kwargs.pop("as_json")), *args, **kwargs)

    return wrapped


def columns(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """Rows of cells, aligned: to the right in the columns of those numbers, from 0."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (
        [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    )
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def counted(count: int, noun: str) -> str:
    """`1 category`, `2 categories`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def megabytes(size: int) -> str:
    """A size in bytes, for people."""
    return f"{size / 1e6:,.0f} MB"
