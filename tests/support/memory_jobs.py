"""Set-ups of memory as a worker runs them: the real job runner and handlers, time that passes when told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from src.bootstrap import Container
from src.core.clock import Clock
from src.repositories.job import JobRepository
from src.schemas.job import JobRead
from src.services.jobs.handler import JobHandler, JobKind, JobOrder, JobProgress, StepStatus
from src.services.jobs.job import job_read
from src.services.jobs.runner import JobRunnerService
from src.services.memory.empty import MemoryEmptyHandler
from src.services.memory.setup import MemorySetupHandler
from src.services.runs.ownership import Ownership
from tests.support.jobs import RememberedQueue
from tests.support.rows import SampleRows
from tests.support.worker_parts import WORKER, FakeLease

Sleep = Callable[[float], Awaitable[None]]


class Killed(BaseException):
    """The process is gone: nothing behind this point was done."""


@dataclass
class DyingProgress:
    """Dies right behind the call number `dies_at`, which is stored."""

    inner: JobProgress
    dies_at: int
    calls: int = 0

    @property
    def state(self) -> Mapping[str, Any]:
        return self.inner.state

    async def save(self, state: Mapping[str, Any]) -> None:
        await self.inner.save(state)
        self._count()

    async def step(self, name: str, status: StepStatus, detail: str = "") -> None:
        await self.inner.step(name, status, detail)
        self._count()

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.dies_at:
            raise Killed


@dataclass
class DyingHandler:
    inner: JobHandler
    dies_at: int = 0

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        return await self.inner.run(order, DyingProgress(progress, self.dies_at))

    async def abandoned(self, order: JobOrder, message: str) -> None:
        await self.inner.abandoned(order, message)


@dataclass
class MemoryWorker:
    container: Container
    clock: Clock
    sleep: Sleep
    queue: RememberedQueue = field(default_factory=RememberedQueue)

    @classmethod
    async def make(cls, container: Container, clock: Clock, sleep: Sleep) -> "MemoryWorker":
        async with container.database.write() as uow:
            await uow.repo(SampleRows).lease(expires_at=0.0)
        return cls(container, clock, sleep)

    async def run(self, job: Mapping[str, Any], *, dies_at: int = 0) -> JobRead:
        """One turn of the job. Raises Killed when it died."""
        own = self.container
        setup = MemorySetupHandler(own.database, own.backend_access, self.clock, self.sleep)
        handlers: dict[JobKind, JobHandler] = {
            JobKind.MEMORY_SETUP: DyingHandler(setup, dies_at),
            JobKind.MEMORY_EMPTY: DyingHandler(
                MemoryEmptyHandler(own.database, own.backend_access), dies_at
            ),
        }
        runner = JobRunnerService(
            own.database,
            own.clock,
            self.queue,
            own.settings.key_ring,
            handlers,
            Ownership(WORKER, FakeLease()),
        )
        await runner.run_job(job["id"], job["group_id"])
        return await self.job(job)

    async def job(self, job: Mapping[str, Any]) -> JobRead:
        async with self.container.database.read() as uow:
            return job_read(await uow.repo(JobRepository).get(job["group_id"], job["id"]))
