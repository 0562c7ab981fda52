"""Collects events from engine threads and stores them in batches, in order, beside the checkpoints."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.events import EngineEvent, EventType
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.repositories.execution import ExecutionRepository
from src.services.runs.event_measures import EventMeasures
from src.services.runs.ownership import Ownership

log = get_logger(__name__)

_FLUSH_INTERVAL_S = 0.05
_MAX_PENDING = 50_000
_BATCH = 2_000


class EventWriter:
    """One per worker. `emit` may be called from any thread; everything else on the worker's loop."""

    def __init__(
        self, database: Database, clock: Clock, ownership: Ownership, measures: EventMeasures
    ) -> None:
        self.measures = measures
        self._database = database
        self._clock = clock
        self._ownership = ownership
        self._pending: deque[EngineEvent] = deque()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._writing = asyncio.Lock()
        self._dropped = 0

    def emit(self, event: EngineEvent) -> None:
        if len(self._pending) >= _MAX_PENDING and event.type is EventType.LLM_CHUNK:
            self._dropped += 1  # the complete answer follows in llm_call_completed
            return
        self.measures.saw(event)
        self._pending.append(event)
        if not self._loop.is_closed():  # a thread that nobody waits for may outlive the loop
            self._loop.call_soon_threadsafe(self._wake.set)

    def drop(self, execution_id: str) -> None:
        """Forgets what was not written of a run that ended elsewhere."""
        self._take(execution_id)

    @asynccontextmanager
    async def pending_of(self, execution_id: str) -> AsyncIterator[list[EngineEvent]]:
        """Takes the execution's unwritten events out, so that a checkpoint can store them before its own.

        No batch is written meanwhile: order within the execution is kept. They come back if the
        checkpoint fails.
        """
        async with self._writing:
            mine = self._take(execution_id)
            try:
                yield mine
            except BaseException:
                self._pending.extendleft(reversed(mine))
                raise

    async def run(self) -> None:
        """Writes until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_FLUSH_INTERVAL_S)
            self._wake.clear()
            try:
                await self.flush()
            except Unavailable:
                log.warning("the database does not answer; {} events wait", len(self._pending))
                await asyncio.sleep(1.0)
                self._wake.set()

    async def flush(self) -> None:
        async with self._writing:
            while self._pending:
                batch = [self._pending.popleft() for _ in range(min(_BATCH, len(self._pending)))]
                try:
                    await self._write(batch)
                except BaseException:
                    self._pending.extendleft(reversed(batch))
                    raise
        if self._dropped:
            log.warning("{} text chunks were not stored: events came too fast", self._dropped)
            self._dropped = 0

    def _take(self, execution_id: str) -> list[EngineEvent]:
        """Engine threads append meanwhile: only what is there now is looked at, and their order stays."""
        looked_at = [self._pending.popleft() for _ in range(len(self._pending))]
        others = [event for event in looked_at if event.execution_id != execution_id]
        self._pending.extendleft(reversed(others))
        return [event for event in looked_at if event.execution_id == execution_id]

    async def _write(self, batch: list[EngineEvent]) -> None:
        try:
            await self._store(batch)
        except Unavailable:
            raise
        except Exception as exc:  # an event that cannot be stored must not keep the others waiting
            if len(batch) == 1:
                lost = batch[0]
                log.error(
                    "event {} could not be stored [{}]", lost.type, lost.execution_id, exc_info=exc
                )
                return
            half = len(batch) // 2
            await self._write(batch[:half])
            await self._write(batch[half:])

    async def _store(self, batch: Iterable[EngineEvent]) -> None:
        by_execution: dict[tuple[str, str], list[EngineEvent]] = {}
        for event in batch:
            by_execution.setdefault((event.execution_id, event.group_id), []).append(event)
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            executions = uow.repo(ExecutionRepository)
            # In one order for every writer, so that two workers cannot wait for each other's rows.
            for (execution_id, group_id), events in sorted(by_execution.items()):
                await executions.append_events(
                    group_id, execution_id, events, now=self._clock.now()
                )
