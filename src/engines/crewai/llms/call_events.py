"""The events of one model call, all with one span id."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from src.core.events import EventType
from src.engines.base import RunScope

CHUNK_INTERVAL_S = 0.05
"""At most twenty chunk events a second; the first piece of text goes out at once."""


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str
    """A JSON object."""

    def for_crewai(self) -> dict[str, Any]:
        function = {"name": self.name, "arguments": self.arguments}
        return {"id": self.id, "type": "function", "function": function}


@dataclass(frozen=True)
class Answer:
    """What a model said, and what it took."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    finish_reason: str | None = None
    usage_estimated: bool = False

    @classmethod
    def of_event(cls, said: dict[str, Any]) -> "Answer":
        """From the `answer` of an llm_call_completed event. It costs nothing."""
        calls = tuple(
            ToolCall(item["id"], item["name"], arguments_text(item["arguments"]))
            for item in said.get("tool_calls", ())
        )
        finish = "tool_calls" if calls else "stop"
        text = "" if calls else str(said.get("text", ""))
        return cls(text=text, tool_calls=calls, cost_usd=0.0, finish_reason=finish)

    def as_event(self) -> dict[str, Any]:
        """The `answer` of an llm_call_completed event, which a replay reads back."""
        if not self.tool_calls:
            return {"text": self.text}
        calls = [
            {"id": call.id, "name": call.name, "arguments": call.arguments}
            for call in self.tool_calls
        ]
        return {"tool_calls": calls}


class CallEvents:
    """Emits started, chunks and then exactly one of completed or failed."""

    def __init__(
        self,
        run: RunScope,
        agent: str,
        model: str,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run, self._agent, self._model, self._now = run, agent, model, monotonic_s
        self._span: str | None = None
        self._pending = ""
        self._chunk_at: float | None = None
        self._started_at = monotonic_s()

    def started(self, messages: list[dict[str, Any]], tools: list[str]) -> None:
        data = {"model": self._model, "messages": messages, "tools": tools}
        self._span = self._run.emit(EventType.LLM_CALL_STARTED, data, agent=self._agent)

    def text(self, piece: str) -> None:
        self._pending += piece
        self.flush_if_due()

    def flush_if_due(self) -> None:
        now = self._now()
        if self._chunk_at is None or now - self._chunk_at >= CHUNK_INTERVAL_S:
            self._flush()

    def restarted(self, waited_s: float, reason: str) -> None:
        """A failed attempt is repeated; text shown so far is void."""
        if self._pending or self._chunk_at is not None:
            self._pending, self._chunk_at = "", None
            self._emit(EventType.LLM_CHUNK, {"text": "", "restart": True})
        message = f"{reason} Asking again in {waited_s:.1f} s."
        data = {"level": "warning", "message": message}
        self._run.emit(EventType.LOG, data, agent=self._agent, parent_span_id=self._span)

    def completed(self, answer: Answer, *, replayed: bool = False) -> None:
        self._flush()
        data = {
            "model": self._model,
            "answer": answer.as_event(),
            "prompt_tokens": answer.prompt_tokens,
            "completion_tokens": answer.completion_tokens,
            "cost_usd": answer.cost_usd,
            "latency_ms": round((self._now() - self._started_at) * 1000),
            "finish_reason": answer.finish_reason,
        }
        if replayed:
            data["replayed"] = True
        if answer.usage_estimated:
            data["usage_estimated"] = True
        self._emit(EventType.LLM_CALL_COMPLETED, data)

    def failed(self, code: str, message: str) -> None:
        self._flush()
        error = {"code": code, "message": message}
        self._emit(EventType.LLM_CALL_FAILED, {"model": self._model, "error": error})

    def _flush(self) -> None:
        if self._pending:
            self._emit(EventType.LLM_CHUNK, {"text": self._pending})
            self._pending, self._chunk_at = "", self._now()

    def _emit(self, type: EventType, data: dict[str, Any]) -> None:
        self._run.emit(type, data, agent=self._agent, span_id=self._span)


def arguments_text(arguments: Any) -> str:
    """Tool arguments as the JSON object that crewai parses, whatever shape they came in."""
    if isinstance(arguments, str):
        return arguments or "{}"
    return json.dumps(arguments if arguments is not None else {})
