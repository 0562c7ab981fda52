"""Background jobs on real workers: killed, told to leave, cancelled, lost by the queue."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from src.bootstrap import Container
from src.core.tenancy import Principal, Role
from src.schemas.job import JobRead
from src.services.jobs.handler import JobKind
from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import Installation, Process, wait_until

GROUP = "00000000-0000-4000-8000-0000000000f1"
ME = Principal("u1", "me@example.com", GROUP, Role.ADMIN)
STEPS = ["one", "two", "three"]
LONG_LEASE = {"KASAL_LEASE_TTL_S": "600"}


class Jobs:
    """Starts jobs as a service of the API does, and reads them."""

    def __init__(self, kasal: Installation, effects: HttpRecorder) -> None:
        self._kasal = kasal
        self._effects = effects

    def worker(self, environment: dict[str, str] | None = None) -> Process:
        return self._kasal.start_worker({"KASAL_TEST_JOBS": "1", **(environment or {})})

    def start(self, steps: list[str] = STEPS) -> str:
        async def start(container: Container) -> str:
            async with container.database.write() as uow:
                row = await container.jobs.start(
                    uow,
                    group_id=GROUP,
                    kind=JobKind.MEMORY_MIGRATION,
                    subject_id=None,
                    arguments={"url": self._effects.url, "steps": steps},
                    created_by=ME.email,
                )
            return row.id

        return str(self._in_container(start))

    def get(self, id: str) -> JobRead:
        found = self._in_container(lambda container: container.jobs.get(ME, id))
        assert isinstance(found, JobRead)
        return found

    def cancel(self, id: str) -> None:
        self._in_container(lambda container: container.jobs.cancel(ME, id))

    def wait_for(self, id: str, status: str) -> JobRead:
        wait_until(lambda: self.get(id).status == status, 30, f"job is {status}")
        return self.get(id)

    def effects(self) -> list[str]:
        return [request.path for request in self._effects.received]

    def _in_container(self, use: Any) -> Any:
        async def run() -> Any:
            container = Container(self._kasal.settings)
            try:
                return await use(container)
            finally:
                await container.close()

        return asyncio.run(run())


@pytest.fixture
def jobs(kasal: Installation, effects: HttpRecorder) -> Iterator[Jobs]:
    yield Jobs(kasal, effects)


@pytest.fixture
def held(effects: HttpRecorder) -> Iterator[threading.Event]:
    """The second step hangs until this is set."""
    event = threading.Event()
    effects.answers["/two"] = Answer(wait_for=event)
    yield event
    event.set()


def test_job_of_a_killed_worker_goes_on_elsewhere(jobs: Jobs, held: threading.Event) -> None:
    worker = jobs.worker()
    id = jobs.start()
    wait_until(lambda: "/two" in jobs.effects(), 30, "the second step is under way")
    worker.kill()
    held.set()
    jobs.worker()
    job = jobs.wait_for(id, "done")
    # What had begun may take effect twice; what was saved does not.
    assert jobs.effects() == ["/one", "/two", "/two", "/three"]
    assert job.result == {"done": STEPS}
    assert [(step.name, step.status) for step in job.steps] == [(name, "done") for name in STEPS]


def test_worker_that_is_told_to_leave_hands_its_job_over(jobs: Jobs, held: threading.Event) -> None:
    leaving = jobs.worker(LONG_LEASE)
    id = jobs.start()
    wait_until(lambda: "/two" in jobs.effects(), 30, "the second step is under way")
    staying = jobs.worker(LONG_LEASE)
    leaving.send(signal.SIGTERM)
    leaving.wait_for_log("worker stopping")
    held.set()
    assert leaving.wait(90) == 0
    assert jobs.wait_for(id, "done").result == {"done": STEPS}
    assert jobs.effects() == ["/one", "/two", "/three"]
    assert "handed 1 run(s) over" in leaving.log
    assert f"({JobKind.MEMORY_MIGRATION}) is done" in staying.log


def test_cancelled_job_stops_at_once_and_its_handler_hears_of_it(
    jobs: Jobs, held: threading.Event
) -> None:
    jobs.worker()
    id = jobs.start()
    wait_until(lambda: "/two" in jobs.effects(), 30, "the second step is under way")
    jobs.cancel(id)
    wait_until(lambda: "/abandoned" in jobs.effects(), 60, "the handler hears of it")
    assert not held.is_set() and "/three" not in jobs.effects()
    assert jobs.get(id).status == "cancelled"


def test_job_that_is_cancelled_before_a_worker_took_it_is_not_run(jobs: Jobs) -> None:
    id = jobs.start()
    jobs.cancel(id)
    jobs.worker()
    wait_until(lambda: set(jobs.effects()) == {"/abandoned"}, 30, "the handler hears of it")


def test_jobs_of_one_group_do_not_fill_a_worker(jobs: Jobs, held: threading.Event) -> None:
    jobs.worker()
    ids = [jobs.start() for _ in range(4)]
    wait_until(lambda: jobs.effects().count("/two") == 2, 30, "two jobs hang")
    running = [id for id in ids if jobs.get(id).status == "running"]
    assert len(running) == 2
    held.set()
    for id in ids:
        jobs.wait_for(id, "done")
