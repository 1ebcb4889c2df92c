"""What can go wrong in a run that is the user's to put right.

Each error says what happened (`message`) and what to do about it (`advice`); the command line prints both and ends
with `exit_code`. Neither text ever holds a key.
"""

from __future__ import annotations

from typing import Literal

ModelErrorKind = Literal[
    "unreachable",  # nobody answers at the address
    "unauthorized",  # the endpoint refuses the key
    "not_found",  # the endpoint, the model or its file is not there
    "bad_request",  # the endpoint understood the request and refuses it
    "rate_limited",  # still too many requests after all retries
    "timeout",  # no answer within the endpoint's timeout
    "nonsense",  # an answer that is not a chat completion
    "server",  # the endpoint failed, or the embedded server did not start
]


class RunError(Exception):
    """Something that the user can put right. `str()` gives the message, then the advice on a line of its own."""

    exit_code = 2

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}\n{self.advice}" if self.advice else self.message


class ConfigError(RunError):
    """policyc.toml says something that cannot be. `key` is the path of the key at fault: `roles.teacher.endpoint`."""

    def __init__(self, message: str, advice: str = "", *, key: str = "") -> None:
        super().__init__(message, advice)
        self.key = key


class LedgerError(RunError):
    """The file that holds a run's state cannot be used."""


class ModelError(RunError):
    """A model could not be had, or gave no usable answer. Retries, where they make sense, are over by then."""

    def __init__(self, kind: ModelErrorKind, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.kind: ModelErrorKind = kind
