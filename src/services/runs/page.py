"""One open transaction about a run, with the events that were waiting to be written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from src.core.clock import Clock
from src.core.events import EngineEvent
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.execution import ExecutionRepository, RunState
from src.services.runs.event_measures import EventMeasures
from src.services.runs.event_writer import EventWriter
from src.services.runs.ownership import Ownership


@dataclass(frozen=True)
class RunPage:
    uow: UnitOfWork
    executions: ExecutionRepository
    group_id: str
    execution_id: str
    state: RunState
    pending: list[EngineEvent]
    now: datetime
    measures: EventMeasures

    def is_current(self, segment: int) -> bool:
        """Whether this segment of the run may go on."""
        return self.state.status is ExecutionStatus.RUNNING and self.state.segment == segment

    async def append(self, *events: EngineEvent) -> None:
        """Behind the events that were still waiting to be written, which are dropped without this call."""
        told = [*self.pending, *events]
        await self.executions.append_events(self.group_id, self.execution_id, told, now=self.now)
        self.uow.after_commit(partial(self._measure, events))

    async def move(self, to: ExecutionStatus, **values: Any) -> None:
        await self.executions.move(self.group_id, self.execution_id, to, now=self.now, **values)

    async def _measure(self, events: tuple[EngineEvent, ...]) -> None:
        was_queued = self.state.status is ExecutionStatus.PENDING
        for event in events:
            self.measures.stored(event, self.state.changed_at if was_queued else None)


class RunPages:
    def __init__(
        self, database: Database, clock: Clock, writer: EventWriter, ownership: Ownership
    ) -> None:
        self._database = database
        self._clock = clock
        self._writer = writer
        self._ownership = ownership

    @asynccontextmanager
    async def open(self, group_id: str, execution_id: str) -> AsyncIterator[RunPage]:
        """Keeps the execution's row from others until its end. Raises NotFound for one that was deleted; does
        not return in a process that was declared dead."""
        async with (
            self._writer.pending_of(execution_id) as pending,
            self._database.write() as uow,
        ):
            await self._ownership.require(uow)
            executions = uow.repo(ExecutionRepository)
            state = await executions.lock(group_id, execution_id)
            now = self._clock.now()
            yield RunPage(
                uow,
                executions,
                group_id,
                execution_id,
                state,
                pending,
                now,
                self._writer.measures,
            )
