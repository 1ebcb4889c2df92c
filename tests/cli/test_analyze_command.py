"""`policyc analyze`: what it prints, what it exits with, and that its JSON is what its schema says."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from lab import POLICY, Policyc

from policylang.language.analysis import Kind, Relation
from policylang.language.analysis.document import AnalysisDocument, ComparisonDocument

SHADOWED = POLICY.replace(
    '  clause lessons "Experiments',
    '  clause jokes "No jokes either" {\n    forbid low on request\n    when purpose = prank\n  }\n\n'
    '  clause tricks "No tricks" {\n    forbid low on response\n    when purpose = prank\n  }\n\n'
    '  clause lessons "Experiments',
)


@pytest.fixture
def shadowed(lab: Path) -> Path:
    (lab / "policy.pol").write_text(SHADOWED, "utf-8")
    return lab


@pytest.fixture
def old(lab: Path) -> Path:
    """The same policy before a clause went from low to high."""
    folder = lab.parent / "old"
    folder.mkdir()
    (folder / "policy.pol").write_text(POLICY.replace("forbid high", "forbid low").replace("1.0.0", "0.9.0"), "utf-8")
    return folder


def test_findings_stand_by_category_with_case_and_place(policyc: Policyc, shadowed: Path) -> None:
    done = policyc("analyze", shadowed)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "lab.safety 1.0.0: 1 warning\n"
        "\n"
        'reactions "Reactions"\n'
        "  warning[shadowed-clause]: `jokes` never decides: wherever it is in force, so is `pranks`, which\n"
        "      has a higher level\n"
        "      with purpose = prank: `jokes` is in force, but `pranks` (high) decides\n"
        "      --> lab/policy.pol:32:10\n"
        "      ::: lab/policy.pol:18:10\n"
        "      = Narrow the other clause, let this one override it, or remove this one.\n"
    )


def test_what_concerns_the_whole_policy_comes_last(policyc: Policyc, lab: Path) -> None:
    done = policyc("analyze", lab)
    assert done.out == (
        "lab.safety 1.0.0: 1 note\n"
        "\n"
        "the whole policy\n"
        "  note[unreached-level]: no case gets the level `low`\n"
        "      --> lab/policy.pol:3:15\n"
        "      ::: lab/policy.pol:1:1\n"
        "      = Let a clause have it, or take it off the ladder.\n"
    )


def test_nothing_found_is_said(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("none < low < high", "none < high"), "utf-8")
    assert policyc("analyze", lab).out == "lab.safety 1.0.0: nothing found\n"


def test_only_shows_a_kind(policyc: Policyc, shadowed: Path) -> None:
    assert "shadowed-clause" in policyc("analyze", shadowed, "--only", "shadowed-clause").out
    assert policyc("analyze", shadowed, "--only", "dead-clause").out == "lab.safety 1.0.0: nothing found\n"


@pytest.mark.parametrize(("gate", "code"), [("shadowed-clause", 3), ("warning", 3), ("note", 0), ("dead-clause", 0)])
def test_a_gate_that_is_not_met_is_exit_code_3(policyc: Policyc, shadowed: Path, gate: str, code: int) -> None:
    assert policyc("analyze", shadowed, "--fail-on", gate).code == code
    assert policyc("analyze", shadowed, "--fail-on", gate, "--json").json["failed"] == ([gate] if code else [])


def test_errors_are_exit_code_1(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("when purpose = prank", "when purpos = prank"))
    done = policyc("analyze", lab)
    assert (done.code, done.out) == (1, "")
    assert "Did you mean `purpose`?" in done.err
    found = policyc("analyze", lab, "--json")
    assert (found.code, found.json["ok"]) == (1, False)
    assert "POL0201" in {one["code"] for one in found.json["diagnostics"]}


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("--only", "ded-clause"), "dead-clause"),
        (("--fail-on", "looser"), "without --against"),
        (("--against", "lab", "--fail-on", "dead-clause"), "looser"),
        (("--against", "nowhere"), "there is nothing at nowhere"),
    ],
)
def test_wrong_use_is_exit_code_2(policyc: Policyc, lab: Path, words: tuple[str, ...], advice: str) -> None:
    done = policyc("analyze", lab, *words)
    assert (done.code, done.out) == (2, "")
    assert advice in done.err


def test_json_is_closed_and_has_places(policyc: Policyc, shadowed: Path) -> None:
    found = policyc("analyze", shadowed, "--json").json
    jsonschema.validate(found, AnalysisDocument.model_json_schema(mode="serialization"))
    assert AnalysisDocument.model_validate(found).model_dump(mode="json") == found
    [finding] = found["findings"]
    assert finding["kind"] == "shadowed-clause"
    assert finding["clauses"] == ["reactions.jokes", "reactions.pranks"]
    assert finding["witness"]["case"] == {"purpose": "prank"}
    assert finding["places"][0] == {
        "file": "lab/policy.pol", "line": 32, "column": 10, "end_line": 32, "end_column": 15,
    }  # fmt: skip
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found | {"more": 1}, AnalysisDocument.model_json_schema(mode="serialization"))


# ------------------------------------------------------------ two policies


def test_a_comparison_tells_which_is_stricter_and_where(policyc: Policyc, lab: Path, old: Path) -> None:
    done = policyc("analyze", lab, "--against", old)
    assert done.code == 0
    assert done.out == (
        "lab.safety 1.0.0 against lab.safety 0.9.0\n"
        "\n"
        "reactions\n"
        "  stricter[request]: lab.safety 1.0.0 gives some cases a higher level than lab.safety 0.9.0, and\n"
        "      none a lower one\n"
        "      stricter: with purpose = prank: `high` (refuse) by `pranks` in lab.safety 1.0.0, `low`\n"
        "      (refuse) by `pranks` in lab.safety 0.9.0\n"
        "      --> lab/policy.pol:15:10\n"
        "      ::: old/policy.pol:15:10\n"
    )


def test_the_gate_on_what_was_relaxed(policyc: Policyc, lab: Path, old: Path) -> None:
    assert policyc("analyze", lab, "--against", old, "--fail-on", "looser").code == 0
    assert policyc("analyze", old, "--against", lab, "--fail-on", "looser").code == 3


def test_what_is_relaxed_in_one_place_and_not_in_another_is_relaxed(policyc: Policyc, lab: Path, old: Path) -> None:
    moved = POLICY.partition("    violates locker")[0].replace("when purpose = prank", "when purpose = lesson")
    (old / "policy.pol").write_text(f"{moved}  }}\n}}\n", "utf-8")
    done = policyc("analyze", old, "--against", lab, "--fail-on", "looser", "--json")
    assert [one["relation"] for one in done.json["comparisons"]] == ["incomparable"]
    assert (done.code, done.json["failed"]) == (3, ["looser"])


def test_a_comparison_in_json_is_closed(policyc: Policyc, lab: Path, old: Path) -> None:
    found = policyc("analyze", lab, "--against", old, "--json").json
    jsonschema.validate(found, ComparisonDocument.model_json_schema(mode="serialization"))
    assert ComparisonDocument.model_validate(found).model_dump(mode="json") == found
    assert [place["file"] for place in found["comparisons"][0]["places"]] == ["lab/policy.pol", "old/policy.pol"]


def test_help_names_every_kind_and_shows_examples(policyc: Policyc) -> None:
    told = policyc("analyze", "--help").out
    assert all(kind in told for kind in (*Kind, *Relation))
    assert "policyc analyze new/ --against old/ --fail-on looser" in told
