"""Schedules and what became of their fire times. A tick looks over all groups; who wins one fires it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update

from src.core.execution_status import TERMINAL
from src.models.execution import Execution
from src.models.schedule import Schedule, ScheduleFiring
from src.repositories.base import GroupRepository

_QUEUE = "queue"


@dataclass(frozen=True)
class DueSchedule:
    id: str
    group_id: str
    name: str
    crew_id: str | None
    flow_id: str | None
    request: dict[str, Any]
    cron: str | None
    timezone: str
    overlap: str
    catch_up: str
    next_fire_at: datetime
    last_execution_id: str | None
    acts_for: str
    is_busy: bool
    """The run it started last has not ended."""


class ScheduleRepository(GroupRepository[Schedule]):
    model = Schedule
    noun = "schedule"

    async def due(self, now: datetime, limit: int) -> list[DueSchedule]:
        """Of all groups, the longest due first; without those that wait for their last run to end."""
        busy = exists().where(
            Execution.id == Schedule.last_execution_id,
            Execution.group_id == Schedule.group_id,
            Execution.status.not_in(TERMINAL),
        )
        query = (
            select(Schedule, busy)
            .where(Schedule.next_fire_at <= now, or_(Schedule.overlap != _QUEUE, ~busy))
            .order_by(Schedule.next_fire_at, Schedule.id)
            .limit(limit)
        )
        return [_due(row, is_busy) for row, is_busy in await self.session.execute(query)]

    async def advance(
        self,
        group_id: str,
        id: str,
        *,
        seen: datetime | None,
        to: datetime | None,
        values: dict[str, Any],
    ) -> bool:
        """Compare-and-set on the next fire time: False when another process was first."""
        statement = (
            update(Schedule)
            .where(Schedule.group_id == group_id, Schedule.id == id, Schedule.next_fire_at == seen)
            .values(next_fire_at=to, **values)
            .execution_options(synchronize_session=False)
        )
        result = await self.session.execute(statement)
        return getattr(result, "rowcount", 0) == 1

    async def add_firings(self, firings: Sequence[ScheduleFiring]) -> None:
        for firing in firings:
            # A schedule that was changed may come to a time that it had before.
            await self.session.merge(firing)
        await self.session.flush()

    async def firings(
        self, group_id: str, id: str, *, limit: int, before: datetime | None
    ) -> list[ScheduleFiring]:
        """Newest first."""
        query = select(ScheduleFiring).where(
            ScheduleFiring.group_id == group_id, ScheduleFiring.schedule_id == id
        )
        if before is not None:
            query = query.where(ScheduleFiring.fire_at < before)
        ordered = query.order_by(ScheduleFiring.fire_at.desc()).limit(limit)
        return list(await self.session.scalars(ordered))


def _due(row: Schedule, is_busy: bool) -> DueSchedule:
    assert row.next_fire_at is not None
    return DueSchedule(
        id=row.id,
        group_id=row.group_id,
        name=row.name,
        crew_id=row.crew_id,
        flow_id=row.flow_id,
        request=row.request,
        cron=row.cron,
        timezone=row.timezone,
        overlap=row.overlap,
        catch_up=row.catch_up,
        next_fire_at=row.next_fire_at,
        last_execution_id=row.last_execution_id,
        acts_for=row.acts_for,
        is_busy=is_busy,
    )
