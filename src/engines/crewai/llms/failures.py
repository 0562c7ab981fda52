"""What went wrong with a model call, in words that help and hold no secret."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
from crewai.utilities.exceptions.context_window_exceeding_exception import CONTEXT_LIMIT_ERRORS
from litellm.exceptions import (
    APIConnectionError,
    ContextWindowExceededError,
    MidStreamFallbackError,
    Timeout,
)

from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.plans import ModelPlan

_ADVICE = {
    "model.auth": "Check the API key or the permissions of the identity used.",
    "model.rate-limited": "Wait a little, raise the provider's limit or choose another model.",
    "model.timeout": "Raise KASAL_LLM_TIMEOUT_S or choose a faster model.",
    "model.context-length": "Shorten the inputs or choose a model with a larger window.",
    "model.unavailable": "Try again later or choose another model.",
    "model.bad-request": "Check the model's name and settings.",
    "model.no-tools": "Choose a model that can call tools.",
    "model.empty-answer": "Raise max_output_tokens or choose another model.",
}
_RETRYABLE = {"model.rate-limited", "model.timeout", "model.unavailable", "model.empty-answer"}
_NO_TOOLS = (
    "support tools",
    "tools are not supported",
    "tool calling is not supported",
    "function calling is not supported",
    "support function calling",
)
_TOO_LONG = (
    "context_length",
    "context length",
    "too many tokens",
    "input is too long",
    "prompt is too long",
)
_QUOTE_CHARS = 24
"""A provider's message that repeats this many characters of the prompt is not shown."""
_DETAIL_CHARS = 300
_SECRET_LIKE = re.compile(r"(?i)\b(?:bearer\s+\S+|(?:sk|dapi|dose|AIza|eyJ)[\w.-]{6,})")


@dataclass(frozen=True)
class Failure:
    """One failed attempt."""

    code: str
    what_came: str
    retry_after_s: float | None = None
    broke_off: bool = False
    """Nobody answered, or the answer did not come to its end."""
    provider_text: str = ""
    """As the provider put it, for decisions only; never shown."""

    @property
    def retryable(self) -> bool:
        return self.code in _RETRYABLE

    def error(self, plan: ModelPlan, attempts: int, summarise_when_full: bool) -> ModelCallFailed:
        tried = f" in {attempts} attempts" if attempts > 1 else ""
        trigger = ""
        # crewai decides by these words: summarise and ask again, or fall back to tools as text. Without
        # respect_context_window it would end the process with SystemExit, so the words stay away.
        if self.code == "model.context-length" and summarise_when_full:
            trigger = " (context length exceeded)"
        if self.code == "model.no-tools":
            trigger = " (it does not support tools)"
        message = f"{plan.key}: {self.what_came}{trigger}{tried}. {_ADVICE[self.code]}"
        return ModelCallFailed(self.code, message)


CUT_OFF = Failure("model.unavailable", "the answer broke off before its end", broke_off=True)
EMPTY_ANSWER = Failure("model.empty-answer", "the model answered with nothing")


def failure_from(exc: Exception, secrets: tuple[str, ...], prompt: str) -> Failure:
    """Sorts what litellm raised; the provider's own words are kept only where they quote nobody."""
    text = str(getattr(exc, "message", "") or exc)
    status = getattr(exc, "status_code", None)
    detail = _shown_detail(text, secrets, prompt)
    code, what = _code_of(exc, text, status)
    broke_off = code == "model.unavailable" and _is_broken_connection(exc)
    return Failure(code, f"{what}{detail}", _retry_after_s(exc), broke_off, text)


def _code_of(exc: Exception, text: str, status: int | None) -> tuple[str, str]:
    lowered = text.lower()
    # Before the numbers: litellm reports a stream that breaks off as 500 and a timeout as 408.
    if isinstance(exc, Timeout | TimeoutError):
        return "model.timeout", "no answer in time"
    if isinstance(exc, ContextWindowExceededError) or (
        status in (400, 413) and any(phrase in lowered for phrase in _TOO_LONG)
    ):
        return "model.context-length", "the conversation is longer than the model can read"
    if status in (401, 403):
        return "model.auth", f"the provider refused the credentials (HTTP {status})"
    if status == 429:
        return "model.rate-limited", "the provider is limiting requests (HTTP 429)"
    if any(phrase in lowered for phrase in _NO_TOOLS):
        return "model.no-tools", "the model cannot call tools"
    if status is not None and 400 <= status < 500:
        return "model.bad-request", f"the provider refused the request (HTTP {status})"
    if _is_broken_connection(exc):
        return "model.unavailable", "the connection failed or broke off"
    if status is not None:
        return "model.unavailable", f"the provider failed (HTTP {status})"
    return "model.unavailable", f"the call failed with {type(exc).__name__}"


def _is_broken_connection(exc: BaseException) -> bool:
    if isinstance(exc, APIConnectionError | MidStreamFallbackError | httpx.TransportError):
        return True
    # litellm reports a refused connection as HTTP 500; what the socket said is below.
    below = exc.__cause__ or exc.__context__
    return below is not None and _is_broken_connection(below)


def _shown_detail(text: str, secrets: tuple[str, ...], prompt: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]") if len(secret) > 4 else text
    shown = " ".join(_SECRET_LIKE.sub("[secret]", text).split())[:_DETAIL_CHARS]
    # litellm's own prefix names classes, not causes.
    shown = re.sub(r"^(?:litellm\.\w+: )+", "", shown)
    # crewai reads these words as "summarise and ask again", whatever the failure was.
    if any(phrase.lower() in shown.lower() for phrase in CONTEXT_LIMIT_ERRORS):
        return ""
    quotes = range(max(1, len(shown) - _QUOTE_CHARS))
    if any(shown[at : at + _QUOTE_CHARS] in prompt for at in quotes):
        return ""
    return f": {shown}" if shown else ""


def _retry_after_s(exc: Exception) -> float | None:
    headers: Any = getattr(exc, "litellm_response_headers", None) or {}
    response = getattr(exc, "response", None)
    value = headers.get("retry-after") or getattr(response, "headers", {}).get("retry-after")
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None  # absent, or a date: the backoff decides
