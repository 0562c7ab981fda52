"""Ports between the services, the durable queue and the crew engine: what crosses here is frozen."""

import threading
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import SecretStr

from src.core.approval import CallDecision, Review
from src.core.events import EngineEvent, EventType, RecordedCall, Usage
from src.core.providers import DEMO_MODEL
from src.core.unit_of_work import UnitOfWork
from src.engines.plans import BudgetPlan, CrewPlan, ModelPlan, RatePlan, ToolPlan
from src.memory.records import Lessons, Recollection
from src.schemas.crew_config import CrewDefinition

T = TypeVar("T")


@dataclass(frozen=True)
class Catalogue:
    """What the group may use today."""

    tools: Mapping[str, ToolPlan]
    disabled_tools: frozenset[str] = frozenset()
    models: Mapping[str, ModelPlan] = field(default_factory=dict)
    disabled_models: frozenset[str] = frozenset()
    key_names: frozenset[str] = frozenset()
    """API keys that the group, the environment or the caller's own sign-in provide."""
    own_key_names: frozenset[str] = frozenset()
    """Those of the group itself: no others are sent to an address that an editor chose."""
    base_urls: Mapping[str, str] = field(default_factory=dict)
    """Provider -> address, for those that have no public one."""
    output_schemas: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    default_model: str = DEMO_MODEL
    memory_model: str | None = None
    """What the group chose to look for lessons; None leaves it to the agents' own models."""


@dataclass(frozen=True)
class RunRequest:
    """What comes with a crew when it is run."""

    name: str
    inputs: dict[str, Any]
    budget: BudgetPlan = BudgetPlan()


class CrewPlanner(Protocol):
    def __call__(
        self, definition: CrewDefinition, request: RunRequest, catalogue: Catalogue
    ) -> CrewPlan:
        """Raises Invalid with every problem found."""
        ...


class CrewIdentity(Protocol):
    def __call__(
        self,
        *,
        agent_roles: Iterable[str],
        task_names: Iterable[str],
        crew_name: str,
        model: str,
        run_name: str | None,
        group_id: str,
    ) -> str: ...


class EventSink(Protocol):
    def emit(self, event: EngineEvent) -> None:
        """Thread-safe; never blocks, never raises."""
        ...


@dataclass(frozen=True)
class TaskOutput:
    text: str
    json: Any = None
    quality: float | None = None
    """In [0, 1]: 1 when checks passed at once, less for each refusal, None without checks."""


@dataclass(frozen=True)
class Credentials:
    """What one run may present to providers; resolved before it starts, dropped when it ends."""

    keys: Mapping[str, SecretStr]
    """API key name (core.providers) -> value: the group's own, else the installation's."""
    own_keys: frozenset[str] = frozenset()
    """Which of these names the group has stored itself."""
    databricks_host: str = ""
    databricks_user_token: SecretStr | None = None
    databricks_user_token_expires_at: datetime | None = None
    """Without a token: there was one, and it has ended."""
    databricks_client_id: str = ""
    databricks_client_secret: SecretStr | None = None
    databricks_environment_token: SecretStr | None = None
    tool_secrets: Mapping[str, Mapping[str, SecretStr]] = field(default_factory=dict)
    """Tool key -> its writeOnly configuration."""


class RunCancelled(Exception):
    """The run was cancelled; raised before the next model or tool call."""


class BudgetExceeded(Exception):
    """The run has used up its budget; raised before the next model call."""

    def __init__(self, message: str, usage: Usage, *, budget: str) -> None:
        """`budget` names the limit, such as run.max_tokens or group.monthly_usd."""
        super().__init__(message)
        self.usage = usage
        self.budget = budget


class ToolLedger(Protocol):
    """Remembers calls of `once` and `ask` tools across lost attempts. Called from engine threads; waits for a
    database that is away for a while, as long as `run` is not stopped."""

    def decision(self, run: "RunScope", call_key: str) -> CallDecision | None:
        """What a person said about this call of an `ask` tool; None when nobody was asked."""
        ...

    def begin(self, run: "RunScope", tool: str, call_key: str) -> str | None:
        """Returns the recorded result of a call that finished in a lost attempt, or None after noting
        that this one starts. Raises OutcomeUnknown for a call that started but never finished."""
        ...

    def finish(self, run: "RunScope", call_key: str, result: str) -> None: ...


class OutcomeUnknown(Exception):
    """A `once` tool started in an attempt that was lost; whether it took effect cannot be known."""


class LoopBridge(Protocol):
    def call(self, coroutine: Awaitable[T], timeout_s: float) -> T:
        """Runs a coroutine on the worker's I/O loop from an engine thread and waits for it."""
        ...


class TaskMemory(Protocol):
    """A crew's memory as one task sees it. Called from engine threads.

    Never raises because a store or an embedder failed: the task goes on without, and a memory_failed event
    says so. Writes what happened to the run's events and receipts itself.
    """

    def recall(self, query: str, agent: str | None) -> Recollection:
        """For the prompt of the task: one embedding, one round trip."""
        ...

    def search(self, query: str, agent: str | None, limit: int) -> Recollection:
        """For the search_memory tool."""
        ...

    def search_knowledge(self, query: str, agent: str | None, limit: int) -> Recollection:
        """For the knowledge_search tool; only `documents` is filled."""
        ...

    def keep(self, text: str, agent: str | None) -> None:
        """For the save_to_memory tool: stored together with what the task leaves behind when it ends."""
        ...


class ModelRates(Protocol):
    """Keeps to the rate limits of models. Called from engine threads."""

    def admit(self, run: "RunScope", rate: RatePlan, tokens: int, agent: str | None) -> None:
        """Waits until one request of about so many tokens may be sent, and says so in the run's events.
        Raises what run.before_tool_call() raises when the run is stopped meanwhile."""
        ...

    def settle(self, run: "RunScope", rate: RatePlan, reserved: int, used: int) -> None:
        """What an admitted request really used."""
        ...


class RunScope(Protocol):
    """What one attempt at one task (or the planning step) carries through models and tools."""

    execution_id: str
    group_id: str
    attempt: int
    task_key: str | None
    plan: CrewPlan
    credentials: Credentials
    ledger: ToolLedger
    cancelled: threading.Event
    memory: TaskMemory | None
    """None where the run has no memory, and in the planning step."""
    rates: ModelRates
    reviews: tuple[Review, ...]
    """Of earlier answers to this task, oldest first."""

    def earlier_answer(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        """What a model said to this prompt before the task had to wait for an approval: it is not paid twice.
        None from the first prompt on that is of another shape than the one recorded."""
        ...

    def recording(self, execution_id: str) -> tuple[RecordedCall, ...]:
        """The model calls of a finished execution of the same group (replay model)."""
        ...

    def emit(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str | None = None,
        parent_span_id: str | None = None,
    ) -> str:
        """Returns the span id. Without a parent the event hangs below the task's own span."""
        ...

    def before_model_call(self) -> None:
        """Raises RunCancelled or BudgetExceeded."""
        ...

    def before_tool_call(self) -> None:
        """Raises RunCancelled."""
        ...

    def stop(self, reason: Exception) -> None:
        """The next check raises `reason`: crewai turns whatever a tool raises into an observation."""
        ...

    def record_usage(self, usage: Usage) -> None: ...

    def note_identity(self, name: str) -> None: ...


class CrewEngine(Protocol):
    """Runs one task of a plan at a time. Synchronous: called on the engine's own threads."""

    def run_task(
        self, run: RunScope, key: str, finished: Mapping[str, TaskOutput], note: str | None
    ) -> TaskOutput: ...

    def plan_tasks(self, run: RunScope) -> dict[str, str]:
        """What the planning model advises for each task, by task key."""
        ...

    def find_lessons(self, run: RunScope, key: str, output: str) -> Lessons:
        """One model call about a finished task. Raises like run_task; a useless answer is no lesson."""
        ...


class JobQueue(Protocol):
    """The API's side of durable background work that is no execution: set-ups, documents, migrations."""

    async def enqueue_job(
        self,
        uow: UnitOfWork,
        *,
        job_id: str,
        group_id: str,
        turn: int,
        priority: int,
        after_s: float = 0.0,
    ) -> None:
        """Joins the caller's transaction; idempotent for the same turn. Low numbers of a group go first, 0 beside
        all others."""
        ...


class JobRunner(Protocol):
    """The worker's side of it."""

    async def run_job(self, job_id: str, group_id: str) -> None:
        """Runs it to its end, or until its next turn is in the queue. May be repeated after a crash."""
        ...


class ExecutionQueue(Protocol):
    """The API's side of the durable queue."""

    async def enqueue(
        self, uow: UnitOfWork, *, execution_id: str, segment: int, group_id: str, priority: int
    ) -> None:
        """Joins the caller's transaction: rolled back with it, idempotent for the same segment."""
        ...

    async def cancel(self, execution_id: str, segment: int) -> None: ...

    async def forget(self, execution_id: str, segments: int) -> None:
        """Deletes what the queue remembers of all segments of an ended execution."""
        ...


@dataclass(frozen=True)
class Segment:
    """One stretch of an execution in the queue. A retry or a re-queueing begins a new one, and what an
    older one still does is refused."""

    execution_id: str
    group_id: str
    number: int


class SegmentRunner(Protocol):
    """The worker's side of the durable queue: what the steps of a segment do. Every method may be
    repeated after a crash."""

    async def prepare(self, segment: Segment) -> list[list[str]]: ...

    async def make_plan(self, segment: Segment) -> bool: ...

    async def run_task(self, segment: Segment, key: str) -> bool: ...

    async def leave(self, segment: Segment) -> None:
        """Instead of finish() after a False: what waits for a person lets its place in the queue go."""
        ...

    async def finish(self, segment: Segment) -> None: ...

    def forget(self, segment: Segment) -> None: ...
