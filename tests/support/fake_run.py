"""A RunScope without worker, queue or database: events in a list, a ledger in memory."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from src.core.approval import CallDecision, Review
from src.core.events import EventType, RecordedCall, Usage
from src.engines.base import (
    Credentials,
    ModelRates,
    OutcomeUnknown,
    RunCancelled,
    RunScope,
    TaskMemory,
    ToolLedger,
)
from src.engines.plans import AgentPlan, CrewPlan, ModelPlan, TaskPlan
from tests.support.rates import NotedRates


@dataclass(frozen=True)
class RecordedEvent:
    type: EventType
    data: dict[str, Any]
    agent: str | None
    span_id: str
    parent_span_id: str | None


class InMemoryLedger:
    """Survives the attempts of one test the way the tool_calls table does.

    `lose_attempt()` is the crash: what had begun and not finished is from then on of unknown outcome.
    """

    def __init__(self) -> None:
        self.decisions: dict[str, CallDecision] = {}
        self.decided: CallDecision | None = None
        """About every other call of an `ask` tool."""
        self._results: dict[tuple[str, str], str] = {}
        self._running: set[tuple[str, str]] = set()
        self._lost: set[tuple[str, str]] = set()

    def decision(self, run: RunScope, call_key: str) -> CallDecision | None:
        return self.decisions.get(call_key, self.decided)

    def begin(self, run: RunScope, tool: str, call_key: str) -> str | None:
        key = (run.task_key or "", call_key)
        if key in self._results:
            return self._results[key]
        if key in self._lost:
            raise OutcomeUnknown(f"{tool} was running when the last attempt ended")
        self._running.add(key)
        return None

    def finish(self, run: RunScope, call_key: str, result: str) -> None:
        key = (run.task_key or "", call_key)
        self._running.discard(key)
        self._results[key] = result

    def lose_attempt(self) -> None:
        self._lost |= self._running
        self._running.clear()


def make_plan(inputs: Mapping[str, Any] | None = None) -> CrewPlan:
    model = ModelPlan(key="demo/demo", provider="demo", name="demo")
    agent = AgentPlan(
        key="analyst", role="Analyst", goal="Answer", backstory="Careful", model=model
    )
    task = TaskPlan(
        key="task",
        index=0,
        name="task",
        description="Find out",
        expected_output="An answer",
        agent="analyst",
    )
    return CrewPlan(name="crew", agents=(agent,), tasks=(task,), inputs=dict(inputs or {}))


class FakeRun:
    """Implements RunScope. Every call a test may want to see is kept: `events`, `usage`, `identities`."""

    def __init__(
        self,
        *,
        plan: CrewPlan | None = None,
        credentials: Credentials | None = None,
        ledger: ToolLedger | None = None,
        task_key: str | None = "task",
        attempt: int = 1,
        execution_id: str = "execution-1",
        group_id: str = "group-1",
        recording: Callable[[str], tuple[RecordedCall, ...]] = lambda _: (),
        rates: ModelRates | None = None,
    ) -> None:
        self.execution_id = execution_id
        self.group_id = group_id
        self.attempt = attempt
        self.task_key = task_key
        self.plan = plan or make_plan()
        self.credentials = credentials or Credentials(keys={})
        self.ledger: ToolLedger = ledger or InMemoryLedger()
        self.memory: TaskMemory | None = None
        self.reviews: tuple[Review, ...] = ()
        self._stopped_by: Exception | None = None
        self.rates: ModelRates = rates or NotedRates()
        self.recording = recording
        self.cancelled = threading.Event()
        self.events: list[RecordedEvent] = []
        self.usage = Usage()
        self.identities: list[str] = []
        self._lock = threading.Lock()

    def emit(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str | None = None,
        parent_span_id: str | None = None,
    ) -> str:
        with self._lock:
            span = span_id or f"span-{len(self.events) + 1}"
            self.events.append(RecordedEvent(type, data, agent, span, parent_span_id))
        return span

    def earlier_answer(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        return None

    def stop(self, reason: Exception) -> None:
        self._stopped_by = reason

    def before_model_call(self) -> None:
        self._stop_if_cancelled()

    def before_tool_call(self) -> None:
        self._stop_if_cancelled()

    def record_usage(self, usage: Usage) -> None:
        with self._lock:
            self.usage = self.usage + usage

    def note_identity(self, name: str) -> None:
        self.identities.append(name)

    def of_type(self, *types: EventType) -> list[RecordedEvent]:
        return [event for event in self.events if event.type in types]

    def _stop_if_cancelled(self) -> None:
        if self._stopped_by is not None:
            raise self._stopped_by
        if self.cancelled.is_set():
            raise RunCancelled("the run was cancelled")


def with_tool_secrets(tool: str, **secrets: str) -> Credentials:
    return Credentials(
        keys={}, tool_secrets={tool: {name: SecretStr(value) for name, value in secrets.items()}}
    )
