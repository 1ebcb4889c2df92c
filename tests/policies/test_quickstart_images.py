"""The quickstart's pictures: small, used, and what the program beside them draws."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from policylang.language.load import load_policy

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
FILES = sorted((QUICKSTART / "images").iterdir())


def load_program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_images", QUICKSTART / "draw_images.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    files = load_program().draw_all(tmp_path_factory.mktemp("images"))
    return {file.name: file for file in files}


def captions() -> dict[str, set[str]]:
    """The captions that the policy gives to each picture, by the picture's path."""
    policy = load_policy(QUICKSTART).policy
    assert policy is not None
    found: dict[str, set[str]] = {}
    for _, exemplar in policy.exemplars:
        for image in exemplar.images:
            found.setdefault(image.path, set()).add(image.caption)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_picture_is_small(file: Path) -> None:
    assert file.suffix == ".png"
    assert file.stat().st_size <= 15_000
    with Image.open(file) as picture:
        assert picture.size == (384, 288)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_picture_is_what_the_program_draws(file: Path, drawn: dict[str, Path]) -> None:
    """Not byte by byte: another Pillow may compress differently, or smooth a letter's edge by a shade."""
    with Image.open(file) as shown, Image.open(drawn[file.name]) as new:
        difference = np.abs(np.asarray(shown.convert("RGB"), float) - np.asarray(new.convert("RGB"), float))
    assert difference.mean() < 1.0


def test_drawing_twice_gives_the_same_bytes(drawn: dict[str, Path], tmp_path: Path) -> None:
    for file in load_program().draw_all(tmp_path):
        assert file.read_bytes() == drawn[file.name].read_bytes()


def test_every_picture_is_drawn_and_every_picture_is_used(drawn: dict[str, Path]) -> None:
    assert {file.name for file in FILES} == set(drawn)
    assert {f"images/{file.name}" for file in FILES} == set(captions())


def test_a_picture_has_one_caption_and_the_program_knows_it() -> None:
    documented = {f"images/{picture.__name__}.png": picture.__doc__ for picture in load_program().PICTURES}
    assert {path: {text} for path, text in documented.items()} == captions()


def test_most_pictures_stand_on_both_sides_of_a_line() -> None:
    policy = load_policy(QUICKSTART).policy
    assert policy is not None
    labels: dict[str, set[str]] = {}
    for _, exemplar in policy.exemplars:
        for image in exemplar.images:
            labels.setdefault(image.path, set()).add(exemplar.label)
    assert sum(len(found) > 1 for found in labels.values()) > len(labels) / 2


def test_words_in_a_picture_name_no_real_address() -> None:
    program = (QUICKSTART / "draw_images.py").read_text("utf-8")
    words = re.findall(r'\.words\([^"]*"([^"]+)"', program)
    addresses = [word for word in words if re.search(r"\w\.\w{2,}", word) and not re.fullmatch(r"[\d,.]+", word)]
    assert addresses == ["acc-check.example"]
