"""`policyc check`: sound or not, with exit codes that CI can use, on any bytes at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lab import POLICY, Policyc

from policylang.language.fixer import fix_all


def test_a_sound_policy_is_summed_up_in_a_line(policyc: Policyc, lab: Path) -> None:
    done = policyc("check", lab)
    assert (done.code, done.err) == (0, "")
    assert done.out == "lab.safety 1.0.0: 1 category, 2 clauses, 2 exemplars, 2 plans\n"


def test_the_file_and_the_folder_are_the_same_policy(policyc: Policyc, lab: Path) -> None:
    assert policyc("check", lab / "policy.pol").out == policyc("check", lab).out


def test_json_lists_policies_and_diagnostics(policyc: Policyc, lab: Path) -> None:
    found = policyc("check", lab, "--json").json
    assert found == {
        "ok": True,
        "policies": [{"policy": "lab.safety", "version": "1.0.0", "clauses": 2}],
        "diagnostics": [],
    }


def test_an_error_is_shown_where_it_is(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("when purpose = prank", "when purpos = prank"))
    done = policyc("check", lab)
    assert done.code == 1
    assert done.out == ""
    assert "lab/policy.pol:20:10" in done.err
    assert "Did you mean `purpose`?" in done.err
    assert "1 error and " in done.err


def test_an_error_in_json_has_its_place(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("when purpose = prank", "when purpos = prank"))
    done = policyc("check", lab, "--json")
    assert (done.code, done.err) == (1, "")
    assert done.json["ok"] is False
    [error] = [one for one in done.json["diagnostics"] if one["severity"] == "error"]
    assert (error["file"], error["start"]["line"], error["start"]["column"]) == ("lab/policy.pol", 20, 10)


def test_warnings_fail_only_when_strict(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace('  ask "What is it for?"\n', ""))
    lenient, strict = policyc("check", lab), policyc("check", "--strict", lab)
    assert (lenient.code, strict.code) == (0, 1)
    assert "warning[POL0403]" in lenient.err
    assert "0 errors and 1 warning in 1 file" in lenient.err


def test_every_policy_of_a_tree_is_checked(policyc: Policyc, lab: Path) -> None:
    other = lab.parent / "other"
    other.mkdir()
    (other / "broken.pol").write_text(POLICY.replace("lab.safety", "lab.other").replace("prank }", "pranc }"))
    done = policyc("check", lab.parent, "--json")
    assert done.code == 1
    assert [one["policy"] for one in done.json["policies"]] == ["lab.safety"]
    assert {one["file"] for one in done.json["diagnostics"] if one["severity"] == "error"} == {"other/broken.pol"}


def test_the_same_warning_is_said_once(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace('  ask "What is it for?"\n', ""))
    assert policyc("check", lab, lab / "policy.pol").err.count("warning[POL0403]") == 1


def test_no_path_at_all_is_wrong_use(policyc: Policyc) -> None:
    assert policyc("check").code == 2


# ------------------------------------------------------------------------------------------------ formats


def test_a_format_can_be_chosen_and_json_is_one_of_them(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(POLICY.replace("when purpose = prank", "when purpos = prank"))
    assert policyc("check", lab, "--format", "json").out == policyc("check", lab, "--json").out
    assert policyc("check", lab, "--format", "text").err == policyc("check", lab).err
    sarif = policyc("check", lab, "--format", "sarif")
    assert (sarif.code, sarif.err) == (1, "")
    [result] = sarif.json["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "lab/policy.pol"
    github = policyc("check", lab, "--format", "github")
    assert (github.code, github.err) == (1, "")
    assert github.out.startswith("::error file=lab/policy.pol,line=20,endLine=20,col=10,endColumn=15,title=POL0201")


def test_json_and_another_format_are_wrong_use(policyc: Policyc, lab: Path) -> None:
    assert policyc("check", lab, "--json", "--format", "sarif").code == 2
    assert policyc("check", lab, "--format", "xml").code == 2


# ------------------------------------------------------------------------------------------------ ignores


def test_an_ignored_warning_is_no_reason_to_fail(policyc: Policyc, lab: Path) -> None:
    unasked = POLICY.replace('  ask "What is it for?"\n', "")
    (lab / "policy.pol").write_text(
        unasked.replace("facet purpose", "# policyc: ignore[no-question] it is plain\nfacet purpose")
    )
    done = policyc("check", "--strict", lab)
    assert (done.code, done.err) == (0, "")
    (lab / "policy.pol").write_text(unasked.replace("facet purpose", "# policyc: ignore[no-question]\nfacet purpose"))
    assert "warning[POL0501]" in policyc("check", lab).err


# ------------------------------------------------------------------------------------------------ fixes


SLIPS = POLICY.replace("1.0.0", "1.0").replace("when purpose = prank", "when purpos == prank")
MENDED = POLICY.replace("when purpose = prank", "when purpos = prank")


def test_safe_fixes_are_applied_and_the_rest_is_said(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(SLIPS)
    assert "2 problems can be fixed with --fix\n" in policyc("check", lab).err
    done = policyc("check", "--fix", lab)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("fixed 2 problems in 1 file\nerror[POL0201]: there is no facet or clause `purpos`")
    assert (lab / "policy.pol").read_text() == MENDED
    assert "1 problem can be fixed with --unsafe-fixes\n" in policyc("check", lab).err
    assert policyc("check", "--fix", lab).err.startswith("fixed nothing\n")


def test_unsafe_fixes_are_applied_where_they_are_asked_for(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(SLIPS)
    done = policyc("check", "--fix", "--unsafe-fixes", lab, "--json")
    assert (done.code, done.err) == (0, "")
    assert (lab / "policy.pol").read_text() == POLICY
    assert done.json["changed"] == ["lab/policy.pol"]
    assert [one["fix"]["applicability"] for one in done.json["fixed"]] == ["safe", "safe", "unsafe"]


def test_a_diff_shows_what_would_change_and_changes_nothing(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_text(SLIPS)
    done = policyc("check", "--fix", "--diff", lab)
    assert done.code == 1
    assert "-    when purpos == prank\n+    when purpos = prank\n" in done.out
    assert done.err == "would fix 2 problems in 1 file\n"
    assert (lab / "policy.pol").read_text() == SLIPS
    (lab / "policy.pol").write_text(POLICY)
    assert policyc("check", "--diff", lab)[:2] == (0, "")


def test_what_a_policy_imports_is_not_fixed(policyc: Policyc, lab: Path) -> None:
    other = lab.parent / "shared"
    other.mkdir()
    (other / "words.pol").write_text('policy shared.words 1.0.0 "W"\n\nfacet mood “Mood” { ask "Which?" good bad }\n')
    before = (other / "words.pol").read_text()
    (lab / "policy.pol").write_text(POLICY.replace("levels", "import shared.words ^1\n\nlevels", 1))
    policyc("check", "--fix", lab, "--search", other)
    assert (other / "words.pol").read_text() == before
    policyc("check", "--fix", lab, other)
    assert "“" not in (other / "words.pol").read_text()


def test_a_link_out_of_the_folder_is_fixed_only_if_it_was_named(policyc: Policyc, lab: Path) -> None:
    outside = lab.parent / "outside.txt"
    outside.write_text(SLIPS)
    (lab / "policy.pol").unlink()
    (lab / "policy.pol").symlink_to(outside)
    policyc("check", "--fix", lab)
    assert outside.read_text() == SLIPS
    policyc("check", "--fix", lab / "policy.pol")
    assert outside.read_text() == MENDED
    assert (lab / "policy.pol").is_symlink()


def test_a_file_that_changes_while_it_is_fixed_is_left_alone(
    policyc: Policyc, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fix_and_meddle(*arguments: object, **options: object) -> object:
        fixed = fix_all(*arguments, **options)  # type: ignore[arg-type]
        (lab / "policy.pol").write_text("# somebody else's\n")
        return fixed

    (lab / "policy.pol").write_text(SLIPS)
    monkeypatch.setattr("policylang.cli.fixing.fix_all", fix_and_meddle)
    done = policyc("check", "--fix", lab)
    assert done.code == 2
    assert "lab/policy.pol has changed while it was being fixed" in done.err
    assert (lab / "policy.pol").read_text() == "# somebody else's\n"


def test_a_file_that_cannot_be_written_is_named(policyc: Policyc, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, text: str) -> None:
        raise PermissionError(13, "Permission denied")

    (lab / "policy.pol").write_text(SLIPS)
    monkeypatch.setattr("policylang.language.formatter.files.replace_text", refuse)
    done = policyc("check", "--fix", lab)
    assert done.code == 2
    assert "lab/policy.pol cannot be written: Permission denied" in done.err


def test_what_json_holds_is_what_the_published_schema_says(policyc: Policyc, lab: Path) -> None:
    validator = Draft202012Validator(policyc("schema", "diagnostics").json)
    for text, options in ((POLICY, ()), (SLIPS, ()), (SLIPS, ("--fix",)), (SLIPS, ("--unsafe-fixes",))):
        (lab / "policy.pol").write_text(text)
        document = policyc("check", lab, "--json", *options).json
        validator.validate(document)
        assert not validator.is_valid({**document, "surprise": 1})


# ------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bytes(range(256)) * 20, "POL0101"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "POL0101"),
        (POLICY.encode("utf-16"), "POL0101"),
        (b'policy a.b 1.0.0 "\xff\xfe"', "POL0101"),
        (b"}" * 2000, None),
        (b"{" * 2000, None),
        (b'policy a.b 1.0.0 "T"\n' + b"when (" * 2000, None),
        (b"# only a comment\n", "POL0203"),
        (b"", "POL0203"),
    ],
    ids=["bytes", "png", "utf-16", "latin-1", "closing", "opening", "nested", "no header", "empty"],
)
def test_whatever_a_file_holds_is_an_error_with_a_place(
    policyc: Policyc, lab: Path, content: bytes, code: str | None
) -> None:
    (lab / "policy.pol").write_bytes(content)
    done = policyc("check", lab / "policy.pol", "--json")
    assert (done.code, done.err) == (1, "")
    found = [one for one in done.json["diagnostics"] if one["severity"] == "error"]
    assert all(one["file"] == "lab/policy.pol" and one["start"]["line"] >= 1 for one in found)
    assert found
    if code:
        assert found[0]["code"] == code
    people = policyc("check", lab / "policy.pol")
    assert people.code == 1
    assert "error[POL" in people.err


def test_line_ends_of_windows_and_a_byte_order_mark_are_fine(policyc: Policyc, lab: Path) -> None:
    (lab / "policy.pol").write_bytes(b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode())
    assert policyc("check", lab).code == 0


@pytest.mark.slow
def test_a_file_of_50_megabytes_is_refused_unread(policyc: Policyc, lab: Path) -> None:
    with (lab / "policy.pol").open("wb") as file:
        file.write(POLICY.encode())
        file.truncate(50_000_000)
    done = policyc("check", lab, "--json")
    assert done.code == 1
    assert [one["code"] for one in done.json["diagnostics"]] == ["POL0102"]


@pytest.mark.parametrize("path", ["../secret.png", "/etc/hostname", "images/../../secret.png"])
def test_an_image_outside_the_policys_folder_is_an_error(policyc: Policyc, lab: Path, path: str) -> None:
    (lab.parent / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    picture = f'    user "Why does vinegar foam when it meets baking soda?"\n      image "{path}" "A picture."'
    (lab / "policy.pol").write_text(
        POLICY.replace('    user "Why does vinegar foam when it meets baking soda?"', picture)
    )
    done = policyc("check", lab, "--json")
    assert done.code == 1
    [error] = [one for one in done.json["diagnostics"] if one["severity"] == "error"]
    assert "folder" in error["message"] + error["help"]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ facts.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{% for x in ().__class__.__bases__ %}{{ x }}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ facts.__init__ }}",
    ],
)
def test_a_template_that_reaches_for_python_is_an_error(policyc: Policyc, lab: Path, attack: str) -> None:
    template = f'\ntemplate short for write_request {{\n  inputs facts\n  """Write: {attack} {{{{ facts }}}}"""\n}}\n'
    (lab / "policy.pol").write_text(POLICY + template)
    done = policyc("check", lab, "--json")
    assert done.code == 1
    assert any(one["severity"] == "error" and one["name"].startswith("template") for one in done.json["diagnostics"])
    assert "root:" not in done.out
