"""One model class over litellm for every provider: streaming, tools, structured output, one retry policy."""

import json
import time
import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import litellm
from litellm.litellm_core_utils.streaming_handler import CustomStreamWrapper
from pydantic import BaseModel, PrivateAttr, SecretStr

from src.core.logging import get_logger
from src.engines.base import RunCancelled, RunScope
from src.engines.crewai.llms.call_events import Answer, CallEvents, ToolCall, arguments_text
from src.engines.crewai.llms.content import text_of
from src.engines.crewai.llms.failures import CUT_OFF, EMPTY_ANSWER, Failure, failure_from
from src.engines.crewai.llms.prices import cost_usd
from src.engines.crewai.llms.ready_types import complete_types
from src.engines.crewai.llms.run_model import Prompt, RunModel
from src.engines.crewai.llms.streams import InterruptibleStream
from src.engines.crewai.output_shape import response_format_of
from src.engines.plans import ModelPlan

log = get_logger(__name__)
litellm.suppress_debug_info = True
litellm.telemetry = False
complete_types()

_ROUTES = {"ollama": "openai"}
"""Ollama speaks OpenAI's protocol under /v1; litellm's own ollama route has neither streamed tools nor usage."""

_LONGEST_OUTAGE_WAIT_S = 5.0


@dataclass(frozen=True)
class RetryPolicy:
    """The only one: litellm, the SDKs below it and crewai are told not to retry."""

    max_retries: int = 2
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    outage_s: float = 0.0
    """A provider that cannot be reached, or breaks off, is asked again for at least so long."""

    def may_retry(self, retry: int, failure: Failure, failing_s: float) -> bool:
        """Whether a 1-based retry is due, of a call that has failed for so long."""
        is_outage = failure.broke_off and failing_s < self.outage_s
        return failure.retryable and (retry <= self.max_retries or is_outage)

    def wait_s(self, retry: int, failure: Failure, seed: str) -> float | None:
        """Before the 1-based retry; None when the provider asks for more patience than we have."""
        if failure.retry_after_s is not None:
            return failure.retry_after_s if failure.retry_after_s <= self.longest_wait_s else None
        # Runs that hit one limit together come back spread over a quarter of the wait.
        spread = 1 + zlib.crc32(f"{seed}:{retry}".encode()) % 1000 / 4000
        longest_s = _LONGEST_OUTAGE_WAIT_S if failure.broke_off else self.longest_wait_s
        return min(self.first_wait_s * float(2 ** (retry - 1)) * spread, longest_s)


@dataclass(frozen=True)
class Endpoint:
    """Where a model is called and with what; never leaves this process."""

    read_key: Callable[[], SecretStr | None]
    """Called before every request; may fetch a token and then raises ModelCallFailed if it gets none."""
    api_base: str | None = None
    timeout_s: float = 120.0
    retries: RetryPolicy = field(default_factory=RetryPolicy)


@dataclass
class _Heard:
    """What a stream has said so far."""

    text: str = ""
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    finish_reason: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, chunk: Any) -> str:
        """Takes in one chunk of litellm's and returns its text."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.prompt_tokens = usage.prompt_tokens or 0
            self.completion_tokens = usage.completion_tokens or 0
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finish_reason = choice.finish_reason or self.finish_reason
        said = getattr(choice, "delta", None) or getattr(choice, "message", None)
        for position, part in enumerate(getattr(said, "tool_calls", None) or ()):
            self._add_call(getattr(part, "index", position), part)
        piece = text_of(getattr(said, "content", None))
        self.text += piece
        return piece

    def _add_call(self, index: int, part: Any) -> None:
        call = self.calls.setdefault(index, {"id": "", "name": "", "arguments": ""})
        call["id"] = call["id"] or part.id or ""
        call["name"] = call["name"] or part.function.name or ""
        call["arguments"] += part.function.arguments or ""

    def tool_calls(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(call["id"] or f"call_{index}", call["name"], arguments_text(call["arguments"]))
            for index, call in sorted(self.calls.items())
        )


class LiteLLMModel(RunModel):
    """Built by LlmManager. The key lives in a private attribute and goes to the provider only."""

    llm_type: str = "litellm"
    _endpoint: Endpoint = PrivateAttr()
    _can_stream: bool = PrivateAttr(default=True)
    _has_schemas: bool = PrivateAttr(default=True)

    def __init__(self, plan: ModelPlan, run: RunScope, agent_key: str, endpoint: Endpoint) -> None:
        super().__init__(plan, run, agent_key)
        self._endpoint = endpoint

    def _answer(self, prompt: Prompt, events: CallEvents) -> Answer:
        policy, attempt = self._endpoint.retries, 0
        failing_since_s: float | None = None
        while True:
            attempt += 1
            answer = self._attempt(prompt, events)
            if isinstance(answer, Answer):
                return answer
            if self._adapts_to(answer):
                attempt -= 1
                continue
            now_s = time.monotonic()
            failing_since_s = now_s if failing_since_s is None else failing_since_s
            wait_s = policy.wait_s(attempt, answer, self._run.execution_id + self._agent_key)
            if wait_s is None or not policy.may_retry(attempt, answer, now_s - failing_since_s):
                raise answer.error(self._plan, attempt, prompt.summarise_when_full) from None
            events.restarted(wait_s, f"{self._plan.key}: {answer.what_came}.")
            self._run.cancelled.wait(wait_s)
            self._stop_if_asked()

    def _attempt(self, prompt: Prompt, events: CallEvents) -> Answer | Failure:
        """One request. A failure is returned, not raised: whether it counts is for the policy to say."""
        heard, stream = _Heard(), OpenedStream()
        secret = self._endpoint.read_key()
        # Never None: litellm would look for a key in the environment.
        key = secret.get_secret_value() if secret else "none"
        request = self._request(prompt) | {"api_key": key}
        # The last thing before the request leaves: a slot is for now.
        reserved = self._admit(prompt)
        try:
            for chunk in InterruptibleStream(
                lambda: stream.open(request, self._can_stream),
                lambda: self._idle(events),
            ):
                piece = heard.add(chunk)
                if piece:
                    events.text(piece)
        except RunCancelled:
            answer = self._finished(heard, prompt, usage_known=False)
            self._spend(answer)
            self._settle(reserved, answer)
            raise
        # The border to litellm: it raises its own classes and whatever its parsers trip over.
        except Exception as exc:
            log.debug("model call failed: {}", type(exc).__name__)
            return failure_from(exc, (key,), _words_of(prompt))
        if not stream.came_to_its_end:
            return CUT_OFF
        answer = self._finished(heard, prompt, usage_known=stream.told_usage)
        self._spend(answer)
        self._settle(reserved, answer)
        return answer if answer.text.strip() or answer.tool_calls else EMPTY_ANSWER

    def _idle(self, events: CallEvents) -> None:
        self._stop_if_asked()
        events.flush_if_due()

    def _stop_if_asked(self) -> None:
        if self._run.cancelled.is_set():
            self._run.before_tool_call()  # says why, as far as it knows
            raise RunCancelled("the run was cancelled")

    def _adapts_to(self, failure: Failure) -> bool:
        """Some servers cannot stream, or take no JSON schema: remembers that for this model."""
        refused = failure.provider_text.lower() if failure.code == "model.bad-request" else ""
        if self._has_schemas and ("response_format" in refused or "json_schema" in refused):
            self._has_schemas = False
            return True
        if self._can_stream and "stream" in refused:
            self._can_stream = False
            return True
        return False

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        plan, endpoint = self._plan, self._endpoint
        messages = prompt.messages
        wanted: dict[str, Any] = {
            "tools": prompt.tools or None,
            "temperature": plan.temperature,
            "max_tokens": plan.max_output_tokens,
            "stop": self.stop_sequences or None,
            "api_base": endpoint.api_base,
        }
        if prompt.response_model is not None:
            if self._has_schemas:
                wanted["response_format"] = response_format_of(prompt.response_model)
            else:
                messages = _asking_for_json(messages, prompt.response_model)
        if self._can_stream:
            wanted["stream_options"] = {"include_usage": True}
        return {
            **{key: value for key, value in wanted.items() if value is not None},
            "model": f"{_ROUTES.get(plan.provider, plan.provider)}/{plan.name}",
            "messages": messages,
            "stream": self._can_stream,
            "timeout": endpoint.timeout_s,
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
        }

    def _finished(self, heard: _Heard, prompt: Prompt, usage_known: bool) -> Answer:
        calls = heard.tool_calls()
        asked, said = heard.prompt_tokens, heard.completion_tokens
        if not usage_known:
            spoken = heard.text + "".join(call.name + call.arguments for call in calls)
            asked = litellm.token_counter(model=self._plan.name, text=_words_of(prompt))
            said = litellm.token_counter(model=self._plan.name, text=spoken) if spoken else 0
        return Answer(
            text=heard.text,
            tool_calls=calls,
            prompt_tokens=asked,
            completion_tokens=said,
            cost_usd=cost_usd(self._plan, asked, said),
            finish_reason=heard.finish_reason,
            usage_estimated=not usage_known,
        )


class OpenedStream:
    """One litellm call, streamed or whole, as an iterator of chunks."""

    def __init__(self) -> None:
        self.response: Any = None

    def open(self, request: dict[str, Any], streams: bool) -> Generator[Any, None, None]:
        self.response = litellm.completion(**request)
        try:
            yield from self.response if streams else (self.response,)
        finally:
            self._close()

    def _close(self) -> None:
        """A stream that was not read to its end holds a connection. Left to the garbage collector, it was closed
        inside the lock of its own connection pool, when a next request made objects there: that request, and
        all that followed in the process, waited for ever (httpcore 1.0, seen 2026-11)."""
        stream = getattr(self.response, "completion_stream", None)
        for held in (stream, getattr(stream, "streaming_response", None)):
            close = getattr(held, "close", None)
            if close is not None:
                close()

    @property
    def came_to_its_end(self) -> bool:
        """Not so where a connection without announced length or chunks was closed in the middle. litellm
        invents a reason to finish then."""
        if not isinstance(self.response, CustomStreamWrapper):
            return True
        response = self.response
        told = response.received_finish_reason or response.intermittent_finish_reason
        return told is not None or self.told_usage

    @property
    def told_usage(self) -> bool:
        """Whether the provider counted. litellm invents a count without saying so; its raw chunks tell."""
        chunks = getattr(self.response, "chunks", None)
        if chunks is None:
            return getattr(self.response, "usage", None) is not None
        return any(getattr(chunk, "usage", None) is not None for chunk in chunks)


def _words_of(prompt: Prompt) -> str:
    return "\n".join(text_of(message.get("content")) for message in prompt.messages)


def _asking_for_json(
    messages: list[dict[str, Any]], response_model: type[BaseModel]
) -> list[dict[str, Any]]:
    schema = json.dumps(response_model.model_json_schema())
    request = f"Answer with nothing but JSON that follows this schema: {schema}"
    return [*messages, {"role": "user", "content": request}]
