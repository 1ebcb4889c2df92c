"""An endpoint that fails gives a ModelError of the right kind, which says what to do; what can be retried is."""

from __future__ import annotations

import logging
import socket
import traceback

import pytest
from faults.server import BROKEN_JSON, EMPTY_CHOICES, GOOD, HTML, completion, cut_short, error, reply, slow

from policylang.runtime.errors import ModelError

KEY = "sk-verysecret-0123456789"


def fails(ask, url, **settings):
    with pytest.raises(ModelError) as caught:
        ask(url, **settings)
    return caught.value


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_passing_trouble_is_tried_again(faulty, ask, status):
    server = faulty(error(status, "later"), GOOD)
    assert ask(server.url, retries=1).text == "Fine."
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "bad_request"), (401, "unauthorized"), (403, "unauthorized"), (404, "not_found")]
)
def test_lasting_trouble_is_not(faulty, ask, status, kind):
    server = faulty(error(status, "never: the model has no ears"))
    fault = fails(ask, server.url, retries=3)
    assert fault.kind == kind
    assert "never: the model has no ears" in fault.message
    assert fault.advice
    assert len(server.requests) == 1


def test_the_server_says_how_long_to_wait(faulty, ask):
    server = faulty(error(429, "slow down", Retry_After="1"), GOOD)
    ask(server.url, retries=1)
    first, second = server.requests
    assert second.at - first.at >= 1.0, "the usual first pause is half a second"


@pytest.mark.parametrize(("status", "kind"), [(429, "rate_limited"), (500, "server"), (504, "timeout")])
def test_trouble_that_stays_is_told(faulty, ask, status, kind):
    server = faulty(error(status, "still so"))
    assert fails(ask, server.url, retries=1).kind == kind
    assert len(server.requests) == 2


def test_nobody_listens(ask):
    with socket.socket() as taken:  # bound, so that nobody else gets it; not listening
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        fault = fails(ask, url)
    assert fault.kind == "unreachable"
    assert url in fault.message
    assert "base_url" in fault.advice


def test_a_name_that_does_not_exist(ask):
    assert fails(ask, "http://no-such-host.invalid/v1").kind == "unreachable"


def test_no_answer_in_time(faulty, ask):
    fault = fails(ask, faulty(slow(5)).url, timeout=0.3)
    assert fault.kind == "timeout"
    assert "0.3 seconds" in fault.message
    assert "timeout" in fault.advice


def test_a_line_that_breaks_in_the_middle_is_tried_again(faulty, ask):
    server = faulty(cut_short, GOOD)
    assert ask(server.url, retries=1).text == "Fine."
    assert len(server.requests) == 2


def test_a_line_that_always_breaks(faulty, ask):
    assert fails(ask, faulty(cut_short).url).kind == "unreachable"


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        EMPTY_CHOICES,
        BROKEN_JSON,
        reply(200, b""),
        reply(200, b"[]"),
        reply(200, b"null"),
        reply(200, b'"hello"'),
        reply(200, {"error": {"message": "overloaded"}}),
        reply(200, completion(choices=None)),
        reply(200, completion(choices=[{}])),
        reply(200, completion(choices=[{"index": 0, "finish_reason": "stop", "message": None}])),
        reply(200, completion(choices="what")),
        reply(200, {"choices": [{"message": {"content": {"a": 1}}}]}),
        reply(200, completion(usage={"prompt_tokens": "many"})),
    ],
)
def test_an_answer_that_is_no_completion(faulty, ask, answer):
    fault = fails(ask, faulty(answer).url)
    assert fault.kind == "nonsense"
    assert "/v1" in fault.advice


def test_an_error_inside_a_good_status_is_told(faulty, ask):
    assert "overloaded" in fails(ask, faulty(reply(200, {"error": {"message": "overloaded"}})).url).message


def test_a_page_instead_of_an_error_is_not_repeated(faulty, ask):
    fault = fails(ask, faulty(reply(502, b"<html>" + b"x" * 9000 + b"</html>", "text/html")).url)
    assert fault.kind == "server"
    assert "<html>" not in str(fault)


def test_long_words_of_a_server_are_cut(faulty, ask):
    assert len(fails(ask, faulty(error(400, "no " * 5000)).url).message) < 400


def test_the_key_is_never_told(faulty, ask, caplog):
    caplog.set_level(logging.DEBUG)
    server = faulty(error(401, f"Incorrect API key provided: {KEY}. See your account."))
    fault = fails(ask, server.url, api_key=KEY)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    told = [str(fault), repr(fault), *traceback.format_exception(fault), caplog.text]
    assert not any(KEY in text for text in told)
    assert "Incorrect API key provided" in fault.message


def test_a_key_of_another_provider_is_not_sent(faulty, ask, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = faulty(GOOD)
    ask(server.url)
    assert KEY not in str(server.requests[0].headers)


def test_a_proxy_is_not_asked_for_this_machine(faulty, ask, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(faulty(GOOD).url).text == "Fine."


def test_a_refusal_is_an_answer(faulty, ask):
    message = {"role": "assistant", "content": None, "refusal": "I would rather not."}
    server = faulty(reply(200, completion(choices=[{"index": 0, "finish_reason": "stop", "message": message}])))
    answer = ask(server.url)
    assert answer.refusal
    assert answer.text == "I would rather not."


def test_a_filtered_answer_is_a_refusal(faulty, ask):
    message = {"role": "assistant", "content": ""}
    choice = {"index": 0, "finish_reason": "content_filter", "message": message}
    assert ask(faulty(reply(200, completion(choices=[choice]))).url).refusal


def test_a_server_that_does_not_count_tokens_has_no_known_cost(faulty, ask):
    answer = ask(faulty(reply(200, completion(usage=None))).url, input_price=1.0, output_price=1.0)
    assert (answer.prompt_tokens, answer.completion_tokens, answer.cost_usd) == (0, 0, None)
