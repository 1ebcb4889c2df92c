"""What can be told of a text without a model: that it is cut, declines, or talks about its task."""

from __future__ import annotations

import re
import unicodedata

MAX_REQUEST_WORDS = 160
MAX_REQUEST_CHARACTERS = 2_000
MAX_WORDS = 1_500
MAX_CHARACTERS = 15_000
"""Of a rationale or an answer: what is longer is a model that does not stop."""

_DECLINING = (
    "i'm sorry, but",
    "i'm sorry but",
    "i am sorry, but",
    "i can't",
    "i cannot",
    "i won't",
    "i will not",
    "i'll not",
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
_ANNOUNCEMENT = re.compile(
    r"(?:(?:the |user'?s? )?(?:message|user|request)|(?:sure|okay|certainly)[,.!]? here[^\n:]{0,40}):\s*", re.IGNORECASE
)
_QUOTES = {'"': '"', "“": "”", "'": "'"}


def unwrap(text: str) -> str:
    """A message without the quotes and the announcement that models like to put around it."""
    text = text.strip()
    announcement = _ANNOUNCEMENT.match(text)
    text = text[announcement.end() :] if announcement else text
    closing = _QUOTES.get(text[:1])
    # A text that begins and ends with quotes is wrapped in them only if there are none between: "A" or "B"
    if closing and len(text) > 1 and text[-1] == closing and text[0] not in text[1:-1] and closing not in text[1:-1]:
        text = text[1:-1]
    return " ".join(text.split())


def is_garbled(text: str) -> bool:
    """Does it hold what no person types: control characters, halves of surrogate pairs, marks of broken decoding?"""
    return any(c == "\ufffd" or (c not in "\t\n\r" and unicodedata.category(c) in ("Cc", "Cs")) for c in text)


def is_too_long(text: str) -> bool:
    return len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS


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
