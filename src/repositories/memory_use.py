"""What people ask about memory records: which crews there are, what is pinned, who used what."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, Delete, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.execution import Execution
from src.models.memory import MemoryCrew, MemoryPin, MemoryReceipt, MemoryWrite

_AT_ONCE = 500
"""Ids of one statement: SQLite takes 32,766 parameters, PostgreSQL plans long lists slowly."""


@dataclass(frozen=True)
class KnownCrew:
    identity: str
    crew_id: str | None
    name: str
    last_used_at: datetime


@dataclass(frozen=True)
class Use:
    executions: int
    last_at: datetime


@dataclass(frozen=True)
class UsingExecution:
    execution_id: str
    crew_name: str
    status: str
    started_at: datetime | None
    receipts: int
    best_rank: int
    last_at: datetime


@dataclass(frozen=True)
class TaskRecords:
    """Of one task of one execution: what it read or what it stored."""

    execution_id: str
    task: str
    record_ids: tuple[str, ...]


class MemoryUseRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def crews(self, group_id: str, crew: str | None = None) -> list[KnownCrew]:
        """Every identity once, the one that ran last first; `crew` is a saved crew's id or an identity."""
        query = select(
            MemoryCrew.identity, MemoryCrew.crew_id, MemoryCrew.crew_name, MemoryCrew.last_used_at
        ).where(MemoryCrew.group_id == group_id)
        if crew is not None:
            query = query.where(or_(MemoryCrew.crew_id == crew, MemoryCrew.identity == crew))
        found: dict[str, KnownCrew] = {}
        newest = query.order_by(MemoryCrew.last_used_at.desc(), MemoryCrew.identity)
        for row in await self.session.execute(newest):
            known = KnownCrew(*row)
            first = found.setdefault(known.identity, known)
            if first.crew_id is None and known.crew_id is not None:
                found[known.identity] = known
        return list(found.values())

    async def uses(self, group_id: str, type: str, ids: Collection[str]) -> dict[str, Use]:
        """Of the records that any execution had in front of it."""
        found: dict[str, Use] = {}
        for some in _portions(ids):
            query = (
                select(
                    MemoryReceipt.record_id,
                    func.count(MemoryReceipt.execution_id.distinct()),
                    func.max(MemoryReceipt.at),
                )
                .where(*_about(group_id, type, some))
                .group_by(MemoryReceipt.record_id)
            )
            for id, executions, last_at in await self.session.execute(query):
                found[id] = Use(executions, last_at)
        return found

    async def executions(
        self, group_id: str, type: str, id: str, *, limit: int, before: str | None = None
    ) -> list[UsingExecution]:
        """Newest first."""
        query = (
            select(
                Execution.id,
                Execution.crew_name,
                Execution.status,
                Execution.started_at,
                func.count(MemoryReceipt.id),
                func.min(MemoryReceipt.rank),
                func.max(MemoryReceipt.at),
            )
            .join(MemoryReceipt, MemoryReceipt.execution_id == Execution.id)
            .where(Execution.group_id == group_id, *_about(group_id, type, [id]))
            .group_by(Execution.id, Execution.crew_name, Execution.status, Execution.started_at)
            .order_by(Execution.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(Execution.id < before)
        return [UsingExecution(*row.tuple()) for row in await self.session.execute(query)]

    async def pinned(self, group_id: str, type: str, ids: Collection[str]) -> set[str]:
        found: set[str] = set()
        for some in _portions(ids):
            query = select(MemoryPin.record_id).where(
                MemoryPin.group_id == group_id,
                MemoryPin.record_type == type,
                MemoryPin.record_id.in_(some),
            )
            found.update(await self.session.scalars(query))
        return found

    async def pins(self, group_id: str) -> list[tuple[str, str]]:
        """Record type and identity of every pin of the group."""
        query = select(MemoryPin.record_type, MemoryPin.identity)
        rows = await self.session.execute(query.where(MemoryPin.group_id == group_id))
        return [(type, identity) for type, identity in rows]

    async def unpin(self, group_id: str, type: str, ids: Collection[str]) -> None:
        for some in _portions(ids):
            await self._run(_pins(group_id, type, MemoryPin.record_id.in_(some)))

    async def unpin_all(self, group_id: str, type: str, identities: Collection[str]) -> None:
        for some in _portions(identities):
            await self._run(_pins(group_id, type, MemoryPin.identity.in_(some)))

    async def read_by_tasks(
        self, group_id: str, type: str, ids: Collection[str], *, limit: int
    ) -> list[TaskRecords]:
        """Which tasks had these records in front of them, the newest receipts first."""
        tasks: dict[tuple[str, str], list[str]] = {}
        for some in _portions(ids):
            query = (
                select(MemoryReceipt.execution_id, MemoryReceipt.task, MemoryReceipt.record_id)
                .where(*_about(group_id, type, some))
                .order_by(MemoryReceipt.id.desc())
                .limit(limit)
            )
            for execution_id, task, record_id in await self.session.execute(query):
                tasks.setdefault((execution_id, task), []).append(record_id)
        return [TaskRecords(*task, tuple(found)) for task, found in tasks.items()]

    async def stored_by_tasks(
        self, group_id: str, type: str, execution_ids: Collection[str]
    ) -> list[TaskRecords]:
        """What tasks of these executions left behind as records of their own, not merged into others."""
        found = []
        for some in _portions(execution_ids):
            query = select(
                MemoryWrite.execution_id, MemoryWrite.task_key, MemoryWrite.records
            ).where(MemoryWrite.group_id == group_id, MemoryWrite.execution_id.in_(some))
            for execution_id, task, records in await self.session.execute(query):
                ids = [one["id"] for one in records if one["type"] == type and not one["merged"]]
                if ids:
                    found.append(TaskRecords(execution_id, task, tuple(ids)))
        return found

    async def _run(self, statement: Delete) -> None:
        await self.session.execute(statement.execution_options(synchronize_session=False))


def _about(group_id: str, type: str, ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        MemoryReceipt.group_id == group_id,
        MemoryReceipt.record_type == type,
        MemoryReceipt.record_id.in_(ids),
    )


def _pins(group_id: str, type: str, which: ColumnElement[bool]) -> Delete:
    return delete(MemoryPin).where(
        MemoryPin.group_id == group_id, MemoryPin.record_type == type, which
    )


def _portions(values: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(values)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
