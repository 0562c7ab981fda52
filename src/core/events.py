"""What happens in a run, as it is stored and streamed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    EXECUTION_QUEUED = "execution_queued"
    EXECUTION_STARTED = "execution_started"
    EXECUTION_RESUMED = "execution_resumed"
    TASK_STARTED = "task_started"
    TASK_COMPLETED = "task_completed"
    TASK_FAILED = "task_failed"
    LLM_CALL_STARTED = "llm_call_started"
    LLM_CHUNK = "llm_chunk"
    LLM_CALL_COMPLETED = "llm_call_completed"
    LLM_CALL_FAILED = "llm_call_failed"
    TOOL_STARTED = "tool_started"
    TOOL_COMPLETED = "tool_completed"
    TOOL_FAILED = "tool_failed"
    MEMORY_RECALLED = "memory_recalled"
    MEMORY_SAVED = "memory_saved"
    MEMORY_FAILED = "memory_failed"
    KNOWLEDGE_SEARCHED = "knowledge_searched"
    GUARDRAIL_CHECKED = "guardrail_checked"
    PLAN_READY = "plan_ready"
    BUDGET_EXCEEDED = "budget_exceeded"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_DECIDED = "approval_decided"
    LOG = "log"
    EXECUTION_COMPLETED = "execution_completed"
    EXECUTION_FAILED = "execution_failed"
    EXECUTION_CANCELLED = "execution_cancelled"


@dataclass(frozen=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0
    llm_calls: int = 0
    cost_usd: float | None = None
    """None: no call so far had a known price."""

    def __add__(self, other: "Usage") -> "Usage":
        costs = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.llm_calls + other.llm_calls,
            sum(costs) if costs else None,
        )


@dataclass(frozen=True)
class EngineEvent:
    execution_id: str
    group_id: str
    type: EventType
    at: datetime
    span_id: str
    data: dict[str, Any] = field(default_factory=dict)
    task: str | None = None
    agent: str | None = None
    parent_span_id: str | None = None

    @classmethod
    def of_execution(
        cls,
        group_id: str,
        execution_id: str,
        type: EventType,
        at: datetime,
        data: dict[str, Any],
        task: str | None = None,
    ) -> "EngineEvent":
        """In the span of the execution itself, which has its id and hangs below no other."""
        return cls(execution_id, group_id, type, at, span_id=execution_id, data=data, task=task)


@dataclass(frozen=True)
class EarlierCall:
    """One answer that a task got from a model before it had to wait for an approval."""

    agent: str | None
    roles: tuple[str, ...]
    """Of the messages of its prompt."""
    tools: tuple[str, ...]
    answer: dict[str, Any]


@dataclass(frozen=True)
class RecordedCall:
    """One answer of a recorded execution, for the replay model."""

    task: str | None
    agent: str | None
    answer: dict[str, Any]
    """The `answer` of an llm_call_completed event: {"text": …} or {"tool_calls": […]}."""
