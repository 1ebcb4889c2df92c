"""`policyc plan`: what a plan asks for and covers, from a policy or from a bundle."""

from __future__ import annotations

import json
from pathlib import Path

from lab import POLICY, Policyc


def test_without_a_name_it_is_the_first_plan(policyc: Policyc, lab: Path) -> None:
    done = policyc("plan", lab)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("plan small: 4 rows")
    assert "label: violates 2, complies 2" in done.out


def test_another_plan_by_name(policyc: Policyc, lab: Path) -> None:
    assert policyc("plan", lab, "--plan", "large").out.startswith("plan large: 40 rows")


def test_a_policy_and_its_bundle_say_the_same(policyc: Policyc, lab: Path) -> None:
    policyc("compile", lab, "-o", "build")
    assert policyc("plan", "build", "--json").json == policyc("plan", lab, "--json").json


def test_json_holds_the_whole_report(policyc: Policyc, lab: Path) -> None:
    done = policyc("plan", lab, "--verify", "--json")
    assert (done.code, done.err) == (0, "")
    assert (done.json["plan"], done.json["problems"]) == ("small", [])
    assert done.json["report"]["size"] == 4


def test_verify_says_so(policyc: Policyc, lab: Path) -> None:
    assert "every claim follows from the rows" in policyc("plan", lab, "--verify").out


def test_the_rows_can_be_had_as_a_file(policyc: Policyc, lab: Path) -> None:
    assert policyc("plan", lab, "-o", "rows.jsonl").code == 0
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()]
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    assert {row["plan"] for row in rows} == {"small"}


def test_rows_go_neither_into_a_folder_nor_where_none_is(policyc: Policyc, lab: Path) -> None:
    assert policyc("plan", lab, "-o", lab).code == 2
    done = policyc("plan", lab, "-o", "no/such/rows.jsonl")
    assert done.code == 2
    assert "no/such/rows.jsonl" in done.err


def test_an_unknown_plan_is_met_with_a_guess_and_the_list(policyc: Policyc, lab: Path) -> None:
    close, far = policyc("plan", lab, "--plan", "smal"), policyc("plan", lab, "--plan", "xyz")
    assert close.code == far.code == 2
    assert "Did you mean small?" in close.err
    assert "Did you mean" not in far.err
    assert "Its plans: small, large." in far.err


def test_a_policy_without_a_plan_says_how_to_add_one(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY[: POLICY.index("plan small")])
    done = policyc("plan", lab)
    assert done.code == 2
    assert "plan NAME { size" in done.err


def test_errors_of_the_policy_are_json_where_asked_for(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("forbid high", "forbid hihg"))
    done = policyc("plan", lab, "--json")
    assert (done.code, done.err) == (1, "")
    assert done.json["ok"] is False
    assert done.json["diagnostics"][0]["file"] == "lab/policy.pol"


def test_a_bundle_that_was_changed_is_not_trusted(policyc: Policyc, lab: Path) -> None:
    policyc("compile", lab, "-o", "build")
    with Path("build/plans/small/rows.jsonl").open("a") as file:
        file.write("{}\n")
    done = policyc("plan", "build")
    assert done.code == 2
    assert "rows.jsonl is not what was compiled" in done.err


def test_against_an_earlier_version_it_says_what_is_stale_and_what_that_costs(policyc: Policyc, lab: Path) -> None:
    policyc("compile", lab, "-o", "build")
    assert "against " in policyc("plan", lab, "--against", "build").out
    assert policyc("plan", lab, "--against", "build", "--json").json["against"]["fates"]["keep"] == 4
    source = next(lab.rglob("*.pol")) if lab.is_dir() else lab
    source.write_text(source.read_text().replace('"""', '"""Newly: ', 1))
    done = policyc("plan", lab, "--against", "build", "--json")
    assert done.code == 0
    assert sum(done.json["against"]["fates"].values()) >= 4
    assert done.json["against"]["cost"]["rows"] == len([r for r in done.json["against"]["rows"] if r["stages"]])


def test_against_another_policy_is_refused(policyc: Policyc, lab: Path) -> None:
    done = policyc("plan", lab, "--against", Path(__file__).parents[2] / "examples" / "quickstart")
    assert done.code == 2
    assert "cannot be compared: it is of the policy acme.content" in done.err
