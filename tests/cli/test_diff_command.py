"""policyc diff: edits, meaning and artefacts of two versions, from folders, bundles, runs and git revisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lab import Policyc
from versions_lab import commit, git, version

from policylang.runtime.engine import LEDGER

NARROWER = ("when purpose = prank\n", "when purpose = prank\n    unless purpose in {lesson, prank}\n")
POLITE = ('respond refuse """Decline in', 'respond safe_complete """Decline in')
RENAMED = ("clause pranks", "clause no_pranks")
REWORDED = ("frighten someone.", "scare someone.")
LEVEL = ("forbid high", "forbid low")


@pytest.fixture
def old(lab: Path) -> str:
    return version("old")


def edits_of(document: Any) -> list[tuple[str, str, str]]:
    return [(edit["kind"], edit["thing"], edit["id"]) for edit in document["edits"]]


def test_a_policy_and_itself(policyc: Policyc, old: str) -> None:
    done = policyc("diff", old, version("new"), "--exit-code")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "lab.safety 1.0.0 (old) → lab.safety 1.0.0 (new)\n\nEdits: none\n\n"
        "Meaning: every case gets the same verdict\n\nArtefacts: none\n"
    )
    assert policyc("diff", old, "new", "--json").json["different"] is False


def test_comments_and_layout_are_no_edits(policyc: Policyc, old: str) -> None:
    new = version("new", ("levels none", "# The scale.\nlevels none"), ("  ask ", "  ask     "))
    assert policyc("diff", old, new, "--exit-code").code == 0


def test_a_level_that_changes(policyc: Policyc, old: str) -> None:
    done = policyc("diff", old, version("new", LEVEL))
    assert done.code == 0, "like git diff"
    assert "Edits: 1 changed\n  ~ clause reactions.pranks\n      level: high → low\n" in done.out
    assert "reactions on request: looser: some cases get a lower level, and none a higher one" in done.out
    said = " ".join(done.out.split())
    assert "looser: with purpose = prank: `high` (refuse) by `pranks` in the old version, `low` (refuse) by" in said
    assert "reactions.pranks.locker on request (violates): its case was `high` (refuse), is `low` (refuse)" in said
    assert "because clause `reactions.pranks` was changed (level)" in done.out
    assert policyc("diff", old, "new", "--exit-code").code == 1


def test_the_other_way_round_it_is_stricter(policyc: Policyc, old: str) -> None:
    done = policyc("diff", version("new", LEVEL), old, "--only", "meaning")
    assert "reactions on request: stricter" in done.out
    assert "Edits" not in done.out
    assert "Artefacts" not in done.out


def test_another_response_is_a_difference_in_meaning(policyc: Policyc, old: str) -> None:
    found = policyc("diff", old, version("new", POLITE), "--json").json
    [category] = [one for one in found["meaning"]["categories"] if one["shown_by"]]
    assert category["relation"] == "equivalent"
    assert [one["kind"] for one in category["shown_by"]] == ["response"]


def test_a_renamed_clause_means_the_same(policyc: Policyc, old: str) -> None:
    found = policyc("diff", old, version("new", RENAMED), "--json").json
    assert edits_of(found) == [("renamed", "clause", "reactions.no_pranks")]
    assert found["edits"][0]["was"] == "reactions.pranks"
    assert not any(one["shown_by"] for one in found["meaning"]["categories"])
    assert found["meaning"]["flips"] == []
    gone = {one["id"] for one in found["artefacts"]["prompts"] if one["fate"] == "removed"}
    assert "write_request/reactions.pranks.violates" in gone


def test_prose_that_changes_makes_prompts_stale_and_says_why(policyc: Policyc, old: str) -> None:
    found = policyc("diff", old, version("new", REWORDED), "--json").json
    assert not any(one["shown_by"] for one in found["meaning"]["categories"])
    prompts = found["artefacts"]["prompts"]
    assert prompts
    reasons = {reason for one in prompts for reason in one["reasons"]}
    assert "clause `reactions.pranks` was changed (text)" in reasons
    [small, _] = found["artefacts"]["plans"]
    assert small["id"] == "small"
    assert sum(small["rows"].values()) == 4
    assert any("has changed" in reason for reason in small["reasons"])


def test_values_that_only_one_version_has_are_named(policyc: Policyc, old: str) -> None:
    wider = ('prank "A prank on somebody."\n', 'prank "A prank on somebody."\n  show "A show on stage."\n')
    done = policyc("diff", old, version("new", wider))
    assert "values: lesson, prank → lesson, prank, show" in done.out
    assert "facet `purpose` has `show` in the new version only; such cases are not compared" in " ".join(
        done.out.split()
    )
    assert "rubric changed; old judgements cannot be compared: reactions.request" in done.out
    assert "because the question `purpose` has other answers: now also show" in done.out


def test_an_exemplar_that_gets_another_label(policyc: Policyc, old: str) -> None:
    loose = version(
        "new",
        ("when purpose = prank", "when purpose = lesson and purpose = prank"),
        ("violates locker", "complies locker"),
    )
    found = policyc("diff", old, loose, "--json", "--only", "meaning").json
    [flip] = [one for one in found["meaning"]["flips"] if one["exemplar"].endswith("locker")]
    assert (flip["was_label"], flip["label"]) == ("violates", "complies")
    assert flip["sentence"] == "its label was violates, is complies; its case was `high` (refuse), is `none` (comply)"


def test_counts_alone(policyc: Policyc, old: str) -> None:
    done = policyc("diff", old, version("new", LEVEL), "--stat")
    lines = done.out.splitlines()
    assert len(lines) == 4
    assert lines[1] == "edits      1 changed"
    assert lines[2] == "meaning    1 category differs (1 looser), 1 exemplar flips"
    assert lines[3].startswith("artefacts  ")


def test_edits_alone_need_no_compiler(policyc: Policyc, old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policylang.cli.versions.compile_bundle", None)
    assert policyc("diff", old, version("new", LEVEL), "--only", "edits", "--only", "meaning").code == 0


def test_bundles_and_runs(policyc: Policyc, old: str) -> None:
    assert policyc("compile", old, "-o", "bundle").code == 0
    new = version("new", LEVEL)
    assert policyc("diff", "bundle", new, "--json").json["edits"] == policyc("diff", old, new, "--json").json["edits"]
    assert policyc("compile", old, "-o", "run/bundle").code == 0
    (Path("run") / LEDGER).touch()
    assert policyc("diff", "run", new, "--json").json["edits"] == policyc("diff", old, new, "--json").json["edits"]
    Path("bundle/policy.json").write_text("{}")
    done = policyc("diff", "bundle", new)
    assert done.code == 2
    assert "is not what was compiled" in done.err


def test_policies_of_two_names_have_no_rows_in_common(policyc: Policyc, old: str) -> None:
    done = policyc("diff", old, version("new", ("lab.safety", "lab.other")))
    assert "the rows of the plan small cannot be compared: it is of the policy lab.safety" in " ".join(done.out.split())


def test_errors_in_a_version_are_said(policyc: Policyc, old: str) -> None:
    broken = version("new", ("when purpose = prank", "when purpos = prank"))
    done = policyc("diff", old, broken)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("new has errors:\n")
    assert "did you mean" in done.err.lower()
    found = policyc("diff", old, broken, "--json").json
    assert (found["ok"], found["version"]) == (False, "new")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("diff", "no/such", "old"), "there is nothing at no/such"),
        (("diff", "old", "git:"), "names no git revision"),
        (("diff", "old", "git:--help"), "names no git revision"),
        (("diff", "old", "git:main:../up"), "is no path from the top of the repository"),
        (("diff", "git:main", "git:main~1"), "says of which path"),
    ],
)
def test_what_is_no_version(policyc: Policyc, old: str, words: tuple[str, ...], message: str) -> None:
    done = policyc(*words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


# ------------------------------------------------------------------------------------------------ git


@pytest.fixture
def repository(lab: Path) -> Path:
    """A repository with two commits of policies/acme; the working tree has a third version."""
    Path("repo").mkdir()
    git("init", "-q", "-b", "main", folder="repo")
    version("repo/policies/acme")
    commit("repo")
    version("repo/policies/acme", LEVEL)
    commit("repo")
    version("repo/policies/acme", LEVEL, REWORDED)
    return Path("repo")


def test_the_working_tree_against_revisions(policyc: Policyc, repository: Path) -> None:
    path = repository / "policies/acme"
    found = policyc("diff", "git:main", path, "--only", "edits", "--json").json
    assert [field["field"] for field in found["edits"][0]["fields"]] == ["text"]
    found = policyc("diff", "git:HEAD~1", path / "policy.pol", "--only", "edits", "--json").json
    assert [field["field"] for field in found["edits"][0]["fields"]] == ["text", "level"]


def test_two_revisions(policyc: Policyc, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    for new in ("git:main", "git:main:policies/acme"):
        done = policyc("diff", "git:main~1:policies/acme", new, "--only", "edits")
        assert "level: high → low" in done.out
        assert "text" not in done.out


def test_a_file_comes_with_its_parts(policyc: Policyc, repository: Path) -> None:
    (repository / "policies/acme/parts.pol").write_text('category extra "Extra" { clause x "X" { forbid low } }\n')
    commit(repository)
    assert policyc("diff", "git:HEAD", repository / "policies/acme/policy.pol", "--exit-code").code == 0


def test_a_policy_that_is_gone_from_the_working_tree(policyc: Policyc, repository: Path) -> None:
    (repository / "policies/acme/policy.pol").rename(repository / "moved.pol")
    done = policyc("diff", "git:HEAD:policies/acme/policy.pol", repository / "moved.pol")
    assert done.code == 2
    assert "is in no git repository" in done.err, "a path that is named is one of the working folder's repository"


def test_revisions_and_paths_that_are_not_there(
    policyc: Policyc, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = policyc("diff", "git:nosuch", repository / "policies/acme")
    assert done.code == 2
    assert "has no git revision nosuch" in done.err
    monkeypatch.chdir(repository)
    done = policyc("diff", "git:main:no/such", "policies/acme", "--json")
    assert done.json["error"]["message"].endswith("has nothing at no/such in the revision main")


def test_outside_of_a_repository(policyc: Policyc, old: str) -> None:
    done = policyc("diff", "git:main", old)
    assert done.code == 2
    assert "is in no git repository" in done.err


def test_without_git(policyc: Policyc, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "there is no git" in policyc("diff", "git:main", repository / "policies/acme").err


def test_a_link_out_of_the_tree_is_not_followed(policyc: Policyc, repository: Path) -> None:
    Path("secret.pol").write_text("nothing")
    (repository / "policies/acme/out.pol").symlink_to(Path("secret.pol").absolute())
    commit(repository)
    (repository / "policies/acme/out.pol").unlink()
    done = policyc("diff", "git:HEAD", repository / "policies/acme")
    assert done.code == 2
    assert "may not be unpacked" in done.err


def test_nothing_is_left_behind(
    policyc: Policyc, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    assert policyc("diff", "git:main", repository / "policies/acme").code == 0
    assert list(place.iterdir()) == []
