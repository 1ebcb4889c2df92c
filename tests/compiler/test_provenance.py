"""Provenance: every piece of the policy in a prompt maps back to the place in a source file that says it."""

from __future__ import annotations

import json
import re

from hypothesis import given
from small_policy import SMALL, loaded, small_policy

from policylang.compiler.bundle import Bundle
from policylang.compiler.compile import compile_bundle
from policylang.compiler.prompts import Message, compile_prompts
from policylang.compiler.prompts.subset import environment
from policylang.language.load import Loaded
from policylang.language.meaning.policy import Policy
from policylang.language.printer import to_source
from policylang.testing import policies

_VERBATIM = re.compile(r"\.(text|title|question|ideal|because|respond|body|turn\d+)$")


@given(policies(max_categories=2, images=False, plans=False, templates=False))
def test_every_mapped_piece_of_a_prompt_stands_in_the_source_that_it_names(policy: Policy) -> None:
    found = loaded(to_source(policy))
    assert found.policy is not None
    for prompt in compile_prompts(found.policy):
        for message in prompt.messages:
            for key, piece in pieces(message):
                assert key in found.spans
                if _VERBATIM.search(key):
                    assert says(source_text(found, key), piece)


@given(policies(max_categories=2, images=False, plans=False, templates=False))
def test_source_ranges_lie_in_their_template_in_order_and_apart(policy: Policy) -> None:
    for prompt in compile_prompts(policy):
        for message in prompt.messages:
            at = 0
            for piece in message.sources:
                assert at <= piece.start < piece.end <= len(message.template)
                at = piece.end


def test_no_word_of_the_policy_stands_in_a_prompt_without_its_source() -> None:
    for prompt in compile_prompts(small_policy()):
        for message in prompt.messages:
            left, at = [], 0
            for piece in message.sources:
                left.append(message.template[at : piece.start])
                at = piece.end
            left.append(message.template[at:])
            assert "Word" not in "".join(left), prompt.id


def test_the_policys_own_template_maps_to_itself_as_a_whole() -> None:
    found = loaded(SMALL + 'template mine for answer { inputs request """Answer this: {{ request }}""" }')
    assert found.policy is not None
    (prompt, *_) = [prompt for prompt in compile_prompts(found.policy) if prompt.stage == "answer"]
    assert [(key, piece) for key, piece in pieces(prompt.messages[0], {"request": "Hello"})] == [
        ("template:mine.body", "Answer this: Hello")
    ]
    assert "Answer this" in source_text(found, "template:mine.body")


def test_a_bundle_says_where_its_pieces_stand() -> None:
    bundle = compile_bundle(loaded(SMALL))
    place = bundle.json("sources.json")["clause:harm.steps.text"]
    assert place["file"] == "policy.pol"
    line = SMALL.splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 : place["end_column"] - 1] == '"""Wordnorm of the steps."""'


def test_every_source_of_the_quickstarts_prompts_and_rubrics_is_a_place_in_a_file(quickstart: Bundle) -> None:
    places = quickstart.json("sources.json")
    for prompt in quickstart.json("prompts.json"):
        for message in prompt["messages"]:
            assert {piece["source"] for piece in message["sources"]} <= set(places), prompt["id"]
    for path, data in quickstart.files.items():
        if path.startswith("rubrics/") and "/quality/" not in path:
            assert {source for item in json.loads(data)["items"] for source in item["sources"]} <= set(places)


def pieces(message: Message, values: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """The mapped pieces of a message as a model will read them, each with its key."""
    return [
        (piece.source, environment().from_string(message.template[piece.start : piece.end]).render(values or {}))
        for piece in message.sources
    ]


def source_text(found: Loaded, key: str) -> str:
    span = found.spans[key]
    return found.sources[span.file].text[span.start : span.end]


def says(source: str, piece: str) -> bool:
    """Does one say the other, when quotes, escapes and layout are left aside?"""
    bare = re.sub(r'[\s"]', "", re.sub(r"\\(.)", lambda m: "" if m[1] in 'nt\\"' else m[1], source, flags=re.DOTALL))
    # Prompts shut the tags of their own fences, so that a case cannot close the fence that it stands in.
    words = re.sub(r'[\s"\\]', "", piece.replace("‹", "<"))
    return bare in words or words in bare
