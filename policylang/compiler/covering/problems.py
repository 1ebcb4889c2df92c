"""What is wrong with a covering model, in sentences that say what to do."""

from __future__ import annotations


class CoveringError(ValueError):
    """The model, its rows or its exclusions cannot be used as they are. The message says what to change."""
