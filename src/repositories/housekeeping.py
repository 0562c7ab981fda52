"""What grows and nobody needs any more, over all groups. Never behind a route.

Every statement touches a bounded number of rows: on SQLite nobody else writes meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from src.core.execution_status import TERMINAL, ExecutionStatus
from src.core.job_status import OPEN
from src.models.base import Base
from src.models.batch import Batch
from src.models.execution import (
    Execution,
    ExecutionCredential,
    ExecutionEvent,
    IdempotencyRecord,
)
from src.models.group import Group
from src.models.job import Job
from src.models.limit import GroupLimit
from src.models.memory import MemoryWriter
from src.models.schedule import ScheduleFiring
from src.models.trigger import TriggerCall


@dataclass(frozen=True)
class GroupRetention:
    """In days; None is the installation's default, 0 for ever."""

    group_id: str
    keep_executions_days: int | None
    keep_events_days: int | None


@dataclass(frozen=True)
class PastExecution:
    id: str
    finished_at: datetime | None
    """None for one that has not ended."""
    has_events: bool
    """Beside its last one."""
    is_in_running_batch: bool
    """Or a node of one that is."""


class HousekeepingRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def drop_keys(self, before: datetime, limit: int) -> int:
        return await self._drop(IdempotencyRecord, IdempotencyRecord.created_at < before, limit)

    async def drop_trigger_calls(self, before: datetime, limit: int) -> int:
        return await self._drop(TriggerCall, TriggerCall.at < before, limit)

    async def drop_firings(self, before: datetime, limit: int) -> int:
        return await self._drop(ScheduleFiring, ScheduleFiring.fired_at < before, limit)

    async def drop_credentials(self, before: datetime, limit: int) -> int:
        return await self._drop(ExecutionCredential, ExecutionCredential.expires_at < before, limit)

    async def drop_turns(self, before: datetime, limit: int) -> int:
        return await self._drop(MemoryWriter, MemoryWriter.until < before, limit)

    async def drop_jobs(self, before: datetime, limit: int) -> int:
        has_ended = Job.status.not_in(OPEN)
        return await self._drop(Job, has_ended & (Job.updated_at < before), limit)

    async def drop_batches(self, group_id: str, before: datetime, limit: int) -> int:
        """With their rows."""
        is_old = (Batch.status != "running") & (Batch.finished_at < before)
        return await self._drop(Batch, (Batch.group_id == group_id) & is_old, limit)

    async def drop_events(self, execution_id: str, limit: int) -> int:
        """Of an execution that has ended all but the last, which ends every stream of it."""
        ended = select(Execution.event_seq).where(
            Execution.id == execution_id, Execution.status.in_(TERMINAL)
        )
        is_earlier = ExecutionEvent.seq < ended.scalar_subquery()
        return await self._drop(
            ExecutionEvent, (ExecutionEvent.execution_id == execution_id) & is_earlier, limit
        )

    async def retentions(self) -> list[GroupRetention]:
        query = select(
            Group.id, GroupLimit.keep_executions_days, GroupLimit.keep_events_days
        ).outerjoin(GroupLimit, GroupLimit.group_id == Group.id)
        return [GroupRetention(*row) for row in await self.session.execute(query)]

    async def past_executions(
        self, group_id: str, after: str, before: str, limit: int
    ) -> list[PastExecution]:
        """Between two ids, oldest first."""
        earlier = exists().where(
            ExecutionEvent.execution_id == Execution.id, ExecutionEvent.seq < Execution.event_seq
        )
        whole = aliased(Execution)
        in_batch = exists().where(Batch.id == Execution.parent_id, Batch.status == "running")
        below_batch = exists().where(
            whole.id == Execution.parent_id, Batch.id == whole.parent_id, Batch.status == "running"
        )
        waits = or_(in_batch, below_batch)
        query = (
            select(Execution.id, Execution.status, Execution.finished_at, earlier, waits)
            .where(Execution.group_id == group_id, Execution.id > after, Execution.id < before)
            .order_by(Execution.id)
            .limit(limit)
        )
        return [
            PastExecution(
                id, ended_at if ExecutionStatus(status) in TERMINAL else None, has_events, is_kept
            )
            for id, status, ended_at, has_events, is_kept in await self.session.execute(query)
        ]

    async def _drop(self, model: type[Base], where: ColumnElement[bool], limit: int) -> int:
        key: list[InstrumentedAttribute[Any]] = [
            getattr(model, column.key) for column in model.__table__.primary_key
        ]
        some = select(*key).where(where).limit(limit)
        is_one = key[0].in_(some) if len(key) == 1 else tuple_(*key).in_(some)
        result = await self.session.execute(
            delete(model).where(is_one).execution_options(synchronize_session=False)
        )
        return int(getattr(result, "rowcount", 0))
