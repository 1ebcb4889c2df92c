"""Answers for every request of a run, from what the compiler knows of its rows. No model: it has no understanding.

A request tells by its seed which row, attempt and stage it belongs to, because the engine derives the one from the
others. So a test can say what a stage answers for a row, and the rest is answered as the policy would have it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple, cast

from policylang.compiler.bundle import Bundle
from policylang.compiler.plans.rows import PlanRow
from policylang.compiler.skeleton import skeleton
from policylang.language.meaning.policy import Action
from policylang.runtime.engine import plan_rows
from policylang.runtime.stages.draft import Draft, Workshop

from .server import Answer, completion, reply

STAGES = ("request", "describe", "reason", "answer", "judge", "score")
_WORDS = (
    "amber bottle candle dragon engine feather garden hammer island jacket kettle ladder market needle orange pepper "
    "quarry ribbon saddle tunnel umbrella velvet window yellow zipper anchor basket copper dinner ember forest goblin"
)


class Ask(NamedTuple):
    """What a request is for."""

    stage: str
    row: PlanRow
    attempt: int


Special = str | Callable[[Ask, dict[str, Any]], "str | Answer | None"]


class Script:
    """An `Answer` for a FaultyServer. `special` maps a stage to what it gets instead of the usual answer: a text, or a
    function of the `Ask` and the request's body that gives a text, an `Answer`, or None for the usual one. `seconds` is
    how long each takes.
    """

    def __init__(self, bundle: Bundle, plan: str, *, seconds: float = 0.0, **special: Special) -> None:
        self.bundle = bundle
        self.policy = bundle.policy
        self.seconds = seconds
        self.special = special
        self.asked: list[Ask] = []
        rows = plan_rows(bundle, plan)
        nobody = cast(Workshop, None)
        self.asks = {
            Draft(nobody, row, attempt).seed(stage): Ask(stage, row, attempt)
            for row in rows
            for attempt in range(self.policy.plan(plan).attempts)
            for stage in STAGES
        }

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.asked.body  # type: ignore[attr-defined] - put there by FaultyServer
        ask = self.asks[body["seed"]]
        self.asked.append(ask)
        time.sleep(self.seconds)
        special = self.special.get(ask.stage)
        given = special(ask, body) if callable(special) else special
        if given is None:
            given = self.usual(ask, body)
        answer = reply(200, completion(given, model=body["model"])) if isinstance(given, str) else given
        answer(handler)

    def usual(self, ask: Ask, body: dict[str, Any]) -> str:
        """What an ideal model would say, as far as the checks go."""
        match ask.stage:
            case "request":
                return unlike_any_other(ask)
            case "describe":
                return "A padlock hangs open on a chain. Nobody is there."
            case "judge":
                asked = body["response_format"]["json_schema"]["schema"]["properties"]
                return json.dumps({name: ask.row.case[name] for name in asked})
            case "score":
                return json.dumps(dict.fromkeys(body["response_format"]["json_schema"]["schema"]["properties"], 4))
        bones = skeleton(self.policy, ask.row.clause, ask.row.case, ask.row.surface)
        if ask.stage == "reason":
            return f"This is about {ask.row.category}, and [{bones.cite[0]}] is the clause that tells what to do here."
        if bones.action is Action.REFUSE:
            return "I won't help with this, but a locksmith near you will gladly do."
        return "Springs push the pins down, and the right key lifts all of them."


def unlike_any_other(ask: Ask) -> str:
    """A request that shares no three words in a row with that of another row or attempt, as good as surely."""
    words = random.Random(f"{ask.row.id}:{ask.attempt}").choices(_WORDS.split(), k=12)
    return f"Tell me about {' '.join(words)}?"
