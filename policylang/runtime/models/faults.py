"""What openai raises, as a ModelError that says what to do. Whatever text is passed on is cleared of the key."""

from __future__ import annotations

from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

from ..errors import ModelError, ModelErrorKind

EXCERPT = 240
"""Characters of a server's own words that an error message repeats."""


def clean(text: str, key: str | None) -> str:
    """One short line of a server's words, without the key."""
    if key:
        text = text.replace(key, "[key]")
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def nonsense(url: str, what: str, answer: str = "", key: str | None = None) -> ModelError:
    """The endpoint answered, but not with a chat completion."""
    excerpt = clean(answer, key)
    return ModelError(
        "nonsense",
        f"{url}: {what}" + (f": {excerpt}" if excerpt else ""),
        "Is base_url the address of an OpenAI-compatible API? It mostly ends in /v1.",
    )


def translate(error: OpenAIError, model: str, url: str, timeout: float, key: str | None) -> ModelError:
    """The ModelError for what openai raised after its retries."""
    match error:
        case APIStatusError():
            return _of_status(error, model, url, key)
        case APIConnectionError() if (broken := _broken(error)) is not None:
            return ModelError("unreachable", f"{url}: {clean(broken, key)}", "Is the server up, and base_url right?")
        case APITimeoutError():
            advice = "Raise the endpoint's timeout in policyc.toml, or lower max_tokens or run.concurrency."
            return ModelError("timeout", f"{url}: no answer from {model} within {timeout:g} seconds", advice)
        case APIConnectionError():
            return ModelError(
                "unreachable", f"{url}: {clean(str(error), key)}", "Is the server up, and base_url right?"
            )
    return ModelError("server", f"{url}: {clean(str(error), key)}")


def _broken(error: APIConnectionError) -> str | None:
    """Why a connection could not be made or broke off; None when time simply ran out.

    openai's aiohttp transport reports a broken connection as a timeout, so its cause is what tells.
    """
    cause: BaseException | None = error.__cause__
    while cause is not None:
        if isinstance(cause, TimeoutError):
            return None
        if isinstance(cause, OSError) or cause.__cause__ is None:
            return str(cause) or "the connection broke off"
        cause = cause.__cause__
    return None


def _of_status(error: APIStatusError, model: str, url: str, key: str | None) -> ModelError:
    status = error.status_code
    kind: ModelErrorKind
    match status:
        case 401 | 403:
            kind, advice = "unauthorized", "Check the key in the variable that the endpoint's api_key_env names."
        case 404:
            kind, advice = "not_found", f'Check base_url and the model\'s name, "{model}".'
        case 429:
            kind, advice = "rate_limited", "Lower run.concurrency in policyc.toml, or run the same command again later."
        case 408 | 504:
            kind, advice = "timeout", "Raise the endpoint's timeout, or lower max_tokens or run.concurrency."
        case _ if status >= 500:
            kind, advice = "server", "The endpoint failed; run the same command again to go on."
        case _:
            kind, advice = "bad_request", "The endpoint refuses the request; its words say why."
    words = clean(_words(error), key)
    return ModelError(kind, f"{url}: HTTP {status} for {model}" + (f": {words}" if words else ""), advice)


def _words(error: APIStatusError) -> str:
    """What the server itself says: the `message` of its error object, or else the body, unless it is a page."""
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        return str(message or "")
    text = str(body or "")
    return "" if text.lstrip().startswith("<") else text
