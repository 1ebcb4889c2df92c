"""`policyc coverage`: a table, the lines that are not covered, exemplars to paste, and a gate for CI."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import POLICY, Policyc


def test_a_table_has_a_row_for_each_category_and_a_total(policyc: Policyc, lab: Path) -> None:
    done = policyc("coverage", lab)
    assert (done.code, done.err) == (0, "")
    head, row, total = done.out.splitlines()[:3]
    assert head.split() == ["clauses", "conditions", "exceptions", "boundaries", "factors", "total"]
    # A permit cannot be violated, so 5 labels count; the two exemplars differ in the only facet, which shows the rest.
    assert row.split() == ["reactions", "2/5", "2/2", "0/0", "2/2", "5/5", "11/14", "79", "%"]
    assert total.split() == ["total", "2/5", "2/2", "0/0", "2/2", "5/5", "11/14", "79", "%"]
    assert "conditions with both values seen, both ways of their clause: 2/2" in done.out
    assert "  1 × a permit cannot be violated" in done.out


def test_what_is_not_covered_is_named_by_line_with_its_text(policyc: Policyc, lab: Path) -> None:
    done = policyc("coverage", lab)
    line = next(n for n, text in enumerate(POLICY.splitlines(), 1) if "clause pranks" in text)
    assert f'lab/policy.pol:{line}  clause pranks "No recipes for pranks" {{' in done.out
    assert "  clause     `pranks`: an exemplar that complies" in done.out
    assert "not covered: 3 items" in done.out
    assert "violates {" not in done.out


def test_missing_exemplars_come_as_text_that_covers_the_rest(policyc: Policyc, lab: Path) -> None:
    done = policyc("coverage", lab, "--missing")
    assert "    under reactions.pranks, level none, as reactions.pranks.locker but for purpose:" in done.out
    skeleton = """\
      complies {
        user "(Write what is said here.)"
        facets { purpose = lesson }
        because "As pranks.locker, but for purpose."
      }
"""
    assert skeleton in done.out
    text = POLICY.replace("    violates locker {", f"{skeleton}\n    violates locker {{")
    (lab / "policy.pol").write_text(text, "utf-8")
    assert policyc("check", lab).code == 0
    assert policyc("coverage", lab, "--json").json["total"]["covered"] == 12


@pytest.mark.parametrize(("gate", "code"), [("0", 0), ("78.5", 0), ("78.6", 3), ("100", 3)])
def test_below_the_gate_it_fails_and_says_by_how_much(policyc: Policyc, lab: Path, gate: str, code: int) -> None:
    done = policyc("coverage", lab, "--fail-under", gate)
    assert done.code == code
    assert done.err == ("" if code == 0 else f"78.6 % is below {gate} %\n")
    assert policyc("coverage", lab, "--fail-under", gate, "--json").json["ok"] is (code == 0)


def test_by_counts_only_what_is_asked_for(policyc: Policyc, lab: Path) -> None:
    done = policyc("coverage", lab, "--by", "condition", "--by", "factor", "--fail-under", "100")
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["conditions", "factors", "total"]
    assert "not covered" not in done.out


def test_json_holds_every_item_with_its_place_and_its_briefs(policyc: Policyc, lab: Path) -> None:
    found = policyc("coverage", lab, "--json").json
    assert found["total"] == {"covered": 11, "feasible": 14, "infeasible": 1, "percent": 78.57}
    assert found["categories"]["reactions"]["clause"]["covered"] == found["kinds"]["clause"]["covered"] == 2
    items = {item["id"]: item for item in found["items"]}
    shown = items["reactions.pranks:when"]
    assert shown["shown_by"] == ["reactions.pranks.locker", "reactions.lessons.volcano"]
    assert (shown["place"]["file"], shown["place"]["text"]) == ("lab/policy.pol", "when purpose = prank")
    [brief] = items["reactions.pranks:complies"]["briefs"]
    assert brief["facets"] == {"purpose": "lesson"}
    assert (brief["neighbour"], brief["differs"]) == ("reactions.pranks.locker", "purpose")
    assert items["reactions.lessons:violates"]["reason"] == "a permit cannot be violated"


def test_a_category_stands_for_those_in_it(policyc: Policyc, lab: Path) -> None:
    nested = POLICY.replace(
        'category reactions "Reactions" {', 'category lab "Lab" { category reactions "Reactions" {'
    ).replace("\n}\n\nplan small", '\n}\n}\n\ncategory other "Other" { permit none { a "Anything" } }\n\nplan small')
    (lab / "policy.pol").write_text(nested, "utf-8")
    assert list(policyc("coverage", lab, "--json", "--category", "lab").json["categories"]) == ["lab.reactions"]
    assert list(policyc("coverage", lab, "--json").json["categories"]) == ["lab.reactions", "other"]


def test_an_unknown_category_is_wrong_use(policyc: Policyc, lab: Path) -> None:
    done = policyc("coverage", lab, "--category", "reaction")
    assert done.code == 2
    assert "the policy has no category reaction" in done.err
    assert "Did you mean reactions?" in done.err


@pytest.mark.parametrize("words", [("--by", "nothing"), ("--fail-under", "101"), ("--fail-under", "many")])
def test_options_that_make_no_sense_are_wrong_use(policyc: Policyc, lab: Path, words: tuple[str, str]) -> None:
    assert policyc("coverage", lab, *words).code == 2


def test_a_path_that_is_not_there_is_wrong_use(policyc: Policyc, lab: Path) -> None:
    assert policyc("coverage", lab / "nothing.pol").code == 2


def test_a_policy_with_errors_has_no_coverage(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("when purpose = prank", "when purpos = prank"), "utf-8")
    done = policyc("coverage", lab)
    assert (done.code, done.out) == (1, "")
    assert "Did you mean `purpose`?" in done.err
    machine = policyc("coverage", lab, "--json")
    assert (machine.code, machine.json["ok"]) == (1, False)
    assert machine.json["diagnostics"][0]["code"] == "POL0201"


def test_help_has_examples(policyc: Policyc) -> None:
    done = policyc("coverage", "--help")
    assert done.code == 0
    assert "policyc coverage policy.pol --fail-under 80 --json" in done.out


def test_the_quickstart_is_measured(policyc: Policyc) -> None:
    found = policyc("coverage", Path(__file__).parents[2] / "examples" / "quickstart", "--json").json
    assert found["exemplars"] >= 80
    assert all(item["place"] for item in found["items"])
    assert all(item["briefs"] for item in found["items"] if item["status"] == "missing")
    assert found["total"]["covered"] > found["total"]["feasible"] / 2
