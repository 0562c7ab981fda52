"""How the installation is, over all groups: for operators, who see numbers and neither names nor ids.

Every query reads what is open or recent through an index, however much has piled up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.execution_status import ACTIVE, ExecutionStatus
from src.core.job_status import OPEN, JobStatus
from src.models.approval import Approval
from src.models.execution import Execution, WorkerLease
from src.models.job import Job
from src.models.memory import MemoryWrite
from src.models.operations import Chore
from src.models.schedule import Schedule
from src.models.trigger import Webhook

RECENT = timedelta(hours=24)
"""How long a failed job counts as news."""
OPEN_STATUSES = (*sorted(ACTIVE), ExecutionStatus.WAITING_FOR_APPROVAL)


@dataclass(frozen=True)
class FleetReport:
    executions: dict[str, int]
    """By status; those that have not ended."""
    oldest_queued_at: datetime | None
    jobs: dict[tuple[str, str], int]
    """By kind and status: queued, running, and failed within a day."""
    oldest_queued_job_at: datetime | None
    lease_ends_s: tuple[float, ...]
    """Of each worker, in seconds since the epoch."""
    approvals: int
    memory_writes: dict[str, int]
    """By status; those that are not saved."""
    paused_schedules: int
    """By the system, not by people."""
    disabled_webhooks: int
    """By the system, not by people."""
    chores_done_at: dict[str, datetime]


class FleetReportRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def report(self, now: datetime) -> FleetReport:
        return FleetReport(
            executions=await self._executions(),
            oldest_queued_at=await self._oldest_queued(),
            jobs=await self._jobs(now),
            oldest_queued_job_at=await self._oldest_queued_job(),
            lease_ends_s=tuple(await self.session.scalars(select(WorkerLease.expires_at))),
            approvals=await self._count(Approval, Approval.status == "pending"),
            memory_writes=await self._memory_writes(),
            paused_schedules=await self._count(Schedule, Schedule.paused_because.is_not(None)),
            disabled_webhooks=await self._count(Webhook, Webhook.disabled_because.is_not(None)),
            chores_done_at=await self._chores(),
        )

    async def _executions(self) -> dict[str, int]:
        query = (
            select(Execution.status, func.count())
            .where(Execution.status.in_(OPEN_STATUSES))
            .group_by(Execution.status)
        )
        found = {status: number for status, number in await self.session.execute(query)}
        return {str(status): found.get(status, 0) for status in OPEN_STATUSES}

    async def _oldest_queued(self) -> datetime | None:
        # Nothing is written in a run that waits, so this is when it was queued.
        query = select(func.min(Execution.updated_at)).where(
            Execution.status == ExecutionStatus.PENDING, Execution.kind == "crew"
        )
        return await self.session.scalar(query)

    async def _jobs(self, now: datetime) -> dict[tuple[str, str], int]:
        counted = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
        open_jobs = counted.where(Job.status.in_(OPEN))
        failed = counted.where(Job.status == JobStatus.FAILED, Job.updated_at > now - RECENT)
        return {
            (kind, status): number
            for query in (open_jobs, failed)
            for kind, status, number in await self.session.execute(query)
        }

    async def _oldest_queued_job(self) -> datetime | None:
        query = select(func.min(Job.updated_at)).where(Job.status == JobStatus.QUEUED)
        return await self.session.scalar(query)

    async def _memory_writes(self) -> dict[str, int]:
        query = (
            select(MemoryWrite.status, func.count())
            .where(MemoryWrite.status != "saved")
            .group_by(MemoryWrite.status)
        )
        found = {status: number for status, number in await self.session.execute(query)}
        return {"pending": 0, "failed": 0, **found}

    async def _chores(self) -> dict[str, datetime]:
        query = select(Chore.name, Chore.done_at).where(Chore.done_at.is_not(None))
        return {name: at for name, at in await self.session.execute(query) if at is not None}

    async def _count(self, model: type, condition: object) -> int:
        query = select(func.count()).select_from(model).where(condition)  # type: ignore[arg-type]
        return await self.session.scalar(query) or 0
