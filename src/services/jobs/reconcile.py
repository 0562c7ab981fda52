"""No job stays open without an owner: compares our rows with what the queue knows."""

from datetime import datetime
from typing import Any, Protocol

from src.core.clock import Clock
from src.core.job_status import JobStatus
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.engines.base import JobQueue
from src.repositories.job import JobFleetRepository, JobRepository, OpenJob
from src.services.jobs.job import priority_of

log = get_logger(__name__)

_BATCH = 200


class JobQueueStates(JobQueue, Protocol):
    async def job_states(self, jobs: list[tuple[str, int]]) -> dict[str, str]:
        """Job id -> `waiting`, `running`, `ended` or `broken` of that turn; an unknown one is missing."""
        ...


class JobReconcileService:
    def __init__(self, database: Database, queue: JobQueueStates, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._after: OpenJob | None = None

    async def reconcile(self, quiet_since: datetime) -> int:
        """Looks at a batch of open jobs in which nothing was written since then; the next time goes on from
        there. Returns how many it mended."""
        async with self._database.read() as uow:
            quiet = await uow.repo(JobFleetRepository).quiet_since(quiet_since, _BATCH, self._after)
        self._after = quiet[-1] if len(quiet) == _BATCH else None
        if not quiet:
            return 0
        states = await self._queue.job_states([(job.id, job.turn) for job in quiet])
        lost = [job for job in quiet if states.get(job.id) not in ("waiting", "running")]
        for job in lost:
            await self._next_turn(job, given_up=states.get(job.id) == "broken")
        return len(lost)

    async def _next_turn(self, job: OpenJob, *, given_up: bool) -> None:
        """Queues it again, or, if the run engine gave it up, fails it; its handler hears of that in a last
        turn."""
        now, turn = self._clock.now(), job.turn + 1
        values: dict[str, Any] = {"status": JobStatus.QUEUED}
        if given_up:
            values = {
                "status": JobStatus.FAILED,
                "error_code": "job.lost",
                "error_message": (
                    "the worker was lost too often while this job ran; the workers' logs say why"
                ),
                "finished_at": now,
                "sealed_token": None,
            }
        async with self._database.write() as uow:
            moved = await uow.repo(JobRepository).change(
                job.group_id,
                job.id,
                (job.status,),
                now=now,
                in_try=job.tries,
                tries=turn,
                **values,
            )
            if not moved:
                return
            await self._queue.enqueue_job(
                uow,
                job_id=job.id,
                group_id=job.group_id,
                turn=turn,
                priority=priority_of(job.kind),
            )
        log.warning("job {} ({}) was lost: {}", job.id, job.kind, values["status"])
