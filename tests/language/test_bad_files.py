"""Files that are no policies: each is a diagnostic, at once, and never a traceback."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policylang.language.diagnostics.diagnostic import Diagnostic
from policylang.language.diagnostics.text import render
from policylang.language.load import Loaded, load_policy, load_text

HEADER = 'policy acme.content 1.0.0 "A"\nlevels none < low\n'
CLAUSE = 'category harm { clause steps "Steps" { forbid low } }\n'


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test must be done within seconds, however bad the file is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICYC_PATH", raising=False)
    start = time.process_time()
    yield
    assert time.process_time() - start < 3


def said(loaded: Loaded) -> list[str]:
    assert render(loaded.report.sorted(), loaded.sources), "it says something"
    assert loaded.policy is None
    return [diagnostic.code for diagnostic in loaded.report.sorted()]


def only(loaded: Loaded) -> Diagnostic:
    assert len(said(loaded)) == 1
    (diagnostic,) = loaded.report
    assert diagnostic.help
    return diagnostic


# ---------------------------------------------------------------- what is in them


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x7fELF\x02\x01\x01\x00\x00\x00",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        os.urandom(100) + b"\x00",
        HEADER.encode("utf-16"),
        HEADER.encode("utf-32"),
        HEADER.encode() + b"\x00",
    ],
    ids=["nul", "elf", "zip", "random", "utf-16", "utf-32", "nul at the end"],
)
def test_binary_junk(data: bytes) -> None:
    Path("x.pol").write_bytes(data)
    assert only(load_policy("x.pol")).code == "POL0101"


@pytest.mark.parametrize("data", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"])
def test_bytes_that_are_no_utf8(data: bytes) -> None:
    Path("x.pol").write_bytes(HEADER.encode() + b"# " + data + b"\r\n" + CLAUSE.encode())
    diagnostic = only(load_policy("x.pol"))
    assert diagnostic.code == "POL0101"
    assert diagnostic.span.start == len(HEADER) + 2
    assert "UTF-8" in diagnostic.help


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "with a byte order mark"])
def test_line_ends_and_a_byte_order_mark_change_nothing(ends: str, mark: bytes) -> None:
    text = HEADER + '"""\nOne\n\nTwo\n"""\n' + CLAUSE
    Path("x.pol").write_bytes(mark + text.replace("\n", ends).encode())
    plain = load_text(text)
    assert load_policy("x.pol").policy == plain.policy is not None


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_places_are_counted_as_an_editor_does(ends: str) -> None:
    Path("x.pol").write_bytes((HEADER + "\ncategory größe {\n  junk\n}\n").replace("\n", ends).encode())
    loaded = load_policy("x.pol")
    diagnostic = only(loaded)
    assert loaded.sources["x.pol"].position(diagnostic.span.start) == (5, 3)


def test_a_file_of_fifty_megabytes() -> None:
    with Path("x.pol").open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(50_000_000)
    diagnostic = only(load_policy("x.pol"))
    assert diagnostic.code == "POL0102"
    assert "50,000,000" in diagnostic.message


def test_a_text_of_fifty_megabytes() -> None:
    assert only(load_text(HEADER + "#" * 50_000_000)).code == "POL0102"


@pytest.mark.parametrize("piece", ["junk ", "} ", "{ ", '" ', '"\n', "category x {\n", "é", "\u202e", "(}", "a(\n"])
def test_sixty_thousand_bytes_of_junk(piece: str) -> None:
    assert said(load_text(HEADER + piece * (60_000 // len(piece.encode()))))


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["junk ", "} ", '"\n', "category x {\n", "(}", "x\n", "\u202ea"])
def test_a_megabyte_of_junk_takes_as_much_longer_as_it_is_larger(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.process_time()
    assert said(load_text(HEADER + piece * (1_000_000 // len(piece.encode()))))
    assert time.process_time() - started < 10
    monkeypatch.setattr(time, "process_time", lambda: started)  # the limit of the other tests is not for this one


def test_a_long_word_is_shown_in_part() -> None:
    loaded = load_text(HEADER + "category harm { " + "x" * 100_000 + " }")
    assert len(only(loaded).message) < 100
    assert len(render(loaded.report, loaded.sources)) < 1000


def test_characters_outside_of_text() -> None:
    assert said(load_text(HEADER + "\ud800")) == ["POL0101"]


# ---------------------------------------------------------------- depth


@pytest.mark.parametrize(
    ("before", "opening", "closing", "after"),
    [
        ("", "category x { ", "} ", ""),
        ('category x { clause y "Y" { forbid low when ', "(", ")", " } }"),
        ('category x { clause y "Y" { forbid low when ', "not (", ")", " } }"),
        ('category x { clause y "Y" { forbid low when ', "at least 1 of { ", "}", " } }"),
        ("rubric x { accept when ", "(", ")", " }"),
        ("", "{", "}", ""),
        ("", "(", "", ""),
        ("", "", "}", ""),
    ],
    ids=["categories", "parentheses", "nots", "counts", "scores", "blocks", "openings", "closings"],
)
def test_ten_thousand_levels_of_nesting(before: str, opening: str, closing: str, after: str) -> None:
    codes = said(load_text(HEADER + before + opening * 10_000 + "z" + closing * 10_000 + after))
    assert len(codes) == 1 or not opening


@pytest.mark.parametrize("operator", ["not ", "z and ", "z or ", "z and not z or "])
def test_ten_thousand_operators_in_a_row(operator: str) -> None:
    loaded = load_text(HEADER + 'category x { clause y "Y" { forbid low when ' + operator * 10_000 + "z } }")
    assert said(loaded)


def test_imports_that_lead_deep() -> None:
    for number in range(60):
        Path(f"{number:02}").mkdir()
        Path(f"{number:02}/x.pol").write_text(f'policy p{number} 1.0.0 "P"\nimport p{number + 1}\n')
    assert said(load_policy("00", search=[Path()])) == ["POL0103"]


# ---------------------------------------------------------------- what they are


def test_a_path_to_nothing() -> None:
    with pytest.raises(FileNotFoundError):
        load_policy("nothing.pol")


def test_a_folder_without_a_policy() -> None:
    Path("x").mkdir()
    assert only(load_policy("x")).code == "POL0203"


def test_a_folder_with_several_policies() -> None:
    for name in ("one", "two"):
        Path(f"{name}.pol").write_text(f'policy {name} 1.0.0 "A"')
    diagnostic = only(load_policy("."))
    assert diagnostic.code == "POL0203"
    assert "one.pol, two.pol" in diagnostic.help


def test_a_folder_that_is_called_like_a_file() -> None:
    """It is a folder like any other: what is in it belongs to the policy."""
    Path("x.pol").write_text(HEADER)
    Path("more.pol").mkdir()
    Path("more.pol/harm.pol").write_text(CLAUSE)
    loaded = load_policy("x.pol")
    assert loaded.policy is not None
    assert [category.id for category in loaded.policy.categories] == ["harm"]


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("x.pol")
    diagnostic = only(load_policy("x.pol"))
    assert diagnostic.code == "POL0108"
    assert "pipe" in diagnostic.message


def test_a_device_is_not_read() -> None:
    assert only(load_policy("/dev/zero")).code == "POL0108"


@pytest.mark.parametrize("kind", ["pipe", "link to nothing", "link to itself", "link to a pipe"])
def test_a_part_that_cannot_be_read_is_not_left_out_in_silence(kind: str) -> None:
    Path("x.pol").write_text(HEADER + CLAUSE)
    part = Path("part.pol")
    if kind == "pipe":
        os.mkfifo(part)
    elif kind == "link to a pipe":
        os.mkfifo("pipe")
        part.symlink_to("pipe")
    else:
        part.symlink_to("nothing" if kind == "link to nothing" else part)
    diagnostic = only(load_policy("x.pol"))
    assert diagnostic.code == "POL0108"
    assert diagnostic.span.file == "part.pol"


def test_a_file_without_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by the error that opening it raises: whoever runs the tests as root may read everything."""
    Path("x.pol").write_text(HEADER)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    diagnostic = only(load_policy("x.pol"))
    assert diagnostic.code == "POL0108"
    assert "Permission denied" in diagnostic.message


# ---------------------------------------------------------------- where they lead


def test_a_part_that_is_a_link_out_of_the_folder(tmp_path: Path) -> None:
    """What it holds is not shown, either."""
    (tmp_path / "secret.txt").write_text("root:x:0:0\n")
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "x.pol").write_text(HEADER + CLAUSE)
    (folder / "part.pol").symlink_to(tmp_path / "secret.txt")
    loaded = load_policy(folder)
    assert only(loaded).code == "POL0108"
    assert "root" not in render(loaded.report, loaded.sources)


def test_links_to_parts_of_the_same_folder_are_followed(tmp_path: Path) -> None:
    Path("x.pol").write_text(HEADER)
    Path("harm.txt").write_text(CLAUSE)
    Path("harm.pol").symlink_to(tmp_path / "harm.txt")
    loaded = load_policy("x.pol")
    assert loaded.policy is not None
    assert loaded.policy.clauses


def test_a_link_to_a_policy_can_be_named(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "real.pol").write_text(HEADER + CLAUSE)
    Path("here").mkdir()
    Path("here/x.pol").symlink_to(elsewhere / "real.pol")
    assert load_policy("here/x.pol").policy is not None


def test_links_between_folders_are_not_followed_in_circles() -> None:
    Path("x.pol").write_text(HEADER + CLAUSE)
    Path("again").symlink_to(".")
    assert load_policy(".").policy is not None


@pytest.mark.parametrize(
    "path",
    ["../out.png", "/etc/passwd", "images/../../out.png", "images/out.png", "..", "C:\\\\Windows\\\\a.png", "~/a.png"],
)
def test_an_image_outside_of_the_policys_folder(path: str, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    folder = tmp_path / "policy"
    (folder / "images").mkdir(parents=True)
    (folder / "images/out.png").symlink_to(tmp_path / "out.png")
    (folder / "x.pol").write_text(_with_image(path))
    assert only(load_policy(folder)).code == ("POL0309" if path.startswith("~") else "POL0308")


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to itself", "text", "long name", "too large"])
def test_an_image_that_is_none(kind: str) -> None:
    image = Path("a.png")
    if kind == "pipe":
        os.mkfifo(image)
    elif kind == "folder":
        image.mkdir()
    elif kind == "link to itself":
        image.symlink_to(image)
    elif kind == "too large":
        with image.open("wb") as file:
            file.truncate(1_000_000_000)
    else:
        image.write_text("Not a picture.")
    Path("x.pol").write_text(_with_image("a" * 5000 if kind == "long name" else "a.png"))
    assert only(load_policy("x.pol")).code == "POL0309"


def _with_image(path: str) -> str:
    exemplar = f'violates one {{ user "This?" image "{path}" }}'
    return f'{HEADER}category harm {{ clause steps "Steps" {{ forbid low {exemplar} }} }}\n'
