"""Jobs without a worker process: the real runner over a real database, with a queue that only remembers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from src.bootstrap import Container
from src.core.unit_of_work import UnitOfWork
from src.models.job import Job
from src.repositories.job import JobRepository
from src.services.jobs.handler import JobKind, JobOrder, JobProgress
from src.services.jobs.job import JobService
from src.services.jobs.runner import JobRunnerService
from src.services.runs.ownership import Ownership
from tests.support.rows import SampleRows
from tests.support.worker_parts import GROUP, WORKER, FakeLease

Work = Callable[[JobOrder, JobProgress], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Turn:
    job_id: str
    turn: int
    after_s: float


@dataclass
class RememberedQueue:
    """engines.base.JobQueue"""

    turns: list[Turn] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    async def enqueue_job(
        self,
        uow: UnitOfWork,
        *,
        job_id: str,
        group_id: str,
        turn: int,
        priority: int,
        after_s: float = 0.0,
    ) -> None:
        self.turns.append(Turn(job_id, turn, after_s))

    async def job_states(self, jobs: list[tuple[str, int]]) -> dict[str, str]:
        wanted = {f"{id}:{turn}": id for id, turn in jobs}
        return {wanted[name]: state for name, state in self.states.items() if name in wanted}


@dataclass
class FunctionJob:
    """services.jobs.handler.JobHandler made of one function."""

    work: Work
    abandonments: list[str] = field(default_factory=list)

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        return await self.work(order, progress)

    async def abandoned(self, order: JobOrder, message: str) -> None:
        self.abandonments.append(message)


@dataclass
class JobParts:
    container: Container
    handler: FunctionJob
    lease: FakeLease
    queue: RememberedQueue = field(default_factory=RememberedQueue)

    @classmethod
    async def make(cls, container: Container, work: Work) -> "JobParts":
        async with container.database.write() as uow:
            await uow.repo(SampleRows).lease(expires_at=0.0)
        return cls(container, FunctionJob(work), FakeLease())

    def runner(self) -> JobRunnerService:
        """That of a new worker process."""
        return JobRunnerService(
            self.container.database,
            self.container.clock,
            self.queue,
            self.container.settings.key_ring,
            {JobKind.MEMORY_MIGRATION: self.handler},
            Ownership(WORKER, self.lease),
        )

    @property
    def service(self) -> JobService:
        own = self.container
        return JobService(own.database, own.cursors, own.clock, self.queue, own.settings.key_ring)

    async def start(
        self, arguments: Mapping[str, Any] | None = None, token: SecretStr | None = None
    ) -> str:
        async with self.container.database.write() as uow:
            row = await self.service.start(
                uow,
                group_id=GROUP,
                kind=JobKind.MEMORY_MIGRATION,
                subject_id=None,
                arguments=arguments or {},
                created_by="me@example.com",
                user_token=token,
            )
            return row.id

    async def stored(self, id: str) -> Job:
        async with self.container.database.read() as uow:
            return await uow.repo(JobRepository).get(GROUP, id)
