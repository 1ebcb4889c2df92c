"""Syntax trees to meaning: every name is looked up, every spelling reduced to what it says.

One file a kind of thing; `policy.py` is the pass that calls the others in order.
"""

from .policy import Resolved, resolve

__all__ = ["Resolved", "resolve"]
