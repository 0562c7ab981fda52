"""What a group may use, and what it has used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import VersionConflict
from src.core.events import Usage
from src.core.execution_status import ExecutionStatus
from src.models.execution import Execution
from src.models.limit import GroupLimit, MonthlyUsage
from src.repositories.upsert import upsert

_RUNNING = (ExecutionStatus.PREPARING, ExecutionStatus.RUNNING)


@dataclass(frozen=True)
class Standing:
    """A group's limits, and where it stands today. None is the installation's default."""

    max_running: int | None
    max_queued: int | None
    monthly_usd: float | None
    monthly_tokens: int | None
    keep_executions_days: int | None
    keep_events_days: int | None
    version: int
    """0 as long as nobody has set any."""
    used: Usage
    """Of this month."""
    queued: int
    running: int


class GroupLimitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def standing(self, group_id: str, now: datetime) -> Standing:
        limit = select(GroupLimit).where(GroupLimit.group_id == group_id).subquery()
        used = (
            select(MonthlyUsage)
            .where(MonthlyUsage.group_id == group_id, MonthlyUsage.month == month_of(now))
            .subquery()
        )
        # One row whether there are limits or not.
        one = select(func.count().label("one")).select_from(select(1).subquery()).subquery()
        query = (
            select(
                limit,
                used,
                _count(group_id, (ExecutionStatus.PENDING,)).label("queued"),
                _count(group_id, _RUNNING).label("running"),
            )
            .select_from(one)
            .outerjoin(limit, limit.c.group_id == group_id)
            .outerjoin(used, used.c.group_id == group_id)
        )
        row = (await self.session.execute(query)).one()
        return Standing(
            row.max_running,
            row.max_queued,
            row.monthly_usd,
            row.monthly_tokens,
            row.keep_executions_days,
            row.keep_events_days,
            row.version or 0,
            Usage(
                row.prompt_tokens or 0,
                row.completion_tokens or 0,
                row.llm_calls or 0,
                row.cost_usd or 0.0,
            ),
            row.queued,
            row.running,
        )

    async def budget(self, group_id: str) -> tuple[float | None, int | None]:
        """USD and tokens a month."""
        query = select(GroupLimit.monthly_usd, GroupLimit.monthly_tokens).where(
            GroupLimit.group_id == group_id
        )
        row = (await self.session.execute(query)).one_or_none()
        return (None, None) if row is None else (row[0], row[1])

    async def used(self, group_id: str, now: datetime) -> Usage:
        """This month."""
        query = select(
            MonthlyUsage.prompt_tokens,
            MonthlyUsage.completion_tokens,
            MonthlyUsage.llm_calls,
            MonthlyUsage.cost_usd,
        ).where(MonthlyUsage.group_id == group_id, MonthlyUsage.month == month_of(now))
        row = (await self.session.execute(query)).one_or_none()
        return Usage() if row is None else Usage(*row)

    async def add_usage(self, group_id: str, usage: Usage, now: datetime) -> None:
        """Late in a transaction: until its end nobody else of the group can add."""
        added = {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "llm_calls": usage.llm_calls,
            "cost_usd": usage.cost_usd or 0.0,
        }
        sums = {name: getattr(MonthlyUsage, name) + value for name, value in added.items()}
        await self.session.execute(
            upsert(self.session, MonthlyUsage)
            .values(group_id=group_id, month=month_of(now), **added)
            .on_conflict_do_update(index_elements=["group_id", "month"], set_=sums)
        )

    async def set(
        self,
        group_id: str,
        values: Mapping[str, Any],
        *,
        now: datetime,
        expected_version: int | None,
    ) -> None:
        """Raises VersionConflict when somebody else was faster."""
        seen = () if expected_version is None else (GroupLimit.version == expected_version,)
        changed = await self.session.execute(
            update(GroupLimit)
            .where(GroupLimit.group_id == group_id, *seen)
            .values(**values, version=GroupLimit.version + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        if getattr(changed, "rowcount", 0) == 1:
            return
        try:
            if expected_version:
                raise _changed(expected_version)
            row = {"group_id": group_id, "version": 1, "updated_at": now, **values}
            await self.session.execute(insert(GroupLimit), [row])
        except IntegrityError as exc:
            raise _changed(0) from exc

    async def started_since(self, group_id: str, moment: datetime) -> int:
        """Runs that left the queue since then."""
        query = select(func.count()).where(
            Execution.group_id == group_id, Execution.started_at >= moment
        )
        return int(await self.session.scalar(query) or 0)


def month_of(moment: datetime) -> str:
    return moment.strftime("%Y-%m")


def month_after(moment: datetime) -> datetime:
    """When the next month begins."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _count(group_id: str, statuses: tuple[ExecutionStatus, ...]) -> Any:
    return (
        select(func.count())
        .where(Execution.group_id == group_id, Execution.status.in_(statuses))
        .scalar_subquery()
    )


def _changed(expected_version: int) -> VersionConflict:
    return VersionConflict(
        f"the limits are no longer at version {expected_version}; read them again and repeat the change"
    )
