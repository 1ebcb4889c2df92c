"""Each stage alone: what it makes of a model's words, and which of them it refuses."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest
from faults.script import Script
from faults.small_run import PLAN, picture, small_bundle, small_config
from hypothesis import given
from hypothesis import strategies as st

from policylang.compiler.skeleton import citations
from policylang.language.meaning.policy import Action
from policylang.runtime.completion import Completion
from policylang.runtime.engine import plan_rows
from policylang.runtime.near_copies import THRESHOLD, CopyIndex, shingles
from policylang.runtime.stages.answer import answer
from policylang.runtime.stages.describe import choose_picture, describe_image
from policylang.runtime.stages.draft import Draft, Rejection, Workshop
from policylang.runtime.stages.reason import reason, skeleton_of
from policylang.runtime.stages.request import write_request
from policylang.runtime.wordings import MAX_REQUEST_WORDS, unwrap, whole_sentences, without_loops


class Speaker:
    """Says one thing, and keeps what it was asked."""

    def __init__(self, said, roles):
        self.said, self.models, self.asked = said, dict.fromkeys(roles), []

    async def complete(self, role, messages, *, seed, schema=None):
        self.asked.append((role, messages))
        return Completion(**{"model": "speaker", "finish_reason": "stop", **self.said}), False


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return small_bundle(tmp_path_factory.mktemp("policy") / "locks")


@pytest.fixture(scope="module")
def rows(bundle):
    return plan_rows(bundle, PLAN)


@pytest.fixture
def draft(bundle):
    """A draft of a row, in a workshop where everyone says the same. `draft.shop.caller.asked` is what they heard."""

    def make(row, text="", *, without=(), request="", tables=None, reason=None, **said):
        tables = {**(tables or {}), **({"reason": reason} if reason else {})}
        config = small_config("http://localhost/v1", without=without, **tables)
        caller = Speaker({"text": text, **said}, config.roles)
        return Draft(Workshop(bundle, config, caller), row, 0, request=request)

    return make


def refusal_of(stage, draft):
    with pytest.raises(Rejection) as caught:
        asyncio.run(stage(draft))
    return str(caught.value)


def heard(draft):
    """The text of the last message of the one request."""
    ((_, messages),) = draft.shop.caller.asked
    return messages[-1]["content"]


def first(rows, **wanted):
    """The first row of this clause, action or modality."""
    for row in rows:
        found = {"clause": row.clause, "response": row.verdict.response, "modality": row.factors["modality"]}
        if wanted.items() <= found.items():
            return row
    raise AssertionError(wanted)


# ---------------------------------------------------------------------- request


def test_a_request_is_asked_for_by_case_and_setting(rows, draft):
    made = draft(first(rows, clause="locks.picking", modality="image_text"), "Can you open the door of flat 4 for me?")
    choose_picture(made)
    asyncio.run(write_request(made))
    assert made.request == "Can you open the door of flat 4 for me?"
    prompt = heard(made)
    assert "Intent: do (Carry it out.)" in prompt and "Detail: steps" in prompt
    assert "image text" in prompt, "the setting"
    assert "A padlock that stands open." in prompt, "the writer knows the picture"


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("", {}, "empty"),
        ('""', {}, "empty"),
        ("User: ", {}, "empty"),
        ("I'm sorry, but I can't write that.", {}, "refused"),
        ("Anything", {"refusal": True}, "refused"),
        ("How do I open a lock when I have no", {"finish_reason": "length"}, "too long"),
        ("I lost my key. - Intent: do - Detail: steps - Help me.", {}, "talks about the task"),
        ("word " * (MAX_REQUEST_WORDS + 1), {}, "too long"),
        ("w" * 5000, {}, "too long"),
        ("Here is a message that breaks this rule: open it.", {}, "talks about the task"),
        ("How do I get two hairpins into the hair of my neighbour's cat?", {}, None),
        (
            "How do I get into my neighbour's flat, with two hairpins, while he is AWAY!?",
            {},
            "exemplar locks.picking.flat",
        ),
        (
            "Tell me, how do I get into my neighbour's flat with two hairpins while he is away?",
            {},
            "locks.picking.flat",
        ),
        ("Why does a pin lock have springs in it, and who came up with that?", {}, "locks.lessons.pins"),
    ],
)
def test_what_is_no_request(rows, draft, text, said, why):
    made = draft(rows[0], text, **said)
    if why is None:
        asyncio.run(write_request(made))
        return
    assert why in refusal_of(write_request, made)


def test_a_request_like_that_of_another_row(rows, draft):
    other = "Could you tell me which of my three padlocks would last longest in the rain?"
    near = "Could you tell me which of my three padlocks would last longest in the snow?"
    made = draft(rows[0], near)
    made.shop.requests.add(rows[1].id, other)
    assert refusal_of(write_request, made) == "request: a near copy of another row's"
    made.shop.requests.discard(rows[1].id)
    asyncio.run(write_request(made))
    assert made.shop.requests.nearest(other) == rows[0].id, "it is claimed from now on"
    asyncio.run(write_request(made))  # its own claim is no reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('"Open it."', "Open it."),
        ("“Open it.”", "Open it."),
        ('User: "Open it."', "Open it."),
        ("Message: Open it.", "Open it."),
        ("Sure, here is a message:\n\nOpen it.", "Open it."),
        ("  Open\n it.  ", "Open it."),
        ('How do I say "no"', 'How do I say "no"'),
        ('"Open" or "shut"?', '"Open" or "shut"?'),
        ('"Open" or "shut"', '"Open" or "shut"'),
        ("Request a refund at 5:30 for me.", "Request a refund at 5:30 for me."),
        ("Message my ex for me: I am here.", "Message my ex for me: I am here."),
        ("Okay so this is odd: my key is stuck.", "Okay so this is odd: my key is stuck."),
        ('"', '"'),
        ("", ""),
    ],
)
def test_unwrapping(said, meant):
    assert unwrap(said) == meant


# ---------------------------------------------------------------------- near copies

sentences = st.lists(st.sampled_from("a b c d e f g".split()), max_size=9).map(" ".join)  # noqa: SIM905


@given(texts=st.dictionaries(st.integers(0, 6), sentences), gone=st.sets(st.integers(0, 6)), asked=sentences)
def test_the_index_finds_what_comparing_all_finds(texts, gone, asked):
    index = CopyIndex()
    for name, text in texts.items():
        index.add(name, "something else that was here before")
        index.add(name, text)
    for name in gone:
        index.discard(name)

    def similarity(text):
        one, other = shingles(text), shingles(asked)
        return len(one & other) / len(one | other) if one | other else 0.0

    left = {name: similarity(text) for name, text in texts.items() if name not in gone}
    assert dict(index.near(asked)) == {name: value for name, value in left.items() if value >= THRESHOLD}
    best = max(left.values(), default=0.0)
    assert (index.nearest(asked) is not None) == (best >= THRESHOLD)


# ---------------------------------------------------------------------- reasoning


def words(*cited, tail="so that is what the assistant goes by when it answers this person here."):
    return f"The notes say so, and {' '.join(f'[{name}]' for name in cited)} tells the rest, {tail}"


def test_words_that_cite_the_deciding_clause_stand(rows, draft):
    made = draft(first(rows, clause="locks.picking"), words("locks.picking"), request="Open it.")
    asyncio.run(reason(made))
    assert made.reasoning.text == words("locks.picking")
    assert (made.reasoning.teacher, made.reasoning.cites) == ("speaker", ("locks.picking",))
    assert made.reasoning.rejected == ()
    assert all(line in heard(made) for line in skeleton_of(made).lines())


BAD_WORDS = [
    (words("locks.adverts"), "cites locks.adverts, which does not decide this case"),
    (words("locks.picking", "locks.adverts"), "cites locks.adverts, which does not decide this case"),
    (words("locks.picking") + " See also locks.adverts here.", "names locks.adverts"),
    (words("locks.picking") + " See also locks.adverts.", "names locks.adverts"),
    (words(), "cites no clause"),
    (words("locks.pickin"), "cites locks.pickin, which does not exist"),
    (words("1"), "cites 1, which does not exist"),
    ("It is [locks.picking].", "has fewer than 12 words"),
    (words("locks.picking", tail="and the assistant should help fully with all of it, step by step."), "should help"),
    ("", "cites no clause"),
    (words("locks.picking", tail="\x00 which is what the assistant goes by when it answers."), "no text"),
    (words("locks.picking") + " word" * 2000, "too long"),
]


@pytest.mark.parametrize(("said", "problem"), BAD_WORDS)
def test_other_words_are_replaced_by_the_skeleton(rows, draft, said, problem):
    made = draft(first(rows, clause="locks.picking"), said, request="Open it.")
    asyncio.run(reason(made))
    assert made.reasoning.teacher == "symbolic", "marked as such"
    assert made.reasoning.text == skeleton_of(made).render()
    assert set(made.reasoning.cites) == {"locks.picking"}
    (rejected,) = made.reasoning.rejected
    assert problem in "; ".join(rejected.problems)


@pytest.mark.parametrize(("said", "problem"), BAD_WORDS)
def test_without_a_fallback_they_end_the_draft(rows, draft, said, problem):
    settings = {"teacher": "model", "fallback": "reject"}
    made = draft(first(rows, clause="locks.picking"), said, request="Open it.", reason=settings)
    assert problem in refusal_of(reason, made)
    assert made.reasoning is None


def test_the_symbolic_teacher_asks_nobody(rows, draft):
    for row in rows:
        made = draft(row, "never said", reason={"teacher": "symbolic"})
        choose_picture(made)
        asyncio.run(reason(made))
        assert (made.reasoning.teacher, made.reasoning.rejected, made.calls) == ("symbolic", (), [])
        bones = skeleton_of(made)
        assert set(made.reasoning.cites) <= {*bones.cite, *bones.may_cite}
        assert set(made.reasoning.cites) & set(bones.cite)


def test_a_share_of_the_rows_is_worded_by_the_model(rows, draft):
    halves = [
        draft(row, "never said", reason={"share": row.seed % 1000 / 1000 + gap}) for row in rows for gap in (0, 0.001)
    ]
    for made in halves:
        choose_picture(made)
        asyncio.run(reason(made))
    asked = [len(made.calls) for made in halves]
    assert asked == [0, 1] * len(rows), "a row falls to the model from its own place in the share on"


@given(cited=st.lists(st.sampled_from(["locks.picking", "locks.lessons", "locks.adverts", "nothing.at_all"])))
def test_whatever_stands_cites_what_decides_and_nothing_foreign(bundle, rows, cited):
    for row in rows[::3]:
        config = small_config("http://localhost/v1")
        made = Draft(Workshop(bundle, config, Speaker({"text": words(*cited)}, config.roles)), row, 0)
        asyncio.run(reason(made))
        bones = skeleton_of(made)
        sound = set(cited) & set(bones.cite) and set(cited) <= {*bones.cite, *bones.may_cite}
        assert (made.reasoning.teacher == "speaker") == bool(sound)
        assert set(citations(made.reasoning.text)) & set(bones.cite)


# ---------------------------------------------------------------------- answer

HELPFUL = "Springs push the pins down, and the right key lifts them."
DECLINING = "I won't help with that, but a locksmith gladly will."


def test_an_answer_is_asked_for_by_request_and_directive(rows, draft):
    made = draft(first(rows, response=Action.REFUSE), DECLINING, request="Open the door of flat 4.")
    asyncio.run(answer(made))
    assert made.answer == DECLINING
    assert "Open the door of flat 4." in heard(made)
    assert "Do not give what is asked for." in heard(made)


@pytest.mark.parametrize(
    ("action", "text", "said", "why"),
    [
        (Action.REFUSE, HELPFUL, {}, "does not decline where the policy says so"),
        (Action.COMPLY, DECLINING, {}, "declines where the policy says help"),
        (Action.COMPLY, HELPFUL, {"refusal": True}, "declines where the policy says help"),
        (Action.COMPLY, "", {}, "too short"),
        (Action.COMPLY, "Springs and pins do.", {}, "too short"),
        (Action.COMPLY, "The springs push pins down so that only the right key lifts them.", {}, "locks.lessons.pins"),
        (
            Action.REFUSE,
            "I won't help with getting into another person's flat!",
            {},
            "copy of the exemplar locks.picking",
        ),
        (Action.COMPLY, "I'll not help to open the door of flat 4.", {}, "declines where"),
        (Action.COMPLY, "As a language model I think that springs do it.", {}, "talks about the policy"),
        (Action.COMPLY, "spring " * 3000, {}, "too long"),
    ],
)
def test_answers_that_do_not_do_what_the_policy_asks(rows, draft, action, text, said, why):
    made = draft(first(rows, response=action), text, request="How?", **said)
    assert why in refusal_of(answer, made)
    assert made.answer == text.strip(), "it is kept, so that people can see what was refused"


def test_an_answer_is_asked_for_again_with_another_seed_before_it_is_given_up(rows, draft):
    made = draft(first(rows, response=Action.REFUSE), HELPFUL, request="How?", tables={"answer": {"tries": 3}})
    assert "does not decline" in refusal_of(answer, made)
    assert len({call.seed for call in made.calls}) == len(made.calls) == 3, "and every call is on record"
    fine = draft(first(rows, response=Action.REFUSE), DECLINING, request="How?", tables={"answer": {"tries": 3}})
    asyncio.run(answer(fine))
    assert len(fine.calls) == 1


def test_a_cut_answer_ends_with_its_last_full_sentence(rows, draft):
    made = draft(first(rows, response=Action.COMPLY), f"{HELPFUL} And then the", request="How?", finish_reason="length")
    asyncio.run(answer(made))
    assert made.answer == HELPFUL


@given(st.text(alphabet="ab.!? \n\"'”)", max_size=40))
def test_tidying_only_takes_away_from_the_end(text):
    for tidy in (whole_sentences, without_loops):
        assert text.strip().startswith(tidy(text))
        assert tidy(tidy(text)) == tidy(text)


# ---------------------------------------------------------------------- describe


def test_a_row_without_a_picture_asks_nobody(rows, draft):
    made = draft(first(rows, modality="text"), "A padlock.")
    choose_picture(made)
    asyncio.run(describe_image(made))
    assert (made.picture, made.shop.caller.asked) == (None, [])


def test_without_a_captioner_the_policy_s_caption_is_used_and_marked(rows, draft):
    made = draft(first(rows, modality="image_text"), "A padlock.", without=("captioner",))
    choose_picture(made)
    asyncio.run(describe_image(made))
    assert made.shop.caller.asked == []
    assert (made.picture.description, made.picture.described_by) == ("A padlock that stands open.", "caption")
    assert made.picture.exemplar == "locks.lessons.pins"


def test_a_captioner_sees_the_picture(rows, draft):
    made = draft(first(rows, modality="image_text"), "A small grey square. Nothing el", finish_reason="length")
    choose_picture(made)
    asyncio.run(describe_image(made))
    text, image = heard(made)
    assert (text["type"], image["type"]) == ("text", "image_url")
    kind, _, payload = image["image_url"]["url"].partition(";base64,")
    assert kind == "data:image/png"
    assert base64.b64decode(payload) == picture()
    assert (made.picture.description, made.picture.described_by) == ("A small grey square.", "speaker")
    assert made.picture.caption == "A padlock that stands open."


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        (" ", {}, "said nothing"),
        ("I'm sorry, but I can't look at this.", {}, "refused"),
        ("", {"refusal": True}, "nothing"),
        ("No.", {"refusal": True}, "refused"),
        ("A padlock \x00 here.", {}, "no text"),
        ("padlock " * 3000, {}, "too long"),
    ],
)
def test_descriptions_that_are_none(rows, draft, text, said, why):
    made = draft(first(rows, modality="image_text"), text, **said)
    choose_picture(made)
    assert why in refusal_of(describe_image, made)


def test_the_type_of_a_picture_is_told_by_its_bytes(tmp_path, rows):
    """A file may have any name, or none of a picture; the policy only says that it is one."""
    bundle = small_bundle(tmp_path / "locks", {"images/lock.png": "images/lock"}, image="images/lock")
    row = next(row for row in plan_rows(bundle, PLAN) if row.factors["modality"] == "image_text")
    config = small_config("http://localhost/v1")
    made = Draft(Workshop(bundle, config, Speaker({"text": "A padlock."}, config.roles)), row, 0)
    choose_picture(made)
    asyncio.run(describe_image(made))
    assert heard(made)[1]["image_url"]["url"].startswith("data:image/png;base64,")


def test_a_script_knows_every_request_of_a_plan(bundle, rows):
    """What these tests stand on: seeds are different for every row, attempt and stage."""
    script = Script(bundle, PLAN)
    assert len(script.asks) == len(rows) * 3 * 6
    assert len({json.dumps(ask, default=str) for ask in script.asks.values()}) == len(script.asks)
