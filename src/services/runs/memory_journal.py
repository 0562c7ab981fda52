"""Everything that is stored about writes to memory: each method one transaction, with the event about it.

Events come only while the run goes on: nothing follows the last event of a run. A write that an execution's
retry has replaced, or that was deleted with its execution, is left alone.
"""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from src.core.clock import Clock
from src.core.errors import NotFound
from src.core.events import EventType
from src.core.execution_status import TERMINAL
from src.core.text import storable
from src.core.unit_of_work import Database
from src.memory.records import WriteReport
from src.models.memory import MemoryWrite
from src.repositories.execution import ExecutionRepository
from src.repositories.memory import MemoryPinRepository, MemoryWriteRepository, WriteKey
from src.schemas.databricks_index_schemas import MemoryType
from src.services.runs.context import RunContext
from src.services.runs.memory_outbox import pending_writes
from src.services.runs.page import RunPage, RunPages
from src.services.runs.usage_book import store_usage


@dataclass(frozen=True)
class StoredWrite:
    """A pending row with the task that it is about."""

    task_key: str
    output: str
    finished_at: datetime
    tries: int
    request: Mapping[str, Any]
    lessons: Mapping[str, Any] | None
    """What the model said, or {"error": …} where it failed; None as long as it was not asked."""
    records: tuple[Mapping[str, Any], ...]
    """That an earlier attempt at the task wrote."""


class MemoryJournal:
    def __init__(self, database: Database, clock: Clock, pages: RunPages) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages

    async def pending(self, group_id: str, execution_id: str) -> tuple[WriteKey, ...]:
        async with self._database.read() as uow:
            return await pending_writes(uow, group_id, execution_id)

    async def load(self, key: WriteKey) -> StoredWrite | None:
        """None for one that is pending no longer."""
        async with self._database.read() as uow:
            row = await uow.repo(MemoryWriteRepository).find(key)
            if row is None or row.status != "pending":
                return None
            tasks = await uow.repo(ExecutionRepository).tasks(key.group_id, key.execution_id)
        task = next(one for one in tasks if one.index == key.task_index)
        return StoredWrite(
            task_key=row.task_key,
            output=task.output or "",
            finished_at=task.finished_at or row.created_at,
            tries=row.tries,
            request=row.request,
            lessons=row.lessons,
            records=tuple(row.records),
        )

    async def pinned(
        self, group_id: str, identities: Collection[str]
    ) -> tuple[tuple[MemoryType, str], ...]:
        async with self._database.read() as uow:
            pins = await uow.repo(MemoryPinRepository).of_identities(group_id, identities)
        return tuple((MemoryType(type), id) for type, id in pins)

    async def keep_lessons(
        self, key: WriteKey, lessons: Mapping[str, Any], context: RunContext
    ) -> Mapping[str, Any]:
        """Returns those that count: what was kept first. The call is paid for in any case."""
        try:
            async with self._open(key) as page:
                writes = page.uow.repo(MemoryWriteRepository)
                await writes.keep_lessons(key, storable(lessons), context.usage)
                await page.append()
                await store_usage(page.uow, context)
                return _lessons_of(await writes.find(key)) or lessons
        except NotFound:
            await self.account(context)
            return lessons

    async def account(self, context: RunContext) -> None:
        """What a model took is paid for, whatever has become of its answer."""
        async with self._database.write() as uow:
            await store_usage(uow, context)

    async def saved(
        self, key: WriteKey, context: RunContext, report: WriteReport, how: str
    ) -> None:
        """`how` says whether lessons were found: done, failed or off."""
        records = [
            {"type": str(one.type), "id": one.id, "merged": one.merged} for one in report.records
        ]
        said = {
            "records": records,
            "merged": sum(one.merged for one in report.records),
            "backend": report.backend,
            "latency_ms": report.latency_ms,
            "extraction": how,
        }
        try:
            async with self._open(key) as page:
                writes = page.uow.repo(MemoryWriteRepository)
                if await writes.save(key, records, now=page.now):
                    agent = context.task.agent
                    await page.append(context.own_event(EventType.MEMORY_SAVED, said, agent))
                    if context.identity_used is not None:
                        await page.executions.note_identity(
                            key.group_id, key.execution_id, context.identity_used
                        )
                else:
                    await page.append()
        except NotFound:
            return

    async def failed(
        self, key: WriteKey, context: RunContext, code: str, message: str, *, will_retry: bool
    ) -> None:
        """That it will be tried again is said once, however often it is tried."""
        message = storable(message)
        said = {
            "operation": "save",
            "code": code,
            "message": message,
            "will_retry": will_retry,
        }
        event = context.own_event(EventType.MEMORY_FAILED, said, context.task.agent)
        try:
            async with self._open(key) as page:
                writes = page.uow.repo(MemoryWriteRepository)
                before = await writes.find(key)
                is_known = will_retry and before is not None and before.tries > 0
                if will_retry:
                    changed = await writes.note_try(key, code, message)
                else:
                    changed = await writes.fail(key, code, message, now=page.now)
                await page.append(*([event] if changed and not is_known else []))
        except NotFound:
            return

    async def close(self, group_id: str, execution_id: str) -> None:
        """After the last write of an execution that has ended: nothing needs its credential any more."""
        try:
            async with self._pages.open(group_id, execution_id) as page:
                await page.append()
                if page.state.status in TERMINAL:
                    await page.executions.drop_credential(group_id, execution_id)
        except NotFound:
            return

    async def give_up(self, group_id: str, execution_id: str, attempt: int, message: str) -> None:
        """Marks as failed what is still pending of this attempt."""
        for key in await self.pending(group_id, execution_id):
            if key.attempt <= attempt:
                async with self._database.write() as uow:
                    await uow.repo(MemoryWriteRepository).fail(
                        key, "memory.given-up", storable(message), now=self._clock.now()
                    )
        await self.close(group_id, execution_id)

    def _open(self, key: WriteKey) -> AbstractAsyncContextManager[RunPage]:
        return self._pages.open(key.group_id, key.execution_id)


def _lessons_of(row: MemoryWrite | None) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = None if row is None else row.lessons
    return found
