"""Text from models and policies, made safe to look at: what would hide or reorder words is spelled out instead.

HTML escaping keeps markup out; it does not help against characters that turn the reading order round (Boucher and
Anderson, "Trojan Source", 2021), that carry words invisibly (Unicode tags), or that no document may hold.
"""

from __future__ import annotations

import re

_HIDING = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line ends (a lone CR is none)
    "\u00ad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero width space, invisible operators, byte order mark
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates of the bidirectional algorithm
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff\ufff9-\ufffc\ufffe\uffff"  # lone surrogates, annotations, noncharacters
    "\U000e0000-\U000e0fff"  # tags
    "]"
)


def visible(text: str) -> str:
    """The text with each hiding character as its code point: `⟨U+202E⟩`.

    Zero width joiner and non-joiner and the plain direction marks stay: Persian, Arabic and emoji need them.
    """
    return _HIDING.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text.replace("\r\n", "\n"))
