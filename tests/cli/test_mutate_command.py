"""`policyc mutate`: a score, the survivors with their lines, exemplars that would kill them, and a gate for CI."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import POLICY, Policyc

_BEFORE, _, _REST = POLICY.partition("    complies volcano {")
WITHOUT_VOLCANO = _BEFORE + _REST.partition("    }\n")[2]


def test_a_table_has_a_row_for_each_operator_and_a_total(policyc: Policyc, lab: Path) -> None:
    done = policyc("mutate", lab)
    assert (done.code, done.err) == (0, "")
    rows = {words[0]: words[1:] for words in map(str.split, done.out.splitlines()[1:6])}
    assert rows["effect"] == ["2", "0", "1.00", "0", "0"]
    assert rows["level"] == ["0", "0", "-", "0", "1"]
    assert rows["clause"] == ["2", "0", "1.00", "0", "0"]
    assert rows["negation"] == ["2", "0", "1.00", "0", "0"]
    assert rows["total"] == ["6", "0", "1.00", "0", "1"]
    assert "not counted: 1 untestable" in done.out
    assert "to write" not in done.out


def test_survivors_are_named_by_line_with_the_change_and_its_witness(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(WITHOUT_VOLCANO, "utf-8")
    assert policyc("check", lab).code == 0
    done = policyc("mutate", lab)
    line = next(n for n, text in enumerate(WITHOUT_VOLCANO.splitlines(), 1) if "clause lessons" in text)
    assert f'lab/policy.pol:{line}  clause lessons "Experiments for a lesson" {{' in done.out
    assert "  effect: `lessons`: `permit` becomes `forbid high`" in done.out
    assert "  a case that complies (none by reactions.lessons) then violates (high by reactions.lessons)" in done.out


def test_the_exemplar_that_is_asked_for_kills_them(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(WITHOUT_VOLCANO, "utf-8")
    before = policyc("mutate", lab, "--json").json
    brief = next(one["brief"] for one in before["mutants"] if one["status"] == "survived")
    home = "    respond comply" if brief["clause"].endswith("lessons") else "    respond refuse"
    (lab / "policy.pol").write_text(WITHOUT_VOLCANO.replace(home, f"{brief['skeleton']}\n{home}", 1), "utf-8")
    assert policyc("check", lab).code == 0
    after = policyc("mutate", lab, "--json").json
    assert after["total"]["killed"] > before["total"]["killed"]


def test_json_holds_every_mutant(policyc: Policyc, lab: Path) -> None:
    found = policyc("mutate", lab, "--json").json
    assert found["total"] == {"killed": 6, "survived": 0, "equivalent": 0, "untestable": 1, "score": 1.0}
    assert found["generated"] == found["tried"] == len(found["mutants"]) == 7
    mutants = {one["id"]: one for one in found["mutants"]}
    dropped = mutants["reactions.pranks:clause:1"]
    assert (dropped["status"], dropped["killed_by"]) == ("killed", ["reactions.pranks.locker"])
    assert dropped["place"]["file"] == "lab/policy.pol"
    level = mutants["reactions.pranks:level:1"]
    assert level["says"] == "`pranks`: `forbid high` becomes `forbid low`"
    assert (level["witness"]["before"]["level"], level["witness"]["after"]["level"]) == ("high", "low")


def test_operators_can_be_chosen(policyc: Policyc, lab: Path) -> None:
    found = policyc("mutate", lab, "--json", "--operator", "clause", "--operator", "effect").json
    assert {one["operator"] for one in found["mutants"]} == {"clause", "effect"}


def test_a_sample_is_drawn_by_its_seed(policyc: Policyc, lab: Path) -> None:
    first, again = (policyc("mutate", lab, "--json", "--sample", "3", "--seed", "5").json for _ in range(2))
    assert first == again
    assert (first["generated"], first["tried"]) == (7, 3)
    assert "a sample of 3 of 7 mutants" in policyc("mutate", lab, "--sample", "3").out


@pytest.mark.parametrize(("gate", "code"), [("0", 0), ("0.9", 3), ("1", 3)])
def test_below_the_gate_it_fails_and_says_by_how_much(policyc: Policyc, lab: Path, gate: str, code: int) -> None:
    (lab / "policy.pol").write_text(WITHOUT_VOLCANO, "utf-8")
    done = policyc("mutate", lab, "--fail-under", gate)
    assert done.code == code
    assert (done.err == "") == (code == 0)
    if code:
        assert f"is below {gate}" in done.err
    assert policyc("mutate", lab, "--fail-under", gate, "--json").json["ok"] is (code == 0)


@pytest.mark.parametrize(
    "words", [("--operator", "nothing"), ("--fail-under", "90"), ("--sample", "0"), ("--category", "nothing")]
)
def test_options_that_make_no_sense_are_wrong_use(policyc: Policyc, lab: Path, words: tuple[str, str]) -> None:
    assert policyc("mutate", lab, *words).code == 2


def test_a_policy_with_errors_has_no_mutants(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("forbid high", "forbid hihg"), "utf-8")
    done = policyc("mutate", lab)
    assert (done.code, done.out) == (1, "")
    assert "Did you mean `high`?" in done.err
    assert policyc("mutate", lab, "--json").json["ok"] is False


def test_help_has_examples(policyc: Policyc) -> None:
    done = policyc("mutate", "--help")
    assert done.code == 0
    assert "policyc mutate policy.pol --fail-under 0.9 --json" in done.out


def test_the_quickstart_is_tried(policyc: Policyc) -> None:
    quickstart = Path(__file__).parents[2] / "examples" / "quickstart"
    found = policyc("mutate", quickstart, "--json", "--category", "violence").json
    assert found["total"]["killed"] > found["total"]["survived"]
    assert all(one["place"] for one in found["mutants"])
    assert all(one["brief"] and one["witness"] for one in found["mutants"] if one["status"] == "survived")
