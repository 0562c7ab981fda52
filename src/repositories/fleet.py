"""What workers ask across groups: who owns running work, and what lost its owner. Never behind a route."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.execution_status import ACTIVE, ExecutionStatus
from src.models.execution import Execution, WorkerLease
from src.repositories.flow import FLOW


@dataclass(frozen=True)
class ActiveExecution:
    id: str
    group_id: str
    segment: int
    status: ExecutionStatus
    priority: int
    quiet_since: datetime


class FleetRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def current_segments(self, ids: Collection[str]) -> dict[str, int]:
        """Execution id -> the segment that should run, for those that somebody should work on."""
        query = select(Execution.id, Execution.segment).where(
            Execution.id.in_(ids), Execution.status.in_(ACTIVE)
        )
        return {id: segment for id, segment in await self.session.execute(query)}

    async def newest_events(self, ids: Collection[str]) -> dict[str, int]:
        """Execution id -> sequence number of its newest event."""
        query = select(Execution.id, Execution.event_seq).where(Execution.id.in_(ids))
        return {id: seq for id, seq in await self.session.execute(query)}

    async def quiet_since(
        self, moment: datetime, limit: int, after: ActiveExecution | None = None
    ) -> list[ActiveExecution]:
        """Active executions in which nothing was written since then, longest silent first. Without flows,
        which are never in the queue themselves."""
        query = select(
            Execution.id,
            Execution.group_id,
            Execution.segment,
            Execution.status,
            Execution.priority,
            Execution.updated_at,
        ).where(Execution.status.in_(ACTIVE), Execution.updated_at < moment, Execution.kind != FLOW)
        if after is not None:
            place = tuple_(Execution.updated_at, Execution.id)
            # As parameters of the columns' own types: SQLite stores times without a zone.
            query = query.where(
                place
                > tuple_(
                    literal(after.quiet_since, Execution.updated_at.type),
                    literal(after.id, Execution.id.type),
                )
            )
        query = query.order_by(Execution.updated_at, Execution.id).limit(limit)
        return [
            ActiveExecution(id, group_id, segment, ExecutionStatus(status), priority, since)
            for id, group_id, segment, status, priority, since in await self.session.execute(query)
        ]

    async def has_lease(self, executor_id: str) -> bool:
        """False for a worker that a peer declared dead."""
        query = select(WorkerLease.executor_id).where(WorkerLease.executor_id == executor_id)
        return (await self.session.scalar(query)) is not None

    async def has_live_worker(self, now_s: float) -> bool:
        query = select(WorkerLease.executor_id).where(WorkerLease.expires_at > now_s).limit(1)
        return (await self.session.scalar(query)) is not None
