"""One writer at a time for the memory of an identity: two that merge at once would lose each other's pieces."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from weakref import WeakValueDictionary

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.unit_of_work import Database
from src.repositories.memory import MemoryWriterRepository

TURN_S = 60.0
"""Longest time that one write may take; a worker that is lost gives its turn up earlier, with its lease.
Clocks of workers may differ by as much as this is longer than a write's own timeout."""
_PATIENCE_S = 30.0
_POLL_S = 0.1


class MemoryTurns:
    def __init__(self, database: Database, clock: Clock, writer: str) -> None:
        """`writer` names this process: a worker by its executor id."""
        self._database = database
        self._clock = clock
        self._writer = writer
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, group_id: str, identity: str) -> AsyncIterator[None]:
        """Raises Unavailable when others write for a long time."""
        lock = self._locks.setdefault((group_id, identity), asyncio.Lock())
        async with lock:
            await self._claim(group_id, identity)
            try:
                yield
            finally:
                with suppress(Unavailable):  # it ends by itself
                    async with self._database.write() as uow:
                        writers = uow.repo(MemoryWriterRepository)
                        await writers.release(group_id, identity, self._writer)

    async def _claim(self, group_id: str, identity: str) -> None:
        give_up_at = self._clock.monotonic_s() + _PATIENCE_S
        while not await self._try(group_id, identity):
            if self._clock.monotonic_s() > give_up_at:
                raise Unavailable(
                    "somebody else writes to the memory of this crew; it is tried again"
                )
            await asyncio.sleep(_POLL_S)

    async def _try(self, group_id: str, identity: str) -> bool:
        now = self._clock.now()
        async with self._database.write() as uow:
            return await uow.repo(MemoryWriterRepository).claim(
                group_id,
                identity,
                self._writer,
                now=now,
                until=now + timedelta(seconds=TURN_S),
            )
