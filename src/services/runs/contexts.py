"""Makes the scopes that tasks, planning and memory of a run work in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from src.core.clock import Clock
from src.core.events import EarlierCall, RecordedCall
from src.core.unit_of_work import Database
from src.engines.base import Credentials, EventSink, LoopBridge, ModelRates, Segment
from src.engines.plans import CrewPlan
from src.repositories.execution import ExecutionRepository
from src.repositories.execution_task import ExecutionTaskRepository
from src.services.runs.context import Budgets, RunContext, RunMeter
from src.services.runs.earlier_answers import EarlierAnswers
from src.services.runs.ownership import Ownership
from src.services.runs.patience import Patience
from src.services.runs.task_memory import MemoryOpener, MemoryRests, RunMemory
from src.services.runs.tool_ledger import DatabaseToolLedger

_BRIDGE_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class RunParts:
    """What all scopes of one segment share."""

    segment: Segment
    attempt: int
    """Of the execution."""
    plan: CrewPlan
    credentials: Credentials
    meter: RunMeter
    cancelled: threading.Event = field(default_factory=threading.Event)
    """For engine threads."""


class RunContexts:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        bridge: LoopBridge,
        ownership: Ownership,
        sink: EventSink,
        opener: MemoryOpener,
        patience: Patience,
        rates: ModelRates,
        budgets: Budgets,
    ) -> None:
        self._database = database
        self._clock = clock
        self._bridge = bridge
        self._ownership = ownership
        self._sink = sink
        self._opener = opener
        self._patience = patience
        self._rates = rates
        self._budgets = budgets
        self._rests = MemoryRests(clock)

    def make(self, run: RunParts, task_key: str | None) -> RunContext:
        context = RunContext(
            segment=run.segment,
            attempt=run.attempt,
            task_key=task_key,
            plan=run.plan,
            credentials=run.credentials,
            ledger=self._ledger(run),
            recording=self._recording_of(run.segment.group_id),
            cancelled=run.cancelled,
            meter=run.meter,
            sink=self._sink,
            clock=self._clock,
            ownership=self._ownership,
            rates=self._rates,
            budgets=self._budgets,
        )
        if run.plan.asks_about_calls and task_key is not None:
            context.earlier = EarlierAnswers(self._earlier_calls(run, task_key))
        if run.plan.memory is not None and task_key is not None:
            context.memory = RunMemory(
                context, run.plan.memory, self._database, self._opener, self._bridge, self._rests
            )
        return context

    def _ledger(self, run: RunParts) -> DatabaseToolLedger:
        return DatabaseToolLedger(
            self._database,
            self._clock,
            self._patience,
            self._ownership,
            group_id=run.segment.group_id,
            execution_id=run.segment.execution_id,
            attempt=run.attempt,
        )

    def _earlier_calls(self, run: RunParts, task_key: str) -> Callable[[], tuple[EarlierCall, ...]]:
        segment = run.segment

        async def read() -> tuple[EarlierCall, ...]:
            async with self._database.read() as uow:
                return await uow.repo(ExecutionTaskRepository).earlier_calls(
                    segment.group_id, segment.execution_id, task_key, run.attempt
                )

        return lambda: self._bridge.call(read(), _BRIDGE_TIMEOUT_S)

    def _recording_of(self, group_id: str) -> Callable[[str], tuple[RecordedCall, ...]]:
        async def read(execution_id: str) -> tuple[RecordedCall, ...]:
            async with self._database.read() as uow:
                return await uow.repo(ExecutionRepository).recorded_calls(group_id, execution_id)

        return lambda execution_id: self._bridge.call(read(execution_id), _BRIDGE_TIMEOUT_S)
