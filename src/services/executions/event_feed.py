"""Wakes streams when their execution has new events: one watcher for each process, whatever its clients.

PostgreSQL notifies; on SQLite, and as a safety net, one query asks for all watched executions together.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from src.core.clock import Clock
from src.core.errors import TooManyRequests, Unavailable
from src.core.events import EventType
from src.core.execution_status import TERMINAL
from src.core.logging import get_logger
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.execution import ExecutionEvent
from src.repositories.event_channel import EventChannel
from src.repositories.execution import ExecutionRepository
from src.repositories.fleet import FleetRepository
from src.schemas.common import trusted
from src.schemas.execution import EventPage, EventRead

log = get_logger(__name__)

_SQLITE_POLL_S = 0.05
_SAFETY_POLL_S = 2.0
_BATCH = 500
MAX_STREAMS_PER_USER = 100
_ENDS = frozenset(
    {EventType.EXECUTION_COMPLETED, EventType.EXECUTION_FAILED, EventType.EXECUTION_CANCELLED}
)


class EventFeed:
    def __init__(self, database: Database, clock: Clock, channel: EventChannel | None) -> None:
        """`channel` is None on SQLite, where polling is the only way."""
        self._database = database
        self._clock = clock
        self._channel = channel
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._seen: dict[str, int] = {}
        self._streams: Counter[str] = Counter()
        self._anybody = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._poll(), name="event-feed-poll")]
        if self._channel is not None:
            listening = self._channel.listen(self._wake)
            self._tasks.append(asyncio.create_task(listening, name="event-feed-listen"))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def page(self, principal: Principal, id: str, after: int, limit: int) -> EventPage:
        """Oldest first, `seq > after`."""
        async with self._database.read() as uow:
            executions = uow.repo(ExecutionRepository)
            rows = await executions.events(principal.group_id, id, after=after, limit=limit + 1)
            if not rows:
                await executions.status(principal.group_id, id)
        shown = rows[:limit]
        return EventPage(
            items=[event_read(row) for row in shown],
            next_after=shown[-1].seq if len(rows) > limit else None,
        )

    async def stream(
        self, principal: Principal, id: str, after: int, *, heartbeat_s: float, lifetime_s: float
    ) -> AsyncIterator[EventRead | None]:
        """Every event after `after`, then the new ones as they come; None is a heartbeat.

        Ends after the terminal event, or after `lifetime_s`: the client resumes with the last seq.
        """
        ends_at = self._clock.monotonic_s() + lifetime_s
        async with self._watch(principal, id) as wake:
            while True:
                wake.clear()
                page = await self.page(principal, id, after, _BATCH)
                for event in page.items:
                    after = event.seq
                    yield event
                if page.next_after is not None:
                    continue
                if page.items and page.items[-1].type in _ENDS:
                    return
                if not page.items and await self._is_over(principal, id, after):
                    return
                left_s = ends_at - self._clock.monotonic_s()
                if left_s <= 0:
                    return
                try:
                    await asyncio.wait_for(wake.wait(), timeout=min(heartbeat_s, left_s))
                except TimeoutError:
                    yield None

    async def require(self, principal: Principal, id: str) -> None:
        """Raises NotFound before a stream starts, while a status code can still be sent."""
        async with self._database.read() as uow:
            await uow.repo(ExecutionRepository).status(principal.group_id, id)
        if self._streams[principal.user_id] >= MAX_STREAMS_PER_USER:
            raise TooManyRequests(
                f"you have {MAX_STREAMS_PER_USER} event streams open; close some first",
                headers={"Retry-After": "10"},
            )

    async def _is_over(self, principal: Principal, id: str, after: int) -> bool:
        """A client that resumes at or behind the terminal event gets an end, not a silent wait."""
        async with self._database.read() as uow:
            status = await uow.repo(ExecutionRepository).status(principal.group_id, id)
            newest = await uow.repo(FleetRepository).newest_events([id])
        return status in TERMINAL and newest.get(id, 0) <= after

    @asynccontextmanager
    async def _watch(self, principal: Principal, id: str) -> AsyncIterator[asyncio.Event]:
        wake = asyncio.Event()
        self._watchers.setdefault(id, set()).add(wake)
        self._streams[principal.user_id] += 1
        self._anybody.set()
        try:
            yield wake
        finally:
            self._watchers[id].discard(wake)
            self._streams[principal.user_id] -= 1
            if not self._watchers[id]:
                del self._watchers[id]
                self._seen.pop(id, None)
            if not self._watchers:
                self._anybody.clear()

    def _wake(self, id: str) -> None:
        for wake in self._watchers.get(id, ()):
            wake.set()

    async def _poll(self) -> None:
        interval_s = _SQLITE_POLL_S if self._channel is None else _SAFETY_POLL_S
        while True:
            await self._anybody.wait()
            await asyncio.sleep(interval_s)
            try:
                async with self._database.read() as uow:
                    newest = await uow.repo(FleetRepository).newest_events(list(self._watchers))
            except Unavailable:
                continue
            for id, seq in newest.items():
                if self._seen.get(id) != seq:
                    self._seen[id] = seq
                    self._wake(id)


def event_read(row: ExecutionEvent) -> EventRead:
    values = {
        "seq": row.seq,
        "type": row.type,
        "at": row.at,
        "task": row.task,
        "agent": row.agent,
        "span_id": row.span_id,
        "parent_span_id": row.parent_span_id,
        "data": row.data,
    }
    return trusted(EventRead, values)
