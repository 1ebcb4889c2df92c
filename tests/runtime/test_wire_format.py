"""What goes over the wire, and what is made of what comes back."""

from __future__ import annotations

import base64

import pytest
from faults.server import GOOD, completion, error, reply

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()


def test_images_travel_as_parts_of_a_message(faulty, ask):
    messages = [
        {"role": "system", "content": "Look."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
            ],
        },
    ]
    server = faulty(GOOD)
    ask(server.url, messages=messages)
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].body["messages"] == messages


def test_a_request_says_what_was_asked_for(faulty, ask):
    server = faulty(GOOD)
    ask(server.url, seed=7, temperature=0.2, max_tokens=9)
    body = server.requests[0].body
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hi"}],
        "seed": 7,
        "temperature": 0.2,
        "max_tokens": 9,
    }


def test_what_was_not_asked_for_is_left_to_the_endpoint(faulty, ask):
    server = faulty(GOOD)
    ask(server.url)
    assert set(server.requests[0].body) == {"model", "messages", "seed"}


def test_a_schema_is_asked_for_strictly(faulty, ask):
    schema = {"type": "object", "properties": {"a": {"enum": ["yes", "no"]}}, "required": ["a"]}
    server = faulty(GOOD)
    ask(server.url, schema=schema)
    wanted = server.requests[0].body["response_format"]
    assert wanted["type"] == "json_schema"
    assert wanted["json_schema"]["schema"] == schema
    assert wanted["json_schema"]["strict"] is True


def test_a_model_that_knows_the_limit_by_its_new_name_only(faulty, ask):
    refusal = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    server = faulty(error(400, refusal), GOOD)
    assert ask(server.url, max_tokens=5).text == "Fine."
    assert server.requests[1].body["max_completion_tokens"] == 5
    assert "max_tokens" not in server.requests[1].body


def test_tokens_and_cost(faulty, ask):
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "total_tokens": 1200,
        "prompt_tokens_details": {"cached_tokens": 640},
    }
    answer = ask(faulty(reply(200, completion(usage=usage))).url, input_price=2.0, output_price=10.0)
    assert (answer.prompt_tokens, answer.completion_tokens, answer.cached_tokens) == (1000, 200, 640)
    assert answer.cost_usd == pytest.approx((1000 * 2 + 200 * 10) / 1e6)


@pytest.mark.parametrize("prices", [{}, {"input_price": 1.0}, {"output_price": 0.0}])
def test_without_both_prices_the_cost_is_unknown_and_not_zero(faulty, ask, prices):
    assert ask(faulty(GOOD).url, **prices).cost_usd is None


def test_prices_of_zero_are_a_known_cost(faulty, ask):
    assert ask(faulty(GOOD).url, input_price=0.0, output_price=0.0).cost_usd == 0.0
