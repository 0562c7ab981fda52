"""Background jobs. Every change is a compare-and-set on the status, so a job that ended stays as it ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.job_status import OPEN, JobStatus
from src.models.job import Job
from src.repositories.base import GroupRepository


class JobRepository(GroupRepository[Job]):
    model = Job
    noun = "job"

    async def find(self, group_id: str, id: str) -> Job | None:
        return await self.session.scalar(self.visible(group_id).where(Job.id == id))

    async def lock(self, group_id: str, id: str) -> Job:
        """Until the unit of work ends nobody else changes it."""
        query = self.visible(group_id).where(Job.id == id).with_for_update()
        row: Job | None = await self.session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise self._missing(id)
        return row

    async def open_about(self, group_id: str, subject_id: str) -> list[Job]:
        """Those of a subject that have not ended, oldest first."""
        query = self.visible(group_id).where(Job.subject_id == subject_id, Job.status.in_(OPEN))
        return list(await self.session.scalars(query.order_by(Job.id)))

    async def is_to_come(self, group_id: str, kind: str, subject_id: str) -> bool:
        """Whether one that nobody has begun yet will see what this unit of work commits: until then it is
        kept from beginning. One that waits to be tried again does not count."""
        query = (
            select(Job.id)
            .where(
                Job.group_id == group_id,
                Job.subject_id == subject_id,
                Job.kind == kind,
                Job.status == JobStatus.QUEUED,
                Job.tries == 0,
            )
            .limit(1)
            .with_for_update(read=True)
        )
        return await self.session.scalar(query) is not None

    async def forget_done(self, group_id: str, kind: str, subject_id: str) -> None:
        """For kinds of which there are thousands about one subject."""
        await self.session.execute(
            delete(Job).where(
                Job.group_id == group_id,
                Job.subject_id == subject_id,
                Job.kind == kind,
                Job.status == JobStatus.DONE,
            )
        )

    async def begin(self, group_id: str, id: str, now: datetime) -> Job | None:
        """Moves it to running; None when it is gone or has ended. What a lost worker left running goes on
        as the same try."""
        for only_from, tries in ((JobStatus.QUEUED, Job.tries + 1), (JobStatus.RUNNING, Job.tries)):
            statement = (
                update(Job)
                .where(Job.group_id == group_id, Job.id == id, Job.status == only_from)
                .values(status=JobStatus.RUNNING, tries=tries, updated_at=now)
                .values(version=Job.version + 1)
                .returning(Job)
                .execution_options(synchronize_session=False, populate_existing=True)
            )
            row: Job | None = await self.session.scalar(statement)
            if row is not None:
                return row
        return None

    async def change(
        self,
        group_id: str,
        id: str,
        only_from: Collection[JobStatus],
        *,
        now: datetime,
        in_try: int | None = None,
        **values: Any,
    ) -> bool:
        """False when it is gone, in another status, or, where `in_try` is given, in another try."""
        same_try = () if in_try is None else (Job.tries == in_try,)
        result = await self.session.execute(
            update(Job)
            .where(Job.group_id == group_id, Job.id == id, Job.status.in_(only_from), *same_try)
            .values(**values, updated_at=now, version=Job.version + 1)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1


def about(subject_id: str | None) -> Sequence[ColumnElement[bool]]:
    """Condition for a list."""
    return () if subject_id is None else (Job.subject_id == subject_id,)


def of_kind(kind: str) -> Sequence[ColumnElement[bool]]:
    """Condition for a list."""
    return (Job.kind == kind,)


@dataclass(frozen=True)
class OpenJob:
    id: str
    group_id: str
    kind: str
    status: JobStatus
    tries: int
    quiet_since: datetime

    @property
    def turn(self) -> int:
        """Which of its entries in the queue is the current one."""
        return self.tries if self.status is JobStatus.QUEUED else self.tries - 1


def open_job(row: Job) -> OpenJob:
    status = JobStatus(row.status)
    return OpenJob(row.id, row.group_id, row.kind, status, row.tries, row.updated_at)


class JobFleetRepository:
    """What workers ask across groups. Never behind a route."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def running(self, ids: Collection[str]) -> set[str]:
        """Those that somebody should work on."""
        query = select(Job.id).where(Job.id.in_(ids), Job.status == JobStatus.RUNNING)
        return set(await self.session.scalars(query))

    async def quiet_since(
        self, moment: datetime, limit: int, after: OpenJob | None = None
    ) -> list[OpenJob]:
        """Open jobs in which nothing was written since then, longest silent first."""
        query = select(Job.id, Job.group_id, Job.kind, Job.status, Job.tries, Job.updated_at).where(
            Job.status.in_(OPEN), Job.updated_at < moment
        )
        if after is not None:
            # As parameters of the columns' own types: SQLite stores times without a zone.
            place = (
                literal(after.quiet_since, Job.updated_at.type),
                literal(after.id, Job.id.type),
            )
            query = query.where(tuple_(Job.updated_at, Job.id) > tuple_(*place))
        rows = await self.session.execute(query.order_by(Job.updated_at, Job.id).limit(limit))
        return [
            OpenJob(id, group_id, kind, JobStatus(status), tries, since)
            for id, group_id, kind, status, tries, since in rows
        ]
