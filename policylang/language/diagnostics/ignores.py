"""Warnings that the author of a policy has looked at and wants no more of, with the reason why.

    clause steps { forbid low }  # policyc: ignore[no-text] the text comes with the next release

At the end of a line, or alone on the line above, it hides warnings of that line; `ignore-file` hides them in the whole
file. Errors cannot be ignored: a policy that has one means nothing.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from ..source import SourceFile, Span
from .codes import CODES, find_code, suggest_code
from .diagnostic import Applicability, Edit, Fix, Severity
from .report import Report

_TEXT_OR_COMMENT = re.compile(
    r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\Z)|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"?|(?P<comment>#[^\n]*)',
    re.DOTALL,
)
_INSTRUCTION = re.compile(r"#\s*policyc:\s*(?P<verb>[\w-]+)\s*(?:\[(?P<codes>[^\]]*)\])?(?P<reason>.*)")
_WORD = re.compile(r"[^\s,]+")
_VERBS = ("ignore", "ignore-file")
_ABOUT_IGNORES = "POL05"


@dataclass
class _Ignore:
    """`line` is the one whose warnings it hides; None: those of the file. `codes` have the place of their word."""

    comment: Span
    line: int | None
    codes: dict[str, Span]
    reason: str
    used: set[str] = field(default_factory=set)


def apply_ignores(report: Report, sources: Iterable[SourceFile], own: Collection[str]) -> None:
    """Take the ignored warnings out of the report, and say what is wrong with the comments that ignore them.

    Those in the files of an imported policy may be for what is checked only when that policy is: of what they hide
    nothing is said unless the file is among the policy's `own`.
    """
    for source in sources:
        if "policyc:" not in source.text:
            continue
        ignores = [ignore for found in _instructions(source) for ignore in _read(found, source, report)]
        for diagnostic in list(report):
            if diagnostic.severity is Severity.WARNING and diagnostic.span.file == source.name:
                line = source.position(diagnostic.span.start)[0]
                using = [i for i in ignores if i.line in (None, line) and diagnostic.code in i.codes]
                for ignore in using[:1]:
                    ignore.used.add(diagnostic.code)
                    report.ignore(diagnostic, ignore.reason)
        for ignore in ignores:
            _judge(ignore, source, report, complete=source.name in own and not report.errors)


def _instructions(source: SourceFile) -> Iterator[re.Match[str]]:
    """The comments for policyc, outside of strings and prose."""
    for found in _TEXT_OR_COMMENT.finditer(source.text):
        if found["comment"]:
            instruction = _INSTRUCTION.fullmatch(source.text, *found.span("comment"))
            if instruction:
                yield instruction


def _read(found: re.Match[str], source: SourceFile, report: Report) -> Iterator[_Ignore]:
    """The ignore that a comment is, if it is a sound one."""
    comment = Span(source.name, found.start(), found.start() + len(found[0].rstrip()))
    verb = Span(source.name, *found.span("verb"))
    if found["verb"] not in _VERBS:
        near = difflib.get_close_matches(found["verb"], _VERBS, n=1)
        if near:
            fix = Fix(f"Write `{near[0]}`.", (Edit(verb, near[0]),))
            report.add("POL0503", f"`{found['verb']}` is no instruction", verb, f"Did you mean `{near[0]}`?", fix=fix)
        return
    words = _WORD.finditer(found["codes"] or "")
    places = {word[0]: Span(source.name, *(found.start("codes") + at for at in word.span())) for word in words}
    if not places:
        advice = f"Say which, by code or by name: `{found['verb']}[no-text] because ...`."
        report.add("POL0503", f"this `{found['verb']}` names no warning", comment, advice)
    codes = {code: place for word, place in places.items() if (code := _ignorable(word, place, report))}
    if codes:
        line = None if found["verb"] == "ignore-file" else _line_of(found.start(), source)
        yield _Ignore(comment, line, codes, found["reason"].strip(" \t:,-–—"))


def _ignorable(word: str, place: Span, report: Report) -> str | None:
    code = find_code(word)
    if code is None:
        advice = suggest_code(word)
        near = advice.removeprefix("Did you mean `").removesuffix("`?")
        fix = Fix(f"Replace `{word}` by `{near}`.", (Edit(place, near),)) if near else None
        report.add("POL0503", f"there is no diagnostic `{word}`", place, advice or "See `policyc explain`.", fix=fix)
    elif CODES[code].severity is Severity.ERROR:
        advice = f"Mend it: `policyc explain {word}` says how."
        report.add("POL0503", f"`{word}` is no warning, and nothing else can be ignored", place, advice)
    elif code.startswith(_ABOUT_IGNORES):
        report.add("POL0503", f"`{word}` is about ignores, and cannot be ignored", place, "Mend the other ignore.")
    else:
        return code
    return None


def _line_of(offset: int, source: SourceFile) -> int:
    """The line of a comment, or, where it stands alone, the next that holds more than a comment."""
    line, column = source.position(offset)
    alone = not source.line(line)[: column - 1].strip()
    while alone and line < source.lines and source.line(line).strip()[:1] in ("", "#"):
        line += 1
    return line


def _judge(ignore: _Ignore, source: SourceFile, report: Report, *, complete: bool) -> None:
    unused = [code for code in ignore.codes if code not in ignore.used]
    if complete and len(unused) == len(ignore.codes):
        fix = Fix("Remove the comment.", (_without_comment(ignore.comment, source),), Applicability.SAFE)
        report.add("POL0502", "this ignores a warning that is not there", ignore.comment, "Remove it.", fix=fix)
        return
    for code in unused if complete else ():
        place = ignore.codes[code]
        message = f"there is no warning `{CODES[code].name}` here to ignore"
        fix = Fix("Remove it from the list.", (_without_word(place, source),), Applicability.SAFE)
        report.add("POL0502", message, place, "Remove it from the list.", fix=fix)
    if not ignore.reason:
        advice = "Write the reason after the bracket: it tells others when the comment can go."
        report.add("POL0501", "this ignores a warning without a reason", ignore.comment, advice)


def _without_comment(comment: Span, source: SourceFile) -> Edit:
    """With the spaces before it, and with its line where it stands alone."""
    start = len(source.text[: comment.start].rstrip(" \t"))
    end = comment.end
    if source.text[start - 1 : start] in ("", "\n") and source.text[end : end + 1] == "\n":
        end += 1
    return Edit(Span(comment.file, start, end), "")


def _without_word(place: Span, source: SourceFile) -> Edit:
    """With the comma that follows it, or else the one before it."""
    after = re.compile(r"[ \t]*,[ \t]*").match(source.text, place.end)
    if after:
        return Edit(Span(place.file, place.start, after.end()), "")
    start = len(source.text[: place.start].rstrip(" \t,"))
    return Edit(Span(place.file, start, place.end), "")
