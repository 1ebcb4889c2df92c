"""`policyc fmt`: files are formatted as a whole or left alone, and CI, editors and programs can use it."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lab import POLICY, Done, Policyc
from test_terminal import on_a_terminal

from policylang.language.source import MAX_BYTES

TIDY = 'policy a.b 1.0.0 "A"  # the first\n\nlevels none < low\n'
UNTIDY = 'policy a.b   1.0.0 "A" # the first\n\n\n\n levels none<low'
BROKEN = 'policy a.b 1.0.0 "A"\nlevels none < }\n'

DIFF = """\
--- one.pol
+++ one.pol
@@ -1,5 +1,3 @@
-policy a.b   1.0.0 "A" # the first
+policy a.b 1.0.0 "A"  # the first
\x20
-
-
- levels none<low
\\ No newline at end of file
+levels none < low
"""

Feed = Callable[[bytes], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file that is not formatted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "one.pol").write_text(UNTIDY)
    return tmp_path


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Gives bytes to standard input."""

    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


# ------------------------------------------------------------------------------------------------ in place


def test_a_file_is_formatted_in_place(policyc: Policyc, folder: Path) -> None:
    assert policyc("fmt", "one.pol") == Done(0, "reformatted one.pol\n", "1 file reformatted\n")
    assert (folder / "one.pol").read_text() == TIDY
    assert policyc("fmt", "one.pol") == Done(0, "", "1 file already formatted\n")


def test_every_file_below_a_folder_is_formatted(policyc: Policyc, folder: Path) -> None:
    deep = folder / "deep" / "er"
    deep.mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for path in (deep / "two.pol", deep / "notes.txt", folder / ".hidden" / "three.pol"):
        path.write_text(UNTIDY)
    assert policyc("fmt").out.splitlines() == ["reformatted deep/er/two.pol", "reformatted one.pol"]
    assert (deep / "two.pol").read_text() == TIDY
    assert (deep / "notes.txt").read_text() == (folder / ".hidden" / "three.pol").read_text() == UNTIDY


def test_a_file_that_is_named_twice_is_listed_once(policyc: Policyc, folder: Path) -> None:
    assert policyc("fmt", "--check", ".", "one.pol", folder / "one.pol").out == "would reformat one.pol\n"


def test_a_formatted_file_is_not_written(policyc: Policyc, folder: Path) -> None:
    path = folder / "one.pol"
    path.write_text(TIDY)
    os.utime(path, ns=(1, 1))
    before = path.stat()
    policyc("fmt")
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_the_rights_of_a_file_stay(policyc: Policyc, folder: Path, mode: int) -> None:
    path = folder / "one.pol"
    path.chmod(mode)
    policyc("fmt")
    assert path.read_text() == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_is_followed_and_stays_a_link(policyc: Policyc, folder: Path) -> None:
    (folder / "link.pol").symlink_to("one.pol")
    assert policyc("fmt", "link.pol").out == "reformatted link.pol\n"
    assert (folder / "link.pol").is_symlink()
    assert (folder / "one.pol").read_text() == TIDY


def test_a_link_out_of_the_folder_is_followed_only_by_name(policyc: Policyc, folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    (inside / "link.pol").symlink_to("../one.pol")
    done = policyc("fmt", "inside")
    assert (done.code, done.out) == (1, "")
    assert "error[POL0108]: the file is a link that leads out of inside" in done.err
    assert (folder / "one.pol").read_text() == UNTIDY
    assert policyc("fmt", "inside/link.pol").code == 0
    assert (folder / "one.pol").read_text() == TIDY


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbf" + TIDY.encode(), TIDY.replace("\n", "\r\n").encode(), TIDY.replace("\n", "\r").encode()],
    ids=["byte order mark", "crlf", "cr"],
)
def test_line_ends_become_lf_and_a_byte_order_mark_goes(policyc: Policyc, folder: Path, data: bytes) -> None:
    (folder / "one.pol").write_bytes(data)
    assert policyc("fmt", "--check").code == 1
    assert policyc("fmt").out == "reformatted one.pol\n"
    assert (folder / "one.pol").read_bytes() == TIDY.encode()


@pytest.mark.parametrize("text", ["", "\n\n", " \t\n"])
def test_a_file_without_anything_in_it_is_empty(policyc: Policyc, folder: Path, text: str) -> None:
    (folder / "one.pol").write_text(text)
    assert policyc("fmt").code == 0
    assert (folder / "one.pol").read_text() == ""


# ------------------------------------------------------------------------------------------------ left alone


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BROKEN.encode(), "POL0107"),
        (UNTIDY.encode() + b' term "open', "POL0105"),
        (UNTIDY.encode() + b" { \xff }", "POL0101"),
        (UNTIDY.encode("utf-16"), "POL0101"),
        (UNTIDY.encode() + "# \u202e".encode(), "POL0109"),
        (b"category a { " * 70, "POL0103"),
        (b"#" * (MAX_BYTES + 1), "POL0102"),
    ],
    ids=["bracket", "string", "latin-1", "utf-16", "hidden", "nested", "large"],
)
def test_a_file_with_errors_is_left_alone(policyc: Policyc, folder: Path, data: bytes, code: str) -> None:
    (folder / "two.pol").write_bytes(data)
    done = policyc("fmt")
    assert (done.code, done.out) == (1, "reformatted one.pol\n")
    assert f"error[{code}]" in done.err
    assert "--> two.pol" in done.err
    assert done.err.endswith("1 file reformatted, 1 file with errors\n")
    assert (folder / "two.pol").read_bytes() == data
    assert sorted(path.name for path in folder.iterdir()) == ["one.pol", "two.pol"]


def test_a_file_that_would_grow_too_large_is_left_alone(policyc: Policyc, folder: Path) -> None:
    text = "category a {" * 60 + 'clause x "X" {forbid low}' * 40_000 + "}" * 60
    (folder / "one.pol").write_text(text)
    done = policyc("fmt", "--json")
    assert done.code == 1
    [found] = done.json["diagnostics"]
    assert found["code"] == "POL0102"
    assert "with this layout the file would have" in found["message"]
    assert (folder / "one.pol").read_text() == text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_written_is_left_alone(policyc: Policyc, folder: Path) -> None:
    (folder / "one.pol").chmod(0o444)
    (folder / "two.pol").write_text(UNTIDY)
    done = policyc("fmt")
    assert (done.code, done.out) == (2, "reformatted two.pol\n")
    assert "error: one.pol: Permission denied\n" in done.err
    assert (folder / "one.pol").read_text() == UNTIDY


def test_a_write_that_fails_leaves_the_file_and_nothing_else(
    policyc: Policyc, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = policyc("fmt", "--json")
    assert (done.code, done.json["ok"], done.json["files"][0]["status"]) == (2, False, "not written")
    assert "error: one.pol: No space left on device" in done.err
    assert [path.name for path in folder.iterdir()] == ["one.pol"]
    assert (folder / "one.pol").read_text() == UNTIDY


# ------------------------------------------------------------------------------------------------ --check, --diff


def test_check_lists_what_would_change(policyc: Policyc, folder: Path) -> None:
    (folder / "two.pol").write_text(TIDY)
    done = policyc("fmt", "--check")
    assert done == Done(1, "would reformat one.pol\n", "1 file already formatted, 1 file would be reformatted\n")
    assert (folder / "one.pol").read_text() == UNTIDY
    assert policyc("fmt", "--check", "two.pol").code == 0


@pytest.mark.parametrize("also", [(), ("--check",)])
def test_diff_shows_what_would_change(policyc: Policyc, folder: Path, also: tuple[str, ...]) -> None:
    done = policyc("fmt", "--diff", *also, ".")
    assert (done.code, done.out) == (1, DIFF)
    assert (folder / "one.pol").read_text() == UNTIDY
    (folder / "one.pol").write_text(TIDY)
    assert policyc("fmt", "--diff", *also) == Done(0, "", "1 file already formatted\n")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_diff_can_be_applied(policyc: Policyc, folder: Path) -> None:
    (folder / "one.pol").write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode())
    patch = policyc("fmt", "--diff").out.encode()
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, cwd=folder, check=True)
    assert (folder / "one.pol").read_bytes() == TIDY.encode()


def test_a_diff_has_colours_on_a_terminal_only(policyc: Policyc, folder: Path) -> None:
    code, drawn = on_a_terminal("fmt", "--diff", "one.pol")
    assert code == 1
    assert "\x1b[31m- levels none<low" in drawn
    assert "\x1b[32m+levels none < low" in drawn
    assert "\x1b[" not in on_a_terminal("fmt", "--diff", "one.pol", NO_COLOR="1")[1]
    assert "\x1b[" not in policyc("fmt", "--diff", "one.pol").out


def test_quiet_says_nothing_but_the_result(policyc: Policyc, folder: Path) -> None:
    assert policyc("fmt", "-q", "--check") == Done(1, "would reformat one.pol\n", "")


# ------------------------------------------------------------------------------------------------ standard input


def test_standard_input_goes_to_standard_output(policyc: Policyc, folder: Path, feed: Feed) -> None:
    feed(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode())
    assert policyc("fmt", "-") == Done(0, TIDY, "")
    assert (folder / "one.pol").read_text() == UNTIDY


def test_broken_standard_input_gives_only_diagnostics(policyc: Policyc, folder: Path, feed: Feed) -> None:
    feed(BROKEN.encode())
    done = policyc("fmt", "-")
    assert (done.code, done.out) == (1, "")
    assert "--> <stdin>:2:15" in done.err


def test_check_of_standard_input(policyc: Policyc, folder: Path, feed: Feed) -> None:
    feed(UNTIDY.encode())
    assert policyc("fmt", "--check", "-").code == 1
    feed(UNTIDY.encode())
    assert policyc("fmt", "--diff", "-").out == DIFF.replace("one.pol", "<stdin>")
    feed(TIDY.encode())
    assert policyc("fmt", "--check", "-") == Done(0, "", "1 file already formatted\n")


def test_standard_input_in_json(policyc: Policyc, folder: Path, feed: Feed) -> None:
    feed(UNTIDY.encode())
    assert policyc("fmt", "-", "--json").json == {
        "ok": True,
        "files": [{"file": "<stdin>", "status": "reformatted", "text": TIDY}],
        "diagnostics": [],
    }


def test_unicode_goes_through_whatever_the_locale_is(folder: Path) -> None:
    text = 'policy größe.規則 1.0.0 "–"\n'
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "policylang.cli.main", "fmt", "-"],
        input=text.encode(),
        capture_output=True,
        check=True,
        env=environment,
    )
    assert done.stdout == text.encode()


# ------------------------------------------------------------------------------------------------ the rest


def test_json_lists_files_diffs_and_diagnostics(policyc: Policyc, folder: Path) -> None:
    (folder / "broken.pol").write_text(BROKEN)
    (folder / "tidy.pol").write_text(TIDY)
    done = policyc("fmt", "--diff", "--json")
    assert (done.code, done.err) == (1, "")
    assert done.json["ok"] is False
    assert done.json["files"] == [
        {"file": "broken.pol", "status": "error", "diff": ""},
        {"file": "one.pol", "status": "would reformat", "diff": DIFF},
        {"file": "tidy.pol", "status": "unchanged", "diff": ""},
    ]
    [found] = done.json["diagnostics"]
    assert (found["code"], found["file"], found["start"]["line"]) == ("POL0107", "broken.pol", 2)


def test_prose_is_filled_only_on_request(policyc: Policyc, lab: Path) -> None:
    path = lab / "policy.pol"
    long = '"""\nThe assistant of a school\'s chemistry lab. ' + "It helps with lessons. " * 5 + 'It is kind.\n"""'
    path.write_text(POLICY.replace('"""\nThe assistant of a school\'s chemistry lab.\n"""', long))
    policyc("fmt", lab)
    assert long in path.read_text()
    assert policyc("fmt", "--reflow", "--width", "60", lab).code == 0
    after = path.read_text()
    assert max(map(len, after[after.index('"""') : after.index("facet")].splitlines())) <= 60
    assert policyc("fmt", "--reflow", "--width", "60", "--check", lab).code == 0
    assert policyc("check", lab).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("missing.pol",), "there is nothing at missing.pol"),
        (("empty",), "there is no .pol file in empty"),
        (("-", "one.pol"), "standard input and files cannot be formatted together"),
        (("--width", "5"), "5 is not in the range"),
    ],
)
def test_wrong_use_touches_nothing(policyc: Policyc, folder: Path, words: tuple[str, ...], told: str) -> None:
    (folder / "empty").mkdir()
    done = policyc("fmt", *words)
    assert done.code == 2
    assert told in done.err
    assert json.loads(policyc("fmt", "--json", *words).out)["error"]["message"]
    assert (folder / "one.pol").read_text() == UNTIDY


def test_nothing_is_touched_when_a_path_is_wrong(policyc: Policyc, folder: Path) -> None:
    assert policyc("fmt", "one.pol", "missing.pol").code == 2
    assert (folder / "one.pol").read_text() == UNTIDY
