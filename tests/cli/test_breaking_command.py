"""policyc breaking: grades, accepted breaks and the version that a change asks for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lab import Policyc
from versions_lab import commit, git, version

from policylang.compiler.difference import Break, Grade, bump

LEVEL = ("forbid high", "forbid low")
REWORDED = ("frighten someone.", "scare someone.")
QUESTION = ("What is it for?", "What does the person want it for?")
MAPPED = ('category reactions "Reactions" {', 'category reactions "Reactions" {\n  maps mlcommons.S1')


@pytest.fixture
def old(lab: Path) -> str:
    return version("old")


def accept(*entries: dict[str, str]) -> str:
    lines = [f"[[accept]]\n{''.join(f'{key} = {value}' + chr(10) for key, value in one.items())}" for one in entries]
    Path("accepted.toml").write_text("\n".join(lines))
    return "accepted.toml"


def entry(id_: str, grade: str = "label", expires: str = "2999-12-31") -> dict[str, str]:
    return {"id": f'"{id_}"', "grade": f'"{grade}"', "reason": '"Agreed."', "expires": expires}


def grades(document: Any) -> set[str]:
    return {one["grade"] for one in document["open"]}


def test_nothing_breaks_between_a_policy_and_itself(policyc: Policyc, old: str) -> None:
    done = policyc("breaking", version("new"), "--against", old, "--grade", "text", "--require-version")
    assert (done.code, done.err) == (0, "")
    assert done.out == ("lab.safety 1.0.0 → 1.0.0: nothing breaks\n\nversion: 1.0.0; the change asks for no new one\n")


def test_a_verdict_that_changes_breaks_labels(policyc: Policyc, old: str) -> None:
    done = policyc("breaking", version("new", LEVEL), "--against", old)
    assert done.code == 3
    assert done.err == "1 break at or above the grade label not accepted\n"
    assert "label:reactions/request:looser\n" in done.out
    assert "with purpose = prank: `high` (refuse) by `pranks` in the old version" in " ".join(done.out.split())
    assert "the change asks for a major one; 1.0.0 does not carry it: at least 2.0.0" in done.out


def test_another_question_breaks_rubrics_and_no_labels(policyc: Policyc, old: str) -> None:
    new = version("new", QUESTION)
    done = policyc("breaking", new, "--against", old, "--json")
    assert done.code == 0, "labels are what fails by default"
    assert (done.json["ok"], grades(done.json)) == (True, {"rubric", "prompt"})
    done = policyc("breaking", new, "--against", old, "--grade", "rubric")
    assert done.code == 3
    assert "rubric:reactions.request\n      the question `purpose` reads differently\n" in done.out
    assert "asks for a minor one; 1.0.0 does not carry it: at least 1.1.0" in done.out


def test_prose_breaks_prompts_alone(policyc: Policyc, old: str) -> None:
    new = version("new", REWORDED)
    assert grades(policyc("breaking", new, "--against", old, "--json").json) == {"prompt"}
    assert policyc("breaking", new, "--against", old, "--grade", "rubric").code == 0
    assert policyc("breaking", new, "--against", old, "--grade", "prompt").code == 3


def test_what_nothing_is_compiled_from_is_text(policyc: Policyc, old: str) -> None:
    found = policyc("breaking", version("new", MAPPED), "--against", old, "--json").json
    assert [(one["id"], one["grade"]) for one in found["open"]] == [("text:category:reactions", "text")]
    assert found["version"]["suggested"] == "1.0.1"


def test_a_new_version_number_alone_breaks_nothing(policyc: Policyc, old: str) -> None:
    found = policyc("breaking", version("new", ("safety 1.0.0", "safety 1.0.1")), "--against", old, "--json").json
    assert (found["open"], found["version"]["part"]) == ([], "none")


def test_the_version_must_carry_the_change_where_that_is_asked_for(policyc: Policyc, old: str) -> None:
    new = version("new", REWORDED)
    assert policyc("breaking", new, "--against", old).code == 0
    done = policyc("breaking", new, "--against", old, "--require-version")
    assert done.code == 3
    assert done.err == "the version 1.0.0 does not carry the change: at least 1.1.0\n"
    new = version("new", REWORDED, ("safety 1.0.0", "safety 1.1.0"))
    assert policyc("breaking", new, "--against", old, "--require-version").code == 0


def test_accepted_breaks_do_not_fail(policyc: Policyc, old: str) -> None:
    new = version("new", LEVEL)
    for known in ("label:reactions/request:looser", "label:reactions/*"):
        done = policyc("breaking", new, "--against", old, "--accept", accept(entry(known)))
        assert done.code == 0
        assert "accepted: 1 label" in done.out
        assert "label:reactions/request:looser" not in done.out
        assert "asks for a major one" in done.out, "who imports the policy has accepted nothing"


@pytest.mark.parametrize("known", [entry("label:reactions/request:stricter"), entry("label:*", grade="rubric")])
def test_an_entry_of_something_else_accepts_nothing_and_is_named(
    policyc: Policyc, old: str, known: dict[str, str]
) -> None:
    done = policyc("breaking", version("new", LEVEL), "--against", old, "--accept", accept(known))
    assert done.code == 3
    assert "covers no break: take it out" in done.out


def test_an_expired_entry_accepts_nothing_and_is_named(policyc: Policyc, old: str) -> None:
    known = entry("label:reactions/request:looser", expires="2020-02-29")
    done = policyc("breaking", version("new", LEVEL), "--against", old, "--accept", accept(known))
    assert done.code == 3
    assert "label:reactions/request:looser (label) has expired on 2020-02-29: it accepts nothing" in done.out
    found = policyc("breaking", "new", "--against", old, "--accept", "accepted.toml", "--json").json
    assert [one["expires"] for one in found["expired"]] == ["2020-02-29"]
    assert found["unused"] == []


def test_accepted_breaks_as_json(policyc: Policyc, old: str) -> None:
    known = {"id": "label:*", "grade": "label", "reason": "Agreed.", "expires": "2999-12-31"}
    Path("accepted.json").write_text(json.dumps({"accept": [known]}))
    done = policyc("breaking", version("new", LEVEL), "--against", old, "--accept", "accepted.json")
    assert done.code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[accept]\n", "cannot be read"),
        ('[[accept]]\nid = "x"\n', "accept.0.grade: Field required"),
        ('[[accept]]\nid = "x"\ngrade = "grave"\nreason = "r"\nexpires = 2999-01-01\n', "accept.0.grade"),
        ('[[accept]]\nid = "x"\ngrade = "label"\nreason = ""\nexpires = 2999-01-01\n', "accept.0.reason"),
        ('[[accept]]\nid = "x"\ngrade = "label"\nreason = "r"\nexpires = "soon"\n', "accept.0.expires"),
        ("[[accepted]]\n", "accepted: Extra inputs are not permitted"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_file_that_lists_no_accepted_breaks(policyc: Policyc, old: str, text: str, message: str) -> None:
    Path("accepted.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    done = policyc("breaking", old, "--against", old, "--accept", "accepted.toml")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "An entry is [[accept]]" in done.err


def test_a_file_of_accepted_breaks_that_is_not_there(policyc: Policyc, old: str) -> None:
    assert policyc("breaking", old, "--against", old, "--accept", "no.toml").code == 2


def test_against_a_git_revision(policyc: Policyc, old: str) -> None:
    git("init", "-q", "-b", "main", folder=old)
    commit(old)
    version(old, LEVEL)
    assert policyc("breaking", old, "--against", "git:main").code == 3


def test_a_question_that_goes_makes_old_judgements_worthless(policyc: Policyc, old: str) -> None:
    """A clause without a condition is a question of its own, and its level is that of a verdict."""
    more = version(
        "new",
        (
            'category reactions "Reactions" {',
            'category reactions "Reactions" {\n  clause smoke "Smoke" { forbid low on request }',
        ),
    )
    found = policyc("breaking", old, "--against", more, "--json").json
    assert grades(found) == {"label", "rubric", "prompt"}
    [rubric] = [one for one in found["open"] if one["grade"] == "rubric"]
    assert "the question `reactions.smoke` is gone" in rubric["reasons"]


def test_ambiguity_rules_may_change_labels(policyc: Policyc, old: str) -> None:
    """No complete case shows it: they say what follows where a judge cannot tell."""
    new = version("new", ("\nplan small", "\nambiguity { lower }\n\nplan small"))
    found = policyc("breaking", new, "--against", old, "--json").json
    assert found["failing"] == ["label:reactions/request:unclear"]
    assert not any(one["shown_by"] for one in policyc("diff", old, new, "--json").json["meaning"]["categories"])


def break_of(grade: str) -> Break:
    return Break(id="x", grade=Grade(grade), sentence="x")


@pytest.mark.parametrize(
    ("old", "new", "grade", "suggested", "carried"),
    [
        ("1.2.3", "2.0.0", "label", "2.0.0", True),
        ("1.2.3", "1.3.0", "label", "2.0.0", False),
        ("1.2.3", "1.3.0", "rubric", "1.3.0", True),
        ("1.2.3", "1.2.4", "prompt", "1.3.0", False),
        ("1.2.3", "1.2.4", "text", "1.2.4", True),
        ("1.2.3", "1.2.3", "text", "1.2.4", False),
        ("1.2.3", "1.10.0", "prompt", "1.3.0", True),
        ("0.3.1", "0.4.0", "label", "0.4.0", True),
        ("0.3.1", "0.3.2", "label", "0.4.0", False),
        ("0.3.1", "0.3.2", "rubric", "0.3.2", True),
        ("1.0.0", "2.0.0-beta.1", "label", "2.0.0", True),
        ("2.0.0", "1.9.9", "text", "2.0.1", False),
    ],
)
def test_the_version_that_a_break_asks_for(old: str, new: str, grade: str, suggested: str, carried: bool) -> None:
    found = bump(old, new, [break_of("text"), break_of(grade)])
    assert (found.suggested, found.carried) == (suggested, carried)
