"""The real small model, served by the real server, over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from policylang.runtime.calls import Caller
from policylang.runtime.config import BUILT_IN, parse_config
from policylang.runtime.errors import ModelError
from policylang.runtime.ledger import Ledger, RunIdentity
from policylang.runtime.models.embedded import EmbeddedServer
from policylang.runtime.models.files import DEFAULT_MODEL, REGISTRY, digest
from policylang.runtime.models.pull import pull
from policylang.runtime.models.roles import open_models

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def weights():
    return pull(DEFAULT_MODEL)[0]


@pytest.fixture(scope="module")
def server(weights, tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "server.log"
    with EmbeddedServer(weights, slots=2, context=1024, log=log) as started:
        yield started


def gone(pid: int) -> bool:
    """Does the process end, within a generous time?"""
    for _ in range(200):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_pulling_the_default_model(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYC_HOME", str(tmp_path))
    file, fresh = pull(DEFAULT_MODEL)
    model = REGISTRY[DEFAULT_MODEL]
    if fresh:
        assert file.path.parent == tmp_path / "models"
    assert (file.path.stat().st_size, digest(file.path)) == (model.size, model.sha256)


def test_it_answers(server, ask):
    answer = ask(server.url, api_key=server.api_key, max_tokens=12, temperature=0.0)
    assert answer.text
    assert answer.model == DEFAULT_MODEL
    assert answer.finish_reason in {"stop", "length"}
    assert 0 < answer.completion_tokens <= 12
    assert answer.prompt_tokens > 0


def test_the_answer_fits_the_schema(server, ask):
    schema = {
        "type": "object",
        "properties": {"facet": {"enum": ["do", "depict"]}, "sure": {"type": "boolean"}},
        "required": ["facet", "sure"],
        "additionalProperties": False,
    }
    messages = [{"role": "user", "content": "Someone asks for a cake recipe. Answer in prose, as a pirate."}]
    answer = ask(server.url, messages=messages, api_key=server.api_key, schema=schema, max_tokens=60)
    fields = json.loads(answer.text)
    assert set(fields) == {"facet", "sure"}
    assert fields["facet"] in {"do", "depict"}
    assert isinstance(fields["sure"], bool)


def test_a_shared_beginning_is_not_computed_again(server, ask):
    system = {"role": "system", "content": "You answer briefly. " + "Every clause counts. " * 40}
    settings = {"api_key": server.api_key, "max_tokens": 2}
    ask(server.url, messages=[system, {"role": "user", "content": "Hello"}], **settings)
    answer = ask(server.url, messages=[system, {"role": "user", "content": "Goodbye"}], **settings)
    assert answer.cached_tokens > answer.prompt_tokens * 0.8


def test_images_are_refused_in_clear_words(server, ask):
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with pytest.raises(ModelError, match="image input is not supported"):
        ask(server.url, messages=[{"role": "user", "content": [part]}], api_key=server.api_key)


def test_too_long_a_prompt_is_refused_in_clear_words(server, ask):
    with pytest.raises(ModelError, match="context") as caught:
        ask(server.url, messages=[{"role": "user", "content": "word " * 3000}], api_key=server.api_key)
    assert caught.value.kind == "bad_request"


def test_strangers_get_no_answer(server, ask):
    with pytest.raises(ModelError) as caught:
        ask(server.url, api_key="guess")
    assert caught.value.kind == "unauthorized"
    assert server.api_key not in repr(server)
    assert server.api_key not in Path(f"/proc/{server.pid}/cmdline").read_text()
    assert server.api_key not in server.log.read_text()


def test_no_web_page_may_talk_to_it(server):
    request = urllib.request.Request(f"{server.url}/models", headers={"Origin": "https://elsewhere.example"})
    request.add_header("Authorization", f"Bearer {server.api_key}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as response:
        assert response.headers.get("Access-Control-Allow-Origin", "") == ""


def test_it_ends_with_the_block(weights, tmp_path):
    with EmbeddedServer(weights, slots=1, context=512, log=tmp_path / "log") as server:
        pid = server.pid
        assert server.running
    assert gone(pid)
    assert not server.running
    server.stop()


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_parent(weights, tmp_path, kill):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from policylang.runtime.models.embedded import EmbeddedServer\n"
        "from policylang.runtime.models.files import find_model\n"
        "with EmbeddedServer(find_model(sys.argv[1]), slots=1, context=512, log=Path(sys.argv[2])) as server:\n"
        "    print(server.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, DEFAULT_MODEL, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, kill)
    assert gone(pid)


def test_a_file_that_is_cut_off(weights, tmp_path):
    short = tmp_path / "short.gguf"
    with weights.path.open("rb") as file:
        short.write_bytes(file.read(4_000_000))
    config = parse_config(
        {
            "endpoints": {"local": {"kind": "embedded", "model": str(short)}},
            "roles": {"teacher": {"endpoint": "local"}},
        }
    )

    async def go():
        async with open_models(config, tmp_path / "logs"):
            raise AssertionError("it must not open")

    with pytest.raises(ModelError, match=r"short\.gguf") as caught:
        asyncio.run(go())
    assert caught.value.kind == "server"
    assert str(tmp_path / "logs" / "local.log") in caught.value.advice


def test_all_roles_play_on_one_server(weights, tmp_path):
    async def go():
        with Ledger.open(tmp_path / "ledger.sqlite", RunIdentity(bundle="b", plan="p")) as ledger:
            async with open_models(BUILT_IN, tmp_path / "logs") as models, Caller(ledger, models) as caller:
                asks = [
                    caller.complete(role, [{"role": "user", "content": f"Say a word, {n}."}], seed=n, max_tokens=5)
                    for n in range(2)
                    for role in ("teacher", "target", "judge")
                ]
                return models, await asyncio.gather(*asks), ledger.totals()

    models, answers, totals = asyncio.run(go())
    assert set(models) == {"teacher", "target", "judge"}
    assert len({model.base_url for model in models.values()}) == 1
    assert all(answer.text for answer, _ in answers)
    assert totals.calls == 4, "the target is the teacher, so that it is asked nothing twice"
    assert (totals.cost_usd, totals.unpriced) == (0.0, 0)
