"""Whose memory a crew may read, what is still to be written to it, and who used which record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.events import Usage
from src.models.execution import WorkerLease
from src.models.memory import (
    MemoryCrew,
    MemoryPin,
    MemoryReceipt,
    MemoryWrite,
    MemoryWriter,
)
from src.repositories.upsert import upsert

MAX_IDENTITIES = 200
"""Of one scope (repositories.vector.filters)."""


@dataclass(frozen=True)
class CrewName:
    """An identity as it is entered in a lineage."""

    lineage: str
    identity: str
    crew_id: str | None
    crew_name: str
    run_name: str | None


class _Repository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def _count(self, statement: Any) -> int:
        quiet = statement.execution_options(synchronize_session=False)
        return int(getattr(await self.session.execute(quiet), "rowcount", 0))


class MemoryCrewRepository(_Repository):
    async def register(self, group_id: str, crew: CrewName, now: datetime) -> None:
        """Makes it the newest of its lineage."""
        used = {"crew_name": crew.crew_name, "last_used_at": now}
        await self.session.execute(
            upsert(self.session, MemoryCrew)
            .values(group_id=group_id, **{**vars(crew), "created_at": now, **used})
            .on_conflict_do_update(index_elements=["group_id", "lineage", "identity"], set_=used)
        )

    async def of_lineage(self, group_id: str, lineage: str) -> list[str]:
        """Identities, the one that ran last first; at most MAX_IDENTITIES."""
        return await self._identities(group_id, MemoryCrew.lineage == lineage)

    async def of_crew(self, group_id: str, crew_id: str) -> list[str]:
        """Of a saved crew, under whatever run names it ran."""
        return await self._identities(group_id, MemoryCrew.crew_id == crew_id)

    async def of_group(self, group_id: str) -> list[str]:
        return await self._identities(group_id)

    async def named(self, group_id: str, identity: str) -> list[str]:
        """The identity itself where this group knows it, else nothing."""
        return await self._identities(group_id, MemoryCrew.identity == identity)

    async def _identities(self, group_id: str, *where: ColumnElement[bool]) -> list[str]:
        query = (
            select(MemoryCrew.identity)
            .where(MemoryCrew.group_id == group_id, *where)
            .group_by(MemoryCrew.identity)
            .order_by(func.max(MemoryCrew.last_used_at).desc(), MemoryCrew.identity)
            .limit(MAX_IDENTITIES)
        )
        return list(await self.session.scalars(query))


class MemoryWriterRepository(_Repository):
    async def claim(
        self, group_id: str, identity: str, writer: str, *, now: datetime, until: datetime
    ) -> bool:
        """False while another live worker writes to this identity. Claiming it again prolongs it."""
        values = {"writer": writer, "until": until}
        alive = select(WorkerLease.executor_id).where(
            WorkerLease.executor_id == MemoryWriter.writer
        )
        # Workers show that they live; of an API process nobody knows, so its turn only runs out.
        is_lost = MemoryWriter.writer.startswith("worker-") & ~alive.exists()
        statement = (
            upsert(self.session, MemoryWriter)
            .values(group_id=group_id, identity=identity, **values)
            .on_conflict_do_update(
                index_elements=["group_id", "identity"],
                set_=values,
                where=or_(MemoryWriter.until < now, MemoryWriter.writer == writer, is_lost),
            )
            .returning(MemoryWriter.identity)
        )
        return (await self.session.execute(statement)).first() is not None

    async def release(self, group_id: str, identity: str, writer: str) -> None:
        await self._count(
            delete(MemoryWriter).where(
                MemoryWriter.group_id == group_id,
                MemoryWriter.identity == identity,
                MemoryWriter.writer == writer,
            )
        )


@dataclass(frozen=True)
class WriteKey:
    """One write of one attempt at an execution; a retry of the task replaces it."""

    group_id: str
    execution_id: str
    task_index: int
    attempt: int

    def where(self) -> tuple[ColumnElement[bool], ...]:
        return (
            MemoryWrite.group_id == self.group_id,
            MemoryWrite.execution_id == self.execution_id,
            MemoryWrite.task_index == self.task_index,
            MemoryWrite.attempt == self.attempt,
        )


class MemoryWriteRepository(_Repository):
    """The outbox. Every change is a compare-and-set on an attempt whose write is pending."""

    async def add(
        self,
        key: WriteKey,
        *,
        task_key: str,
        identity: str,
        request: Mapping[str, Any],
        now: datetime,
        status: str = "pending",
    ) -> None:
        """What an earlier attempt wrote stays in `records`, to be replaced by the new write."""
        fresh = {
            "status": status,
            "attempt": key.attempt,
            "tries": 0,
            "task_key": task_key,
            "identity": identity,
            "request": dict(request),
            "lessons": null(),
            "error_code": None,
            "error_message": None,
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "llm_calls": 0,
            "cost_usd": None,
            "created_at": now,
            "finished_at": None,
        }
        place = {"execution_id": key.execution_id, "task_index": key.task_index}
        await self.session.execute(
            upsert(self.session, MemoryWrite)
            .values(group_id=key.group_id, records=[], **place, **fresh)
            .on_conflict_do_update(index_elements=list(place), set_=fresh)
        )

    async def release(self, group_id: str, execution_id: str, task_index: int) -> None:
        """A person has approved the answer: what it leaves to memory may be written."""
        await self._count(
            update(MemoryWrite)
            .where(
                MemoryWrite.group_id == group_id,
                MemoryWrite.execution_id == execution_id,
                MemoryWrite.task_index == task_index,
                MemoryWrite.status == "held",
            )
            .values(status="pending")
        )

    async def of_execution(
        self, group_id: str, execution_id: str, *, only_pending: bool = False
    ) -> list[MemoryWrite]:
        """In the order of their tasks."""
        query = select(MemoryWrite).where(
            MemoryWrite.group_id == group_id, MemoryWrite.execution_id == execution_id
        )
        if only_pending:
            query = query.where(MemoryWrite.status == "pending")
        return list(await self.session.scalars(query.order_by(MemoryWrite.task_index)))

    async def find(self, key: WriteKey) -> MemoryWrite | None:
        row: MemoryWrite | None = await self.session.scalar(
            select(MemoryWrite).where(*key.where()).execution_options(populate_existing=True)
        )
        return row

    async def has_pending(self, group_id: str, execution_id: str) -> bool:
        query = select(MemoryWrite.task_index).where(
            MemoryWrite.group_id == group_id,
            MemoryWrite.execution_id == execution_id,
            MemoryWrite.status == "pending",
        )
        return (await self.session.execute(query.limit(1))).first() is not None

    async def keep_lessons(self, key: WriteKey, lessons: Mapping[str, Any], usage: Usage) -> bool:
        """False when they are kept already: the first answer counts."""
        return await self._change(
            key,
            (MemoryWrite.lessons.is_(None),),
            lessons=dict(lessons),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            llm_calls=usage.llm_calls,
            cost_usd=usage.cost_usd,
        )

    async def note_try(self, key: WriteKey, code: str, message: str) -> bool:
        return await self._change(
            key, tries=MemoryWrite.tries + 1, error_code=code, error_message=message
        )

    async def save(
        self, key: WriteKey, records: Sequence[Mapping[str, Any]], *, now: datetime
    ) -> bool:
        return await self._change(
            key,
            status="saved",
            records=[dict(one) for one in records],
            error_code=None,
            error_message=None,
            finished_at=now,
        )

    async def fail(self, key: WriteKey, code: str, message: str, *, now: datetime) -> bool:
        return await self._change(
            key, status="failed", error_code=code, error_message=message, finished_at=now
        )

    async def drop_from(self, group_id: str, execution_id: str, from_index: int) -> None:
        """Before tasks run anew: what they find out then replaces what is pending now. The rows stay, so that
        the new write knows what an earlier one left."""
        await self._count(
            update(MemoryWrite)
            .where(
                MemoryWrite.group_id == group_id,
                MemoryWrite.execution_id == execution_id,
                MemoryWrite.task_index >= from_index,
                MemoryWrite.status == "pending",
            )
            .values(status="failed", error_code="memory.superseded", error_message=None)
        )

    async def _change(
        self, key: WriteKey, where: Sequence[ColumnElement[bool]] = (), **values: Any
    ) -> bool:
        changed = update(MemoryWrite).where(*key.where(), MemoryWrite.status == "pending", *where)
        return await self._count(changed.values(**values)) == 1


class MemoryReceiptRepository(_Repository):
    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(MemoryReceipt), [dict(row) for row in rows])

    async def of_execution(
        self, group_id: str, execution_id: str, *, limit: int, after: str | None = None
    ) -> list[MemoryReceipt]:
        """Oldest first: as the tasks used them."""
        query = select(MemoryReceipt).where(
            MemoryReceipt.group_id == group_id, MemoryReceipt.execution_id == execution_id
        )
        if after is not None:
            query = query.where(MemoryReceipt.id > after)
        return list(await self.session.scalars(query.order_by(MemoryReceipt.id).limit(limit)))


class MemoryPinRepository(_Repository):
    async def of_identities(
        self, group_id: str, identities: Collection[str]
    ) -> list[tuple[str, str]]:
        """(record type, record id), oldest pin first."""
        query = (
            select(MemoryPin.record_type, MemoryPin.record_id)
            .where(MemoryPin.group_id == group_id, MemoryPin.identity.in_(identities))
            .order_by(MemoryPin.created_at, MemoryPin.record_id)
        )
        return [(type, id) for type, id in await self.session.execute(query)]

    async def add(
        self, group_id: str, record: tuple[str, str], identity: str, *, by: str, now: datetime
    ) -> None:
        """Harmless when it is pinned already."""
        record_type, record_id = record
        await self.session.execute(
            upsert(self.session, MemoryPin)
            .values(
                group_id=group_id,
                record_type=record_type,
                record_id=record_id,
                identity=identity,
                created_by=by,
                created_at=now,
            )
            .on_conflict_do_nothing()
        )

    async def remove(self, group_id: str, record: tuple[str, str]) -> bool:
        """False when it was not pinned."""
        removed = delete(MemoryPin).where(
            MemoryPin.group_id == group_id,
            MemoryPin.record_type == record[0],
            MemoryPin.record_id == record[1],
        )
        return await self._count(removed) == 1
