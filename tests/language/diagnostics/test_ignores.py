"""Ignored warnings: what is hidden, what is not, and what the fixer makes of comments that hide nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_fixes import fix_text

from policylang.language.diagnostics.codes import CODES
from policylang.language.load import load_policy, load_text

POLICY = """\
policy acme.content 1.0.0 "A"

levels none < low

category harm {
  clause steps { forbid low }
}
"""
STEPS = "  clause steps { forbid low }"


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in load_text(text).report.sorted()]


@pytest.mark.parametrize("word", ["no-text", "POL0404", "pol0404", "no-text, unused-facet"])
def test_a_warning_is_hidden_by_code_or_by_name(word: str) -> None:
    assert codes(POLICY) == ["POL0404"]
    assert "POL0404" not in codes(POLICY.replace(STEPS, f"{STEPS}  # policyc: ignore[{word}] to come"))
    assert "POL0404" not in codes(POLICY.replace(STEPS, f"  # policyc: ignore[{word}] to come\n{STEPS}"))
    assert "POL0404" not in codes(f"{POLICY}# policyc: ignore-file[{word}] to come\n")


def test_what_is_hidden_does_not_count() -> None:
    report = load_text(POLICY.replace(STEPS, f"{STEPS}  # policyc: ignore[no-text] to come")).report
    assert (report.errors, report.warnings, len(report)) == (0, 0, 0)


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.severity == "error"])
def test_no_error_can_be_ignored(code: str) -> None:
    wrong = POLICY.replace("forbid low", "forbid lwo").replace("steps", 'steps "Steps"')
    assert codes(f"{wrong}# policyc: ignore-file[{code}, {CODES[code].name}] a reason\n") == [
        "POL0201",
        "POL0503",
        "POL0503",
    ]


def test_of_a_policy_with_errors_it_is_not_said_that_an_ignore_hides_nothing() -> None:
    """What it hides may not have been looked for."""
    wrong = POLICY.replace("forbid low", "forbid lwo").replace("steps", 'steps "Steps"')
    assert codes(f"{wrong}# policyc: ignore-file[unused-facet] a reason\n") == ["POL0201"]


def test_ignores_of_an_imported_policy_are_judged_when_that_policy_is_checked(tmp_path: Path) -> None:
    (tmp_path / "policy.pol").write_text(POLICY.replace("levels", "import acme.words ^1\n\nlevels"))
    words = tmp_path / "words" / "words.pol"
    words.parent.mkdir()
    words.write_text(
        'policy acme.words 1.0.0 "W"\n\n'
        "facet mood { calm angry }  # policyc: ignore[no-question] everybody knows\n"
        'facet tone { ask "?" dry warm }  # policyc: ignore[no-question] everybody knows\n'
    )
    assert [one.code for one in load_policy(tmp_path / "policy.pol").report] == ["POL0404"]
    assert [one.code for one in load_policy(words).report] == ["POL0502"]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("  # policyc: ignore[no-question] no more", ""),
        ("  # policyc: ignore[no-question, no-text] why", "  # policyc: ignore[no-text] why"),
        ("  # policyc: ignore[no-text, no-question] why", "  # policyc: ignore[no-text] why"),
        ("  # policyc: ignore[no-text,no-question,unused-facet] why", "  # policyc: ignore[no-text] why"),
    ],
)
def test_what_hides_nothing_is_removed(comment: str, left: str, tmp_path: Path) -> None:
    text, _ = fix_text(POLICY.replace(STEPS, STEPS + comment), tmp_path)
    assert text == POLICY.replace(STEPS, STEPS + left)


@pytest.mark.parametrize(
    "comment", ["# policyc: ignore-file[no-question] none", "   # policyc: ignore[no-question] none"]
)
def test_a_line_of_its_own_goes_as_a_whole(comment: str, tmp_path: Path) -> None:
    assert fix_text(POLICY.replace("levels", f"{comment}\nlevels"), tmp_path)[0] == POLICY
    assert fix_text(POLICY + comment, tmp_path)[0] == POLICY
    assert fix_text(f"{comment}\n{POLICY}", tmp_path)[0] == POLICY
