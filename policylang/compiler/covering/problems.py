"""What is wrong with a covering model, in sentences that say what to do."""

from __future__ import annotations


class CoveringError(ValueError):
    """The model, its rows or its exclusions cannot be used as they are. The message says what to change."""


class EntangledError(CoveringError):
    """Exclusions in which it takes too long to find out what can stand together."""

    def __init__(self) -> None:
        super().__init__(
            "whether some values can stand together was not decided in the time allowed: the exclusions are too "
            "entangled; name fewer parameters in each, merge values, or split the model"
        )
