"""What a worker does when a process, a tool or an answer is lost, without starting a process."""

import asyncio
import sys
import threading
from collections.abc import Callable

import pytest

from src.bootstrap import Container
from src.core.events import EngineEvent, EventType
from src.core.execution_status import ExecutionStatus
from src.engines.base import RunScope, Segment
from src.repositories.execution import ExecutionRepository
from src.repositories.fleet import FleetRepository
from src.services.executions.reconcile import ReconcileService
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.ownership import Ownership
from src.services.runs.run import MAX_LOST_ATTEMPTS, SUSPECT_AFTER
from src.worker.watch import reconcile
from tests.support.rows import SampleRows
from tests.support.worker_parts import (
    GROUP,
    NOW,
    FakeLease,
    LeaseLost,
    WorkerParts,
    end_run,
    events_of,
    lost_answer,
    store_run,
    stored,
)

SOON_S = 10.0


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not condition():  # noqa: ASYNC110  # what threads do has no event on this loop
            await asyncio.sleep(0.01)


async def lose_attempts(container: Container, segment: Segment, key: str, times: int) -> None:
    """As workers do that die while the task runs: each claims it and is never heard of again."""
    started, never = threading.Event(), threading.Event()

    def work(run: RunScope, key: str) -> str:
        started.set()
        never.wait(SOON_S)
        return "too late"

    for _ in range(times):
        parts = await WorkerParts.make(container, work)
        await parts.runs.prepare(segment)
        started.clear()
        lost = asyncio.create_task(parts.runs.run_task(segment, key))
        await eventually(started.is_set)
        lost.cancel()
        await asyncio.wait({lost})
    never.set()


async def test_task_that_takes_its_worker_down_every_time_is_given_up(
    each_container: Container,
) -> None:
    segment = await store_run(each_container, "bomb")
    await lose_attempts(each_container, segment, "bomb", MAX_LOST_ATTEMPTS)
    parts = await WorkerParts.make(each_container)
    await parts.runs.prepare(segment)

    assert await parts.runs.run_task(segment, "bomb") is False
    run = await stored(each_container, segment)
    assert (run.status, run.error_code) == ("FAILED", "task.lost")
    assert "lost 10 times" in (run.error_message or "")


async def test_tasks_that_were_lost_often_run_one_at_a_time(container: Container) -> None:
    """Else those that run beside the culprit reach the limit with it."""
    segments = [await store_run(container, "a") for _ in range(2)]
    for segment in segments:
        await lose_attempts(container, segment, "a", SUSPECT_AFTER)
    begun: list[str] = []
    go_on = threading.Event()

    def work(run: RunScope, key: str) -> str:
        begun.append(run.execution_id)
        go_on.wait(SOON_S)
        return "done"

    parts = await WorkerParts.make(container, work)
    fresh = await store_run(container, "a")
    for segment in [*segments, fresh]:
        await parts.runs.prepare(segment)
    running = [
        asyncio.create_task(parts.runs.run_task(segment, "a")) for segment in [*segments, fresh]
    ]
    await eventually(lambda: len(begun) == 2)
    assert begun == [segments[0].execution_id, fresh.execution_id]
    go_on.set()
    assert await asyncio.gather(*running) == [True, True, True]


async def test_tool_that_never_returns_keeps_neither_slot_nor_process(
    each_container: Container,
) -> None:
    started, never = threading.Event(), threading.Event()

    def work(run: RunScope, key: str) -> str:
        started.set()
        never.wait(60)
        return "too late"

    parts = await WorkerParts.make(each_container, work)
    segment = await store_run(each_container, "a")
    await parts.runs.prepare(segment)
    running = asyncio.create_task(parts.runs.run_task(segment, "a"))
    await eventually(started.is_set)
    await end_run(each_container, segment, ExecutionStatus.CANCELLED)
    await parts.runs.stop_ended()

    assert await asyncio.wait_for(running, SOON_S) is False
    assert parts.threads.blocked == 1
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "crew")
    never.set()
    await eventually(lambda: parts.threads.blocked == 0)


async def test_run_that_begins_while_cancellations_are_looked_up_goes_on(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = asyncio.Event(), threading.Event()
    look_up = FleetRepository.current_segments

    async def look_up_slowly(fleet: FleetRepository, ids: set[str]) -> dict[str, int]:
        found = await look_up(fleet, ids)
        asked.set()
        await eventually(lambda: parts.threads.running == 2)
        return found

    def work(run: RunScope, key: str) -> str:
        go_on.wait(SOON_S)
        return "done"

    monkeypatch.setattr(FleetRepository, "current_segments", look_up_slowly)
    parts = await WorkerParts.make(container, work)
    segments = [await store_run(container, "a") for _ in range(2)]
    for segment in segments:
        await parts.runs.prepare(segment)
    first = asyncio.create_task(parts.runs.run_task(segments[0], "a"))
    await eventually(lambda: parts.threads.running == 1)
    looking = asyncio.create_task(parts.runs.stop_ended())
    await asked.wait()
    second = asyncio.create_task(parts.runs.run_task(segments[1], "a"))
    await looking
    go_on.set()
    assert await asyncio.gather(first, second) == [True, True]


async def test_many_blocked_tools_ask_for_a_fresh_process() -> None:
    threads, never = EngineThreads(most_blocked=2), threading.Event()
    for count in range(3):
        assert not threads.is_crowded.is_set(), count
        threads.abandon(threads.start(never.wait))
    assert threads.is_crowded.is_set()
    never.set()


@pytest.mark.parametrize("stop", [lambda: sys.exit(3), lambda: next(iter(()))])
async def test_crew_that_exits_ends_its_run_and_not_the_worker(
    container: Container, stop: Callable[[], str]
) -> None:
    parts = await WorkerParts.make(container, lambda run, key: stop())
    segment = await store_run(container, "a")
    await parts.runs.prepare(segment)
    assert await parts.runs.run_task(segment, "a") is False
    run = await stored(container, segment)
    assert (run.status, run.error_code) == ("FAILED", "internal")


async def test_worker_declared_dead_stores_neither_results_nor_events(
    each_container: Container,
) -> None:
    dead = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(run: RunScope, key: str) -> str:
        asyncio.run_coroutine_threadsafe(_end_leases(each_container), loop).result(SOON_S)
        run.emit(EventType.LOG, {"message": "from the dead"})
        loop.call_soon_threadsafe(dead.set)
        return "from the dead"

    parts = await WorkerParts.make(each_container, work)
    segment = await store_run(each_container, "a")
    await parts.runs.prepare(segment)
    with pytest.raises(LeaseLost):
        await parts.runs.run_task(segment, "a")
    with pytest.raises(LeaseLost):
        await parts.writer.flush()
    assert dead.is_set()
    types = [event.type for event in await events_of(each_container, segment)]
    assert types == ["execution_started", "task_started"]


async def _end_leases(container: Container) -> None:
    async with container.database.write() as uow:
        await uow.repo(SampleRows).end_leases()


async def test_call_waits_until_the_lease_is_proven() -> None:
    lease, cancelled = FakeLease(held=False), threading.Event()
    ownership = Ownership("w1", lease)
    waiting = asyncio.create_task(asyncio.to_thread(ownership.wait, cancelled))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    lease.held = True
    await asyncio.wait_for(waiting, SOON_S)
    lease.held = False
    cancelled.set()
    await asyncio.wait_for(asyncio.to_thread(ownership.wait, cancelled), SOON_S)


async def test_task_of_an_older_segment_is_refused(each_container: Container) -> None:
    """A retry on the same worker has begun while the cancelled attempt still runs."""
    go_on = threading.Event()

    def work(run: RunScope, key: str) -> str:
        go_on.wait(SOON_S)
        return "old"

    parts = await WorkerParts.make(each_container, work)
    old = await store_run(each_container, "a")
    await parts.runs.prepare(old)
    running = asyncio.create_task(parts.runs.run_task(old, "a"))
    await eventually(lambda: parts.threads.running == 1)
    async with each_container.database.write() as uow:
        await uow.repo(ExecutionRepository).next_segment(GROUP, old.execution_id, 1, NOW)
    go_on.set()

    assert await running is False
    new = Segment(old.execution_id, GROUP, 2)
    assert await parts.runs.prepare(old) == []
    assert await parts.runs.prepare(new) == [["a"]]
    assert await parts.runs.run_task(new, "a") is True
    await parts.runs.finish(new)
    assert (await stored(each_container, new)).status == "COMPLETED"


async def test_result_whose_commit_was_not_answered_counts(container: Container) -> None:
    """The commit took place, but the connection broke before it said so: the write is repeated."""
    parts = await WorkerParts.make(container)
    segment = await store_run(container, "a")
    await parts.runs.prepare(segment)
    with lost_answer(after_commits=1):
        assert await parts.runs.run_task(segment, "a") is True
    await parts.runs.finish(segment)
    assert (await stored(container, segment)).status == "COMPLETED"
    types = [event.type for event in await events_of(container, segment)]
    assert types.count("task_completed") == 1


async def test_event_that_cannot_be_stored_does_not_keep_others_back(
    each_container: Container,
) -> None:
    parts = await WorkerParts.make(each_container)
    segment = await store_run(each_container, "a")
    for said in ("one", object(), "two", "three"):
        parts.writer.emit(
            EngineEvent(segment.execution_id, GROUP, EventType.LOG, NOW, "s", {"message": said})
        )
    await parts.writer.flush()
    events = await events_of(each_container, segment)
    assert [(event.seq, event.data["message"]) for event in events] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]


class _Waiting:
    """services.executions.reconcile.QueueStates: everything waits, but for some that nobody knows."""

    def __init__(self, *lost: str) -> None:
        self.queued: list[str] = []
        self._lost = lost

    async def states(self, executions: list[tuple[str, int]]) -> dict[str, str]:
        return {id: "waiting" for id, _ in executions if id not in self._lost}

    async def enqueue(
        self, uow: object, *, execution_id: str, segment: int, group_id: str, priority: int
    ) -> None:
        self.queued.append(execution_id)

    async def cancel(self, execution_id: str, segment: int) -> None: ...

    async def forget(self, execution_id: str, segments: int) -> None: ...


class _Broken(_Waiting):
    asked = 0

    async def states(self, executions: list[tuple[str, int]]) -> dict[str, str]:
        self.asked += 1
        raise LookupError("a fault of ours")


async def test_chore_that_fails_is_tried_again(container: Container) -> None:
    queue = _Broken()
    service = ReconcileService(container.database, queue, container.clock, container.endings)
    await store_run(container, "a")
    chore = asyncio.create_task(reconcile([service], container.clock, lease_ttl_s=0.01))
    await eventually(lambda: queue.asked >= 2)
    assert not chore.done()
    chore.cancel()


async def test_long_queue_does_not_hide_a_lost_run(
    each_container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.executions.reconcile._BATCH", 3)
    runs = [await store_run(each_container, "a") for _ in range(20)]
    queue = _Waiting(runs[-1].execution_id)
    service = ReconcileService(
        each_container.database, queue, each_container.clock, each_container.endings
    )
    mended = [await service.reconcile(each_container.clock.now()) for _ in range(2)]
    assert mended == [0, 1]
    assert queue.queued == [runs[-1].execution_id]
