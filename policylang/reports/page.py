"""The page: one HTML file that needs nothing but itself, in which nothing from outside becomes markup or script."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import os
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from policylang.compiler.bundle import Bundle

from .data import ReportData
from .numbers import amount, cost, number, percent, share, tokens
from .pictures import InlinePicture, inline_pictures
from .report import report_of
from .run_folder import ReportError, RunFolder
from .visible import visible

TEMPLATES = Path(__file__).parent / "templates"
FILE_NAME = "report.html"
LONGEST = 6000
"""Characters of one text of a sample that are shown."""


def write_report(run_folder: Path, target: Path | None = None) -> Path:
    """Write the report of a run to `target`, by default `run_folder/report.html`; gives where it is.

    The run may still be going on. The same folder gives the same bytes. Raises RunError (ReportError, LedgerError) and
    BundleError.
    """
    with contextlib.closing(RunFolder.open(run_folder)) as run:
        data = report_of(run)
        text = render(data, pictures_of(data, run.bundle))
    target = target or run_folder / FILE_NAME
    fresh = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8", newline="\n")
        os.replace(fresh, target)  # noqa: PTH105 - onto the old one
    except OSError as error:
        raise ReportError(f"{target}: {error.strerror or error}", "Give another place with -o.") from None
    return target


def pictures_of(data: ReportData, bundle: Bundle) -> dict[str, InlinePicture]:
    """The pictures of the samples that are shown."""
    shown = (*data.accepted, *data.rejected)
    return inline_pictures((one.sample.picture.path for one in shown if one.sample.picture), bundle.files)


def render(data: ReportData, pictures: dict[str, InlinePicture]) -> str:
    """The page as text. Every value that goes into it is escaped, and characters that hide are spelled out."""
    style, script = _asset("page.css"), _asset("filter.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src {_source_of(style)}",
            f"script-src {_source_of(script)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        environment()
        .get_template("page.html.j2")
        .render(report=data, pictures=pictures, style=Markup(style), script=Markup(script), security_policy=policy)
    )


@functools.cache
def environment() -> Environment:
    """Autoescape is on for every template; what is undefined is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_seen,
    )
    env.filters |= {
        "amount": amount,
        "anchor": anchor,
        "clip": clip,
        "cost": cost,
        "number": number,
        "percent": percent,
        "reflow": reflow,
        "short": short,
        "tokens": tokens,
    }
    env.globals["share"] = share
    return env


def short(digest: str) -> str:
    """The first characters of a hash, which is enough to tell it from others."""
    return digest[:12]


def anchor(name: str, kind: str = "clause") -> str:
    """The id on the page of a clause, category or sample."""
    return kind + "-" + re.sub(r"[^\w.-]", "-", name)


def reflow(prose: str) -> str:
    """Prose of a policy without the line breaks of its file: those between paragraphs and before list items stay."""
    paragraphs = re.split(r"\n[ \t]*\n", prose)
    return "\n\n".join(re.sub(r"\n[ \t]*(?![-*•] |\d+[.)] )", " ", one) for one in paragraphs)


def clip(text: str) -> str:
    """The text, or so much of it as a reader can use."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST:,} characters more)"


def _seen(value: Any) -> Any:
    """What jinja does with every value before it escapes it."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@functools.cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _source_of(text: str) -> str:
    """A source for a content security policy that admits this very text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
