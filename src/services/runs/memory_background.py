"""Writes to memory beside the runs of this worker: a task's is under way while the next task runs."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from src.core.errors import Unavailable
from src.core.logging import get_logger
from src.engines.base import RunCancelled, Segment
from src.repositories.memory import WriteKey
from src.services.runs.contexts import RunParts
from src.services.runs.memory_writes import MemoryWrites

log = get_logger(__name__)

SETTLE_S = 30.0
"""A run whose tasks are done waits this long for its memory; a job then writes what is left."""
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True)
class WritingRun:
    parts: RunParts
    stopped: asyncio.Event


class MemoryBackground:
    def __init__(self, writes: MemoryWrites, settle_s: float = SETTLE_S) -> None:
        self._writes = writes
        self._settle_s = settle_s
        self._tasks: dict[Segment, dict[WriteKey, asyncio.Task[None]]] = {}

    def begin(self, run: WritingRun, key: WriteKey) -> asyncio.Task[None]:
        """Once at a time for each write; another call finds the one that is under way."""
        mine = self._tasks.setdefault(run.parts.segment, {})
        known = mine.get(key)
        if known is not None and not known.done():
            return known
        task = asyncio.create_task(self._write(run, key), name=f"memory-{key.task_index}")
        task.add_done_callback(_report)
        mine[key] = task
        return task

    async def settle(self, run: WritingRun) -> None:
        """Until nothing is pending, or for SETTLE_S. What fails for good is told in the events."""
        pause_s = 0.0
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settle_s):
                while (pending := await self._pending(run)) and not run.stopped.is_set():
                    await asyncio.sleep(pause_s)
                    under_way = [self.begin(run, key) for key in pending]
                    await asyncio.gather(*under_way, return_exceptions=True)
                    pause_s = min(max(2 * pause_s, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
        self.drop(run.parts.segment)

    def drop(self, segment: Segment) -> None:
        """Stops what is under way for a run that ended or moved elsewhere: its rows say what is left."""
        for task in self._tasks.pop(segment, {}).values():
            task.cancel()

    async def _pending(self, run: WritingRun) -> tuple[WriteKey, ...]:
        segment = run.parts.segment
        while True:
            try:
                return await self._writes.journal.pending(segment.group_id, segment.execution_id)
            except Unavailable:
                await asyncio.sleep(_FIRST_PAUSE_S)

    async def _write(self, run: WritingRun, key: WriteKey) -> None:
        try:
            await self._writes.write(key, run.parts, run.stopped)
        except RunCancelled:
            return
        except Unavailable as exc:
            log.info("memory of task {} waits: {}", key.task_index, exc.message)


def _report(task: asyncio.Task[None]) -> None:
    """What no write should raise; its row says that it is pending."""
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        log.error("{} ended unexpectedly", task.get_name(), exc_info=failure)
