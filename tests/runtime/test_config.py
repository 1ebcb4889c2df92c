"""policyc.toml: what it means, and what is said about what it cannot mean."""

from __future__ import annotations

import tomllib

import pytest

from policylang.runtime.config import BUILT_IN, RunConfig, api_key, load_config, parse_config
from policylang.runtime.errors import ConfigError

GOOD = """
[endpoints.local]
kind = "embedded"

[endpoints.hosted]
kind = "openai"
base_url = "https://models.example.com/v1/"
api_key_env = "MODELS_API_KEY"

[roles.teacher]
endpoint = "hosted"
model = "large"
input_price = 0.15

[roles.judge]
endpoint = "local"
advisory = true
"""


def fault_of(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse_config(tomllib.loads(text))
    return caught.value


def test_a_role_that_is_missing():
    config = parse_config(tomllib.loads(GOOD))
    assert config.role("target") == config.role("teacher"), "the teacher answers where no target does"
    assert config.role("captioner") is None
    assert config.role("judge").advisory


def test_a_price_that_is_left_out_is_unknown():
    teacher = parse_config(tomllib.loads(GOOD)).role("teacher")
    assert (teacher.input_price, teacher.output_price) == (0.15, None)


def test_without_a_file_everything_runs_on_the_embedded_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load_config()
    assert config == BUILT_IN
    assert {endpoint.kind for endpoint in config.endpoints.values()} == {"embedded"}
    assert config.role("judge").advisory, "the small model does not gate"


def test_the_file_asked_for_goes_before_the_policys_and_that_before_the_working_folders(tmp_path, monkeypatch):
    for name in ("asked", "policy", "work"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policyc.toml").write_text(GOOD.replace("large", name))
    monkeypatch.chdir(tmp_path / "work")
    policy = tmp_path / "policy" / "a.pol"
    policy.touch()
    asked = tmp_path / "asked" / "policyc.toml"

    def found(explicit=None, beside=None) -> str:
        return load_config(explicit, beside).role("teacher").model

    assert found(asked, policy) == "asked"
    assert found(None, policy) == found(None, policy.parent) == "policy"
    assert found(None, tmp_path) == found() == "work"
    assert load_config(asked).source == asked


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (("[roles.judge]", "[roles.jugde]"), "roles.jugde", 'did you mean "judge"?'),
        (("input_price", "inputprice"), "roles.teacher.inputprice", 'did you mean "input_price"?'),
        (("[endpoints.local]", "[endpoints.lokal]"), "roles.judge.endpoint", 'did you mean "lokal"?'),
        (('"embedded"', '"embeded"'), "endpoints.local.kind", "unknown kind"),
        (('kind = "embedded"', ""), "endpoints.local.kind", "missing"),
        (('kind = "embedded"', 'kind = "embedded"\nslots = 0'), "endpoints.local.slots", "greater than or equal to 1"),
        (('kind = "embedded"', 'kind = "embedded"\nbase_url = ""'), "endpoints.local.base_url", "unknown key"),
        (("0.15", '"cheap"'), "roles.teacher.input_price", "must be a number"),
        (("true", '"yes"'), "roles.judge.advisory", "true or false"),
        (('model = "large"', ""), "roles.teacher.model", "missing"),
        (("advisory = true", 'model = "other"'), "roles.judge.model", "serves one model"),
        (("[roles.teacher]", "[roles.target]"), "roles.teacher", "missing"),
        (('"https://models.example.com/v1/"', '"models.example.com"'), "endpoints.hosted.base_url", "http(s) URL"),
        (('"https://models.example.com/v1/"', '"http://a b/v1"'), "endpoints.hosted.base_url", "http(s) URL"),
        (('"https://models.example.com/v1/"', '"http://a:99999/"'), "endpoints.hosted.base_url", "ort"),
        (("[endpoints.local]", "[reason]\nteacher = 'me'\n[endpoints.local]"), "reason.teacher", "unknown value"),
        (("[endpoints.local]", "[rum]\n[endpoints.local]"), "rum", 'did you mean "run"?'),
    ],
)
def test_a_fault_names_its_key(change, key, words):
    fault = fault_of(GOOD.replace(*change))
    assert fault.key == key
    assert key in fault.message
    assert words in fault.message


@pytest.mark.parametrize("text", ["", "roles = 3", "[roles]", "[endpoints.a]\n[roles.teacher]\nendpoint = 'a'"])
def test_too_little_is_told(text):
    assert fault_of(text).message


def test_a_key_written_into_the_file_is_refused_and_not_repeated():
    secret = "sk-verysecret-0123456789"
    for line in (f'api_key_env = "{secret}"', f'api_key = "{secret}"', f'base_url = "https://u:{secret}@x.example/v1"'):
        name = line.split(" ")[0]
        kept = [old for old in GOOD.splitlines() if not old.startswith(f"{name} ")]
        fault = fault_of("\n".join(kept).replace('kind = "openai"', f'kind = "openai"\n{line}'))
        assert f"endpoints.hosted.{name}" in fault.message
        assert secret not in str(fault) + repr(fault)


def test_the_key_comes_from_the_environment():
    endpoint = parse_config(tomllib.loads(GOOD)).endpoints["hosted"]
    assert api_key(endpoint, "endpoints.hosted.api_key_env", {"MODELS_API_KEY": "k\n"}) == "k"


@pytest.mark.parametrize("environment", [{}, {"MODELS_API_KEY": " "}])
def test_a_variable_that_is_not_set(environment):
    endpoint = parse_config(tomllib.loads(GOOD)).endpoints["hosted"]
    with pytest.raises(ConfigError, match="MODELS_API_KEY is not set") as caught:
        api_key(endpoint, "endpoints.hosted.api_key_env", environment)
    assert caught.value.key == "endpoints.hosted.api_key_env"
    assert "export MODELS_API_KEY=" in caught.value.advice


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[endpoints", "not TOML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a = 1\nb = = 2", "line 2"),
        (b"a=" + b"[" * 20_000, "not TOML"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path, content, words):
    path = tmp_path / "policyc.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words) as caught:
        load_config(path)
    assert str(path) in caught.value.message


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "no.toml", tmp_path):
        with pytest.raises(ConfigError) as caught:
            load_config(path)
        assert "--config" in caught.value.advice


def test_a_file_from_windows(tmp_path):
    path = tmp_path / "policyc.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_config(path).snapshot() == parse_config(tomllib.loads(GOOD)).snapshot()


def test_a_snapshot_says_it_all():
    config = parse_config(tomllib.loads(GOOD))
    assert RunConfig.model_validate_json(config.model_dump_json()) == config
    assert config.snapshot()["roles"]["teacher"]["model"] == "large"
