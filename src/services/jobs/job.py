"""Background jobs as clients and other services see them: start, read, cancel."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from src.core import ids
from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict
from src.core.job_status import OPEN, QUICK, JobStatus
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.engines.base import JobQueue
from src.models.job import Job
from src.repositories.job import JobRepository, about, open_job
from src.repositories.sealed_column import JOB_TOKEN
from src.schemas.common import ErrorRead, Page
from src.schemas.job import JobRead, JobStepRead
from src.services.base import page_of, read_cursor
from src.services.jobs.handler import JobKind

_FORWARDED_TOKEN_LIFE = timedelta(hours=1)
"""Databricks OAuth tokens live for an hour (docs.databricks.com, 2026-08)."""
_PRIORITIES = {JobKind.FLOW_ADVANCE: QUICK, JobKind.WEBHOOK: 3, JobKind.KNOWLEDGE_DOCUMENT: 5}
"""Documents come by the hundred, and a webhook may take its time to answer: the rest of the group goes first."""
_USUAL_PRIORITY = 1


def priority_of(kind: str) -> int:
    return next((number for one, number in _PRIORITIES.items() if one == kind), _USUAL_PRIORITY)


class JobService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        queue: JobQueue,
        key_ring: KeyRing,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._queue = queue
        self._key_ring = key_ring

    async def start(
        self,
        uow: UnitOfWork,
        *,
        group_id: str,
        kind: JobKind,
        subject_id: str | None,
        arguments: Mapping[str, Any],
        created_by: str,
        user_token: SecretStr | None = None,
    ) -> Job:
        """Stores the job and queues it in the caller's transaction. Workers act with `user_token`, the
        caller's forwarded Databricks token, as long as it is valid."""
        now, id = self._clock.now(), ids.new()
        place = JOB_TOKEN.place(group_id, id)
        row = Job(
            id=id,
            group_id=group_id,
            kind=kind,
            subject_id=subject_id,
            status=JobStatus.QUEUED,
            arguments=dict(arguments),
            state={},
            steps=[],
            tries=0,
            created_by=created_by,
            sealed_token=self._key_ring.seal(user_token, place) if user_token else None,
            token_expires_at=now + _FORWARDED_TOKEN_LIFE if user_token else None,
            created_at=now,
            updated_at=now,
            version=1,
        )
        await uow.repo(JobRepository).add(row)
        await self._queue.enqueue_job(
            uow, job_id=id, group_id=group_id, turn=0, priority=priority_of(kind)
        )
        return row

    async def list(
        self, principal: Principal, paging: Paging, subject_id: str | None
    ) -> Page[JobRead]:
        scope = ListScope(principal.group_id, "jobs", (("subject", subject_id),))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(JobRepository).page(
                principal.group_id, limit=paging.limit + 1, before=before, where=about(subject_id)
            )
        return page_of(rows, paging.limit, job_read, lambda row: row.id, self._cursors, scope)

    async def get(self, principal: Principal, id: str) -> JobRead:
        async with self._database.read() as uow:
            return job_read(await uow.repo(JobRepository).get(principal.group_id, id))

    async def cancel(self, principal: Principal, id: str) -> JobRead:
        """At once, whatever the worker does: what it still reports is refused. Repeating it is harmless."""
        async with self._database.write() as uow:
            message = f"{principal.email} cancelled it"
            stopped = await self.stop(uow, group_id=principal.group_id, id=id, message=message)
            row = await uow.repo(JobRepository).get(principal.group_id, id)
        if not stopped and row.status != JobStatus.CANCELLED:
            raise Conflict(f"this job is {row.status} already; there is nothing to cancel")
        return job_read(row)

    async def stop(self, uow: UnitOfWork, *, group_id: str, id: str, message: str) -> bool:
        """Cancels a job in the caller's transaction; False when it has ended. A last turn tells its handler."""
        jobs = uow.repo(JobRepository)
        row = await jobs.lock(group_id, id)
        if row.status not in OPEN:
            return False
        turn = open_job(row).turn + 1
        now = self._clock.now()
        await jobs.change(
            group_id,
            id,
            OPEN,
            now=now,
            status=JobStatus.CANCELLED,
            tries=turn,
            error_code="cancelled",
            error_message=message,
            finished_at=now,
            sealed_token=None,
        )
        await self._queue.enqueue_job(
            uow, job_id=id, group_id=group_id, turn=turn, priority=_USUAL_PRIORITY
        )
        return True


def job_read(row: Job) -> JobRead:
    return JobRead(
        id=row.id,
        group_id=row.group_id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        kind=row.kind,
        subject_id=row.subject_id,
        status=JobStatus(row.status),
        tries=row.tries,
        steps=[JobStepRead.model_validate(step) for step in row.steps],
        result=row.result,
        error=ErrorRead.stored(row.error_code, row.error_message),
        created_by=row.created_by,
        finished_at=row.finished_at,
    )
