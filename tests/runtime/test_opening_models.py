"""What keeps a model from being opened is told before anything is started."""

from __future__ import annotations

import asyncio
import sys

import pytest

from policylang.runtime.config import BUILT_IN, parse_config
from policylang.runtime.errors import ConfigError, ModelError
from policylang.runtime.models.embedded import EmbeddedServer
from policylang.runtime.models.files import find_model
from policylang.runtime.models.roles import open_models

HOSTED = {
    "endpoints": {"hosted": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1", "api_key_env": "SOME_KEY"}},
    "roles": {"teacher": {"endpoint": "hosted", "model": "large", "temperature": 0.5, "input_price": 1.0}},
}


def opened(config, folder, **more):
    async def go():
        async with open_models(config, folder, **more) as models:
            return {role: (model.model, model.temperature, model.input_price) for role, model in models.items()}

    return asyncio.run(go())


def test_roles_get_what_the_file_says(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_KEY", "k")
    assert opened(parse_config(HOSTED), tmp_path) == {"teacher": ("large", 0.5, 1.0), "target": ("large", 0.5, 1.0)}
    assert opened(parse_config(HOSTED), tmp_path, roles=["judge"]) == {}


def test_a_key_that_is_not_set(tmp_path, monkeypatch):
    monkeypatch.delenv("SOME_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"endpoints\.hosted\.api_key_env"):
        opened(parse_config(HOSTED), tmp_path)


def test_a_model_that_is_not_pulled(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYC_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="not on this machine"):
        opened(BUILT_IN, tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def test_the_server_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelError) as caught:
        EmbeddedServer(find_model("x.gguf", tmp_path), log=tmp_path / "log").start()
    assert "pip install 'policylang[local]'" in caught.value.advice


def test_a_file_that_only_begins_like_a_model(tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"GGUF" + bytes(range(256)) * 40)
    server = EmbeddedServer(find_model("x.gguf", tmp_path), log=tmp_path / "logs" / "x.log")
    with pytest.raises(ModelError, match=r"x\.gguf") as caught:
        server.start()
    assert not server.running
    assert str(tmp_path / "logs" / "x.log") in caught.value.advice
