"""What one attempt at one task carries through models and tools (engines.base.RunScope)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from src.core import ids
from src.core.approval import Review
from src.core.clock import Clock
from src.core.events import EngineEvent, EventType, RecordedCall, Usage
from src.core.text import storable
from src.engines.base import (
    BudgetExceeded,
    Credentials,
    EventSink,
    ModelRates,
    RunCancelled,
    Segment,
    TaskMemory,
    ToolLedger,
)
from src.engines.plans import BudgetPlan, CrewPlan, TaskPlan
from src.memory.records import RecalledRecord
from src.services.runs.earlier_answers import EarlierAnswers
from src.services.runs.ownership import Ownership

_MORE = "start it again with a larger budget"


class RunMeter:
    """Counts what an execution uses, over all tasks that run at the same time. Thread-safe."""

    def __init__(self, budget: BudgetPlan, used: Usage) -> None:
        self._budget = budget
        self._total = used
        self._lock = threading.Lock()
        self._unpriced = False

    def add(self, usage: Usage) -> None:
        with self._lock:
            self._total = self._total + usage
            self._unpriced = self._unpriced or (usage.cost_usd is None and usage.llm_calls > 0)

    @property
    def total(self) -> Usage:
        with self._lock:
            return self._total

    def check(self) -> None:
        """Raises BudgetExceeded. The call that crosses the line is the last one: it was paid for."""
        total = self.total
        tokens = total.prompt_tokens + total.completion_tokens
        limit = self._budget
        if limit.max_tokens is not None and tokens >= limit.max_tokens:
            raise BudgetExceeded(
                f"the run has used {tokens} of at most {limit.max_tokens} tokens; {_MORE}",
                total,
                budget="run.max_tokens",
            )
        if limit.max_usd is None:
            return
        self.require_prices("run.max_usd", "budget.max_usd")
        if total.cost_usd is not None and total.cost_usd >= limit.max_usd:
            raise BudgetExceeded(
                f"the run has used {total.cost_usd:.4f} of at most {limit.max_usd:.4f} USD; {_MORE}",
                total,
                budget="run.max_usd",
            )

    def require_prices(self, budget: str, name: str) -> None:
        """Raises BudgetExceeded when a budget in USD cannot be kept to."""
        with self._lock:
            total, unpriced = self._total, self._unpriced
        if unpriced:
            raise BudgetExceeded(
                f"{name} is set, but a model of this run has no known price; give its row in "
                "/api/v1/models an input and an output cost, or limit tokens instead",
                total,
                budget=budget,
            )


class Bill:
    """What the calls of an attempt have used, in order, and how many of them are stored. Thread-safe."""

    def __init__(self) -> None:
        self.id = ids.new()
        self._calls: tuple[Usage, ...] = ()
        self._settled = 0
        self._lock = threading.Lock()

    def add(self, usage: Usage) -> None:
        with self._lock:
            self._calls += (usage,)

    @property
    def calls(self) -> tuple[Usage, ...]:
        return self._calls

    @property
    def settled(self) -> int:
        """The first so many are stored; more may be, when the answer to a commit was lost."""
        return self._settled

    @property
    def is_open(self) -> bool:
        return self._settled < len(self._calls)

    def settle(self, calls: int) -> None:
        with self._lock:
            self._settled = max(self._settled, calls)


class Budgets(Protocol):
    def check(self, context: "RunContext") -> None:
        """Raises BudgetExceeded when the group has used up what it may."""
        ...


@dataclass(frozen=True)
class Receipt:
    """One record that a task had in front of it."""

    id: str
    via: str
    """recall, search or knowledge."""
    agent: str | None
    record: RecalledRecord
    backend: str
    latency_ms: float
    at: datetime


@dataclass(eq=False)
class RunContext:
    segment: Segment
    attempt: int
    task_key: str | None
    plan: CrewPlan
    credentials: Credentials
    ledger: ToolLedger
    recording: Callable[[str], tuple[RecordedCall, ...]]
    cancelled: threading.Event
    meter: RunMeter
    sink: EventSink
    clock: Clock
    ownership: Ownership
    rates: ModelRates
    budgets: Budgets
    execution_id: str = field(init=False)
    group_id: str = field(init=False)
    span_id: str = field(default_factory=ids.new)
    """The span of the task itself; models and tools hang below it."""
    usage: Usage = field(default_factory=Usage)
    """Of this task alone."""
    bill: Bill = field(default_factory=Bill)
    charges_task: bool = True
    """Its calls count as the task's, and not as the execution's alone."""
    identity_used: str | None = None
    memory: TaskMemory | None = None
    reviews: tuple[Review, ...] = ()
    earlier: EarlierAnswers | None = None
    """None where no attempt was stopped for a person."""
    receipts: list[Receipt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What agents asked to save."""
    tools_used: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped_by: Exception | None = None

    def __post_init__(self) -> None:
        self.execution_id, self.group_id = self.segment.execution_id, self.segment.group_id
        self.charges_task = self.charges_task and self.task_key is not None

    @property
    def task(self) -> TaskPlan:
        """Of an attempt at a task, not of the planning step."""
        assert self.task_key is not None
        return self.plan.task(self.task_key)

    def emit(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str | None = None,
        parent_span_id: str | None = None,
    ) -> str:
        event = self.event(
            type, data, agent=agent, span_id=span_id or ids.new(), parent_span_id=parent_span_id
        )
        if type is EventType.TOOL_STARTED:
            self.tools_used.append(str(data.get("tool", "")))
        if not self.cancelled.is_set():
            # What a stopped attempt still says belongs to no run any more: a retry may have begun.
            self.sink.emit(event)
        return event.span_id

    def event(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str,
        parent_span_id: str | None = None,
    ) -> EngineEvent:
        return EngineEvent(
            execution_id=self.execution_id,
            group_id=self.group_id,
            type=type,
            at=self.clock.now(),
            span_id=span_id,
            data=storable(data),
            task=self.task_key,
            agent=agent,
            parent_span_id=parent_span_id or self.span_id,
        )

    def own_event(
        self, type: EventType, data: dict[str, Any], agent: str | None = None
    ) -> EngineEvent:
        """An event of the task's span itself, below the execution's."""
        return self.event(
            type, data, agent=agent, span_id=self.span_id, parent_span_id=self.execution_id
        )

    def earlier_answer(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        return None if self.earlier is None else self.earlier.next(agent, roles, tools)

    def before_model_call(self) -> None:
        self.before_tool_call()
        self.meter.check()
        self.budgets.check(self)

    def stop(self, reason: Exception) -> None:
        self._stopped_by = reason

    def before_tool_call(self) -> None:
        if self._stopped_by is not None:
            raise self._stopped_by
        self.ownership.wait(self.cancelled)
        if self.cancelled.is_set():
            raise RunCancelled(f"execution {self.execution_id} was cancelled")

    def record_usage(self, usage: Usage) -> None:
        self.meter.add(usage)
        self.bill.add(usage)
        with self._lock:
            self.usage = self.usage + usage

    def note_identity(self, name: str) -> None:
        self.identity_used = name
