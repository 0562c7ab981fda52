"""A job over a real database, interrupted in every way that needs no process."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.clock import Clock
from src.core.errors import Conflict, NotConfigured, Unavailable
from src.core.job_status import JobStatus
from src.core.tenancy import Principal, Role
from src.repositories.job import JobRepository
from src.services.credentials import ENDED_SIGN_IN
from src.services.jobs.handler import JobCancelled, JobOrder, JobProgress, StepStatus
from src.services.jobs.reconcile import JobReconcileService
from src.services.jobs.runner import MAX_TRIES, JobRunnerService
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.jobs import JobParts, Turn
from tests.support.rows import SampleRows
from tests.support.worker_parts import GROUP, LeaseLost

ME = Principal("u1", "me@example.com", GROUP, Role.ADMIN)


async def nothing(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
    return {}


async def test_job_that_ends_shows_its_steps_and_result(each_container: Container) -> None:
    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        await progress.step("count", StepStatus.RUNNING)
        await progress.step("count", StepStatus.DONE, "3 found")
        await progress.step("move", StepStatus.DONE)
        return {"moved": order.arguments["wanted"]}

    parts = await JobParts.make(each_container, work)
    id = await parts.start({"wanted": 3})
    assert (await parts.service.get(ME, id)).status is JobStatus.QUEUED
    await parts.runner().run_job(id, GROUP)
    job = await parts.service.get(ME, id)
    assert (job.status, job.result, job.error) == (JobStatus.DONE, {"moved": 3}, None)
    assert [(step.name, step.status, step.detail) for step in job.steps] == [
        ("count", "done", "3 found"),
        ("move", "done", ""),
    ]
    assert job.finished_at is not None and parts.handler.abandonments == []


async def test_job_of_a_lost_worker_goes_on_from_what_was_saved(each_container: Container) -> None:
    reached, seen = asyncio.Event(), []

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        seen.append((dict(progress.state), order.tries))
        if not progress.state:
            await progress.save({"done": 1})
            reached.set()
            await asyncio.Event().wait()
        return {}

    parts = await JobParts.make(each_container, work)
    id = await parts.start()
    lost = asyncio.create_task(parts.runner().run_job(id, GROUP))
    await reached.wait()
    await parts.runner().run_job(id, GROUP)
    assert seen == [({}, 0), ({"done": 1}, 0)]
    assert (await parts.stored(id)).status == JobStatus.DONE
    lost.cancel()


async def test_service_that_is_away_is_asked_again_with_growing_pauses(
    each_container: Container,
) -> None:
    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        if order.tries < 3:
            raise Unavailable("the store does not answer")
        return {}

    parts = await JobParts.make(each_container, work)
    id = await parts.start()
    for tries in range(3):
        await parts.runner().run_job(id, GROUP)
        job = await parts.service.get(ME, id)
        assert (job.status, job.tries) == (JobStatus.QUEUED, tries + 1)
        assert job.error is not None and job.error.code == "unavailable"
    await parts.runner().run_job(id, GROUP)
    assert parts.queue.turns == [Turn(id, 0, 0), Turn(id, 1, 2), Turn(id, 2, 4), Turn(id, 3, 8)]
    ended = await parts.service.get(ME, id)
    assert (ended.status, ended.error, ended.tries) == (JobStatus.DONE, None, 4)


async def test_service_that_stays_away_fails_the_job_after_all_tries(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.jobs.runner.MAX_TRIES", 2)

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        raise Unavailable("the store does not answer")

    parts = await JobParts.make(container, work)
    id = await parts.start()
    for _ in range(2):
        await parts.runner().run_job(id, GROUP)
    job = await parts.service.get(ME, id)
    message = "after 2 tries it was given up: the store does not answer"
    assert job.status is JobStatus.FAILED and job.error is not None
    assert job.error.message == message and parts.handler.abandonments == [message]
    assert MAX_TRIES > 200


@pytest.mark.parametrize(
    "error, code",
    [(NotConfigured("set a key"), "not-configured"), (ZeroDivisionError("secret"), "internal")],
)
async def test_failed_job_says_why_and_is_not_repeated(
    each_container: Container, error: Exception, code: str
) -> None:
    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        raise error

    parts = await JobParts.make(each_container, work)
    id = await parts.start(token=SecretStr("dapi"))
    await parts.runner().run_job(id, GROUP)
    job = await parts.service.get(ME, id)
    assert job.status is JobStatus.FAILED and job.error is not None and job.error.code == code
    assert "secret" not in job.error.message
    assert parts.handler.abandonments == [job.error.message] and len(parts.queue.turns) == 1
    assert (await parts.stored(id)).sealed_token is None


async def test_cancelled_job_is_stopped_and_its_reports_are_refused(
    each_container: Container,
) -> None:
    waiting, refused = asyncio.Event(), []

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        try:
            waiting.set()
            await asyncio.Event().wait()
        finally:
            try:
                await progress.save({"too": "late"})
            except JobCancelled:
                refused.append(True)
        return {}

    parts = await JobParts.make(each_container, work)
    id = await parts.start()
    runner = parts.runner()
    running = asyncio.create_task(runner.run_job(id, GROUP))
    await waiting.wait()
    cancelled = await parts.service.cancel(ME, id)
    assert cancelled.status is JobStatus.CANCELLED
    await runner.stop_ended()
    await running
    assert await parts.service.cancel(ME, id) == cancelled
    assert refused and parts.handler.abandonments == ["it was cancelled"]
    assert (await parts.service.get(ME, id)) == cancelled
    # Its last turn finds it cancelled, and says so once more.
    assert parts.queue.turns[-1] == Turn(id, 1, 0)
    await parts.runner().run_job(id, GROUP)
    assert parts.handler.abandonments[1:] == ["me@example.com cancelled it"]


async def test_job_that_waits_can_be_cancelled_and_one_that_ended_cannot(
    each_container: Container,
) -> None:
    parts = await JobParts.make(each_container, nothing)
    waiting, ended = await parts.start(), await parts.start()
    await parts.runner().run_job(ended, GROUP)
    await parts.service.cancel(ME, waiting)
    await parts.runner().run_job(waiting, GROUP)
    assert (await parts.stored(waiting)).status == JobStatus.CANCELLED
    with pytest.raises(Conflict, match="done already"):
        await parts.service.cancel(ME, ended)


async def test_worker_that_leaves_keeps_its_job_open_for_another(each_container: Container) -> None:
    reached, go_on, saved = asyncio.Event(), asyncio.Event(), []

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        if "done" not in progress.state:
            reached.set()
            await go_on.wait()
            await progress.save({"done": 1})
            saved.append("went on")
        return dict(progress.state)

    parts = await JobParts.make(each_container, work)
    id = await parts.start()
    leaving = parts.runner()
    running = asyncio.create_task(leaving.run_job(id, GROUP))
    await reached.wait()
    drained = asyncio.create_task(leaving.drain(20))
    go_on.set()
    await drained
    assert not running.done() and not saved
    await parts.runner().run_job(id, GROUP)
    assert (await parts.stored(id)).result == {"done": 1}
    running.cancel()


async def test_job_that_does_not_come_to_a_stop_is_cut_and_stays_open(container: Container) -> None:
    reached = asyncio.Event()

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        reached.set()
        await asyncio.Event().wait()
        return {}

    parts = await JobParts.make(container, work)
    id = await parts.start()
    leaving = parts.runner()
    running = asyncio.create_task(leaving.run_job(id, GROUP))
    await reached.wait()
    await leaving.drain(0.01)
    await asyncio.sleep(0)
    assert not running.done()
    assert (await parts.stored(id)).status == JobStatus.RUNNING
    running.cancel()


async def test_worker_that_was_declared_dead_writes_nothing(each_container: Container) -> None:
    parts = await JobParts.make(each_container, nothing)
    id = await parts.start()
    async with each_container.database.write() as uow:
        await uow.repo(SampleRows).end_leases()
    with pytest.raises(LeaseLost):
        await parts.runner().run_job(id, GROUP)
    assert (await parts.stored(id)).status == JobStatus.QUEUED


async def test_caller_s_token_is_there_as_long_as_it_is_valid(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    clock = MovableClock()
    seen: list[SecretStr | None] = []

    async def work(order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        seen.append(order.user_token)
        raise Unavailable("later")

    container = await make_container(settings_for(database_kind), clock)
    parts = await JobParts.make(container, work)
    id = await parts.start(token=SecretStr("dapi-of-ada"))
    await parts.runner().run_job(id, GROUP)
    assert "dapi-of-ada" not in str((await parts.stored(id)).sealed_token)
    clock.days += 2 / 24
    await parts.runner().run_job(id, GROUP)
    assert seen == [SecretStr("dapi-of-ada"), ENDED_SIGN_IN]


def later(clock: Clock, **time: float) -> Any:
    return clock.now() + timedelta(**time)


@pytest.mark.parametrize("began", [False, True])
@pytest.mark.parametrize("state", [None, "ended"])
async def test_job_that_lost_its_place_in_the_queue_gets_a_new_one(
    each_container: Container, began: bool, state: str | None
) -> None:
    parts = await JobParts.make(each_container, nothing)
    id = await parts.start()
    if began:
        async with each_container.database.write() as uow:
            await uow.repo(JobRepository).begin(GROUP, id, each_container.clock.now())
    if state is not None:
        parts.queue.states[f"{id}:0"] = state
    reconcile = JobReconcileService(each_container.database, parts.queue, each_container.clock)
    assert await reconcile.reconcile(later(each_container.clock, seconds=5)) == 1
    assert parts.queue.turns[1:] == [Turn(id, 1, 0)]
    parts.queue.states[f"{id}:1"] = "waiting"
    assert await reconcile.reconcile(later(each_container.clock, seconds=5)) == 0
    await parts.runner().run_job(id, GROUP)
    assert (await parts.stored(id)).status == JobStatus.DONE


async def test_job_that_the_run_engine_gave_up_fails(each_container: Container) -> None:
    parts = await JobParts.make(each_container, nothing)
    id = await parts.start()
    parts.queue.states[f"{id}:0"] = "broken"
    reconcile = JobReconcileService(each_container.database, parts.queue, each_container.clock)
    await reconcile.reconcile(later(each_container.clock, seconds=5))
    job = await parts.service.get(ME, id)
    assert job.status is JobStatus.FAILED and job.error is not None
    assert job.error.code == "job.lost"
    await parts.runner().run_job(id, GROUP)
    assert parts.handler.abandonments == [job.error.message]


async def test_kind_that_nobody_does_fails(container: Container) -> None:
    parts = await JobParts.make(container, nothing)
    runner = JobRunnerService(
        container.database,
        container.clock,
        parts.queue,
        container.settings.key_ring,
        {},
        parts.runner()._ownership,
    )
    id = await parts.start()
    await runner.run_job(id, GROUP)
    job = await parts.service.get(ME, id)
    assert job.error is not None and job.error.code == "not-available"


async def test_end_that_cannot_be_noted_is_noted_later(container: Container) -> None:
    parts = await JobParts.make(container, nothing)
    away = True

    async def abandoned(order: JobOrder, message: str) -> None:
        if away:
            raise Unavailable("the store does not answer")
        parts.handler.abandonments.append(message)

    setattr(parts.handler, "abandoned", abandoned)
    id = await parts.start()
    await parts.service.cancel(ME, id)
    await parts.runner().run_job(id, GROUP)
    assert parts.queue.turns[-1] == Turn(id, 2, 4)
    away = False
    await parts.runner().run_job(id, GROUP)
    assert parts.handler.abandonments == ["me@example.com cancelled it"]
    assert (await parts.stored(id)).status == JobStatus.CANCELLED
