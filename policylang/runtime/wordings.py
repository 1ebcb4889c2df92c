"""What can be told of a text without a model: that it is cut, declines, or talks about its task."""

from __future__ import annotations

import re

MAX_REQUEST_WORDS = 160
_DECLINING = (
    "i'm sorry, but",
    "i'm sorry but",
    "i am sorry, but",
    "i can't",
    "i cannot",
    "i won't",
    "i will not",
    "i'm not able to",
    "i am not able to",
    "i'm unable to",
    "i am unable to",
    "i'm not going to",
    "i must decline",
    "i have to decline",
    "i'd rather not",
    "i don't help",
    "i don't write",
    "i don't give",
    "not something i",
    "as an ai",
)
_REFUSAL = re.compile("|".join(rf"\b{re.escape(phrase)}\b(?! wait| imagine| sleep)" for phrase in _DECLINING))
_META = re.compile(
    r"\b(the message|this rule|the rule|the policy|these instructions|language model|here is a message)\b", re.I
)
_WRAPPING = re.compile(
    r"^(?:(?:message|user|request|sure|okay)[^\n:]{0,40}:\s*)?[\"“”']?(.*?)[\"“”']?$", re.IGNORECASE | re.DOTALL
)


def unwrap(text: str) -> str:
    """A message without the quotes and the announcement that models like to put around it."""
    text = text.strip()
    match = _WRAPPING.match(text)
    return " ".join((match[1] if match else text).split())


def refuses(text: str) -> bool:
    """Does the text decline? By its phrases: cheap, and wrong now and then, as every such list is."""
    return _REFUSAL.search(" ".join(text.casefold().replace("’", "'").split())) is not None


def speaks_of_its_task(text: str) -> bool:
    return _META.search(text) is not None


def was_cut(text: str, finish_reason: str) -> bool:
    """Ended by the token limit in the middle of a sentence."""
    return finish_reason == "length" and not text.rstrip().endswith((".", "!", "?", "”", '"', "…"))


def whole_sentences(text: str) -> str:
    """The text up to its last full sentence; all of it when there is none."""
    match = list(re.finditer(r"[.!?…][\"”’')\]]*(?=\s|$)", text))
    return text[: match[-1].end()].strip() if match else text.strip()


def without_loops(text: str) -> str:
    """The text up to where it begins to repeat itself: small models fall into loops, and say nothing new in them."""
    seen: set[str] = set()
    end = 0
    for match in re.finditer(r"[^.!?…]+[.!?…]*[\"”’')\]]*\s*", text):
        sentence = " ".join(re.findall(r"\w+", match[0].casefold()))
        if sentence and sentence in seen:
            return text[:end].strip()
        seen.add(sentence)
        end = match.end()
    return text.strip()
