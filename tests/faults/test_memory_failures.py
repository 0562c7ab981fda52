"""What becomes of a crew's memory when its store, its model or its worker fails; the run goes on."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from sqlalchemy import select

from src.bootstrap import Container
from src.core.cursor import Paging
from src.core.errors import Invalid, NotFound, Unavailable
from src.core.execution_status import ExecutionStatus
from src.core.job_status import JobStatus
from src.core.tenancy import Principal, Role
from src.engines.base import RunScope, Segment
from src.memory.plan import MemoryPlan
from src.memory.records import Lessons
from src.models.execution import ExecutionEvent
from src.models.job import Job
from src.models.memory import MemoryWrite
from src.repositories.memory import MemoryWriteRepository
from src.schemas.execution import RetryRequest
from src.services.jobs.handler import JobKind, JobOrder, StepStatus
from src.services.runs import task_memory as memory_run
from tests.support.memory_runs import LESSONS, OpenedMemory, memory_plan_of
from tests.support.worker_parts import GROUP, WorkerParts, events_of, store_run, stored

PERSON = Principal(user_id="u1", email="me@example.com", group_id=GROUP, role=Role.ADMIN)


class Progress:
    """services.jobs.handler.JobProgress"""

    state: Mapping[str, Any] = {}

    async def save(self, state: Mapping[str, Any]) -> None: ...

    async def step(self, name: str, status: StepStatus, detail: str = "") -> None: ...


async def run_through(parts: WorkerParts, segment: Segment, *keys: str) -> None:
    await parts.runs.prepare(segment)
    for key in keys:
        assert await parts.runs.run_task(segment, key)
    await parts.runs.finish(segment)
    parts.runs.forget(segment)


async def writes_of(container: Container, segment: Segment) -> list[MemoryWrite]:
    async with container.database.read() as uow:
        return await uow.repo(MemoryWriteRepository).of_execution(GROUP, segment.execution_id)


async def memory_events(container: Container, segment: Segment) -> list[ExecutionEvent]:
    found = await events_of(container, segment)
    return [event for event in found if event.type in ("memory_saved", "memory_failed")]


async def jobs_of(container: Container, segment: Segment) -> list[Job]:
    async with container.database.engine.connect() as connection:
        query = select(Job.id, Job.kind, Job.status, Job.arguments)
        return list(await connection.execute(query.where(Job.subject_id == segment.execution_id)))


def order_for(segment: Segment, attempt: int = 1) -> JobOrder:
    return JobOrder(
        id="job",
        group_id=GROUP,
        kind=JobKind.MEMORY_WRITES,
        subject_id=segment.execution_id,
        arguments={"attempt": attempt},
        created_by="me@example.com",
        tries=0,
    )


async def test_store_that_is_away_costs_the_run_nothing_and_gets_its_records_later(
    each_container: Container,
) -> None:
    memory = OpenedMemory(down=Unavailable("the store is away"))
    plan = memory_plan_of("a", "b")
    segment = await store_run(each_container, plan=plan)
    parts = await WorkerParts.make(
        each_container, lessons=lambda run, key: LESSONS, opener=memory, settle_s=3.0
    )
    await run_through(parts, segment, "a", "b")

    assert (await stored(each_container, segment)).status == "COMPLETED"
    failed = await memory_events(each_container, segment)
    assert sorted((one.type, one.task, one.data["will_retry"]) for one in failed) == [
        ("memory_failed", "a", True),
        ("memory_failed", "b", True),
    ]
    (job,) = await jobs_of(each_container, segment)
    assert (job.kind, job.status) == ("memory_writes", JobStatus.QUEUED)
    before, _ = await writes_of(each_container, segment)
    assert (before.status, before.error_message) == ("pending", "the store is away")

    with pytest.raises(Unavailable):
        await parts.leftovers.run(order_for(segment), Progress())
    memory.down = None
    assert await parts.leftovers.run(order_for(segment), Progress()) == {"written": 2}
    assert [one.status for one in await writes_of(each_container, segment)] == ["saved", "saved"]
    records = await memory.records(plan)
    assert {type: len(found) for type, found in records.items()} == {
        "short_term": 2,
        "long_term": 1,  # both tasks teach the same
        "entity": 1,
    }
    assert (await events_of(each_container, segment))[-1].type == "execution_completed"


async def test_failure_that_no_repetition_mends_is_told_and_left(container: Container) -> None:
    memory = OpenedMemory(down=Invalid("the index holds other vectors"))
    segment = await store_run(container, plan=memory_plan_of("a"))
    parts = await WorkerParts.make(container, opener=memory)
    await run_through(parts, segment, "a")

    assert (await stored(container, segment)).status == "COMPLETED"
    (failed,) = await memory_events(container, segment)
    assert failed.data == {
        "operation": "save",
        "code": "invalid",
        "message": "the index holds other vectors",
        "will_retry": False,
    }
    assert [one.status for one in await writes_of(container, segment)] == ["failed"]
    assert await jobs_of(container, segment) == []


async def test_recall_that_fails_costs_the_task_nothing(container: Container) -> None:
    memory = OpenedMemory(down=Unavailable("the store is away"))
    found = []

    def work(run: RunScope, key: str) -> str:
        assert run.memory is not None
        found.append(run.memory.recall("invoices", "a"))
        found.append(run.memory.search("invoices", "a", 3))
        return "done"

    segment = await store_run(container, plan=memory_plan_of("a"))
    parts = await WorkerParts.make(container, work, opener=memory, settle_s=0.2)
    await parts.runs.prepare(segment)
    assert await parts.runs.run_task(segment, "a")

    assert [one.records for one in found] == [(), ()]
    await parts.writer.flush()
    failed = [
        one for one in await memory_events(container, segment) if one.data["operation"] != "save"
    ]
    assert [(one.data["operation"], one.agent) for one in failed] == [
        ("recall", "a"),
        ("search", "a"),
    ]
    # The second was not asked at all: a store that hangs must not cost every task its timeout.
    assert "not asked" in failed[1].data["message"]


async def test_lessons_are_asked_for_once_however_often_the_worker_is_lost(
    each_container: Container,
) -> None:
    asked = []

    def lessons(run: RunScope, key: str) -> Lessons:
        asked.append(key)
        return LESSONS

    memory = OpenedMemory(down=Unavailable("the store is away"))
    plan = memory_plan_of("a")
    segment = await store_run(each_container, plan=plan)
    first = await WorkerParts.make(each_container, lessons=lessons, opener=memory, settle_s=0.2)
    await first.runs.prepare(segment)
    await first.runs.run_task(segment, "a")
    async with asyncio.timeout(60):
        while not await _is_tried(each_container, segment):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    first.runs.forget(segment)

    memory.down = None
    second = await WorkerParts.make(each_container, lessons=lessons, opener=memory)
    await second.runs.prepare(segment)
    await second.runs.finish(segment)
    assert asked == ["a"]
    (saved,) = [
        one for one in await memory_events(each_container, segment) if one.type == "memory_saved"
    ]
    assert saved.data["extraction"] == "done"
    assert len((await memory.records(plan))["long_term"]) == 1
    assert (await stored(each_container, segment)).status == "COMPLETED"


async def test_cancelled_run_keeps_what_its_finished_tasks_found_out_without_asking_a_model(
    each_container: Container,
) -> None:
    asked = []

    def lessons(run: RunScope, key: str) -> Lessons:
        asked.append(key)
        raise Unavailable("the model is away")

    memory = OpenedMemory(down=Unavailable("the store is away"))
    plan = memory_plan_of("a", "b")
    plan = plan.model_copy(
        update={"memory": plan.memory and plan.memory.model_copy(update={"extraction": False})}
    )
    segment = await store_run(each_container, plan=plan)
    parts = await WorkerParts.make(each_container, lessons=lessons, opener=memory)
    await parts.runs.prepare(segment)
    await parts.runs.run_task(segment, "a")
    await each_container.executions.cancel(PERSON, segment.execution_id)
    parts.runs.forget(segment)
    assert len(await jobs_of(each_container, segment)) == 1

    memory.down = None
    assert await parts.leftovers.run(order_for(segment), Progress()) == {"written": 1}
    assert asked == []
    task, _ = (await each_container.executions.tasks(PERSON, segment.execution_id)).items
    assert task.memory is not None and task.memory.status == "saved"
    assert (await events_of(each_container, segment))[-1].type == "execution_cancelled"


async def test_retried_task_replaces_what_its_earlier_attempt_left(
    each_container: Container,
) -> None:
    answers = iter(["The first answer about copper", "A second one about tin"])
    plan = memory_plan_of("a")
    memory = OpenedMemory()
    segment = await store_run(each_container, plan=plan)
    parts = await WorkerParts.make(each_container, lambda run, key: next(answers), opener=memory)
    await run_through(parts, segment, "a")
    before = await memory.records(plan)
    assert (await stored(each_container, segment)).status == "COMPLETED"

    await each_container.executions.retry(PERSON, segment.execution_id, RetryRequest())
    again = Segment(segment.execution_id, GROUP, 2)
    await run_through(parts, again, "a")
    after = await memory.records(plan)
    assert {type: len(found) for type, found in after.items()} == {
        type: len(found) for type, found in before.items()
    }
    said = " ".join(str(one.fields.get("content")) for found in after.values() for one in found)
    assert "tin" in said and "copper" not in said


async def test_writes_that_are_given_up_say_so(container: Container) -> None:
    memory = OpenedMemory(down=Unavailable("the store is away"))
    segment = await store_run(container, plan=memory_plan_of("a"))
    parts = await WorkerParts.make(container, opener=memory, settle_s=1.0)
    await run_through(parts, segment, "a")
    await parts.leftovers.abandoned(order_for(segment), "after 295 tries it was given up")
    (task,) = (await container.executions.tasks(PERSON, segment.execution_id)).items
    assert task.memory is not None and task.memory.error is not None
    assert (task.memory.status, task.memory.error.code) == ("failed", "memory.given-up")


async def test_deleting_an_execution_removes_its_receipts_and_its_writes(
    each_container: Container,
) -> None:
    plan, memory = memory_plan_of("a"), OpenedMemory()

    def work(run: RunScope, key: str) -> str:
        assert run.memory is not None
        run.memory.recall("done a", "a")
        return "done a"

    parts = await WorkerParts.make(
        each_container, work, lessons=lambda run, key: LESSONS, opener=memory
    )
    for _ in range(2):
        segment = await store_run(each_container, plan=plan)
        await run_through(parts, segment, "a")
    assert (await stored(each_container, segment)).status == ExecutionStatus.COMPLETED
    left = await rows_about(each_container, segment)
    assert left["memory_writes"] == 1 and left["memory_receipts"] > 0

    await each_container.executions.delete(PERSON, segment.execution_id)
    assert set((await rows_about(each_container, segment)).values()) == {0}
    # What the crew learned stays: it is not the execution's.
    assert (await memory.records(plan))["long_term"]
    assert await parts.leftovers.run(order_for(segment), Progress()) == {"written": 0}


async def _is_tried(container: Container, segment: Segment) -> bool:
    (write,) = await writes_of(container, segment)
    return write.tries > 0


async def rows_about(container: Container, segment: Segment) -> dict[str, int]:
    async with container.database.engine.connect() as connection:
        found = {}
        for table in ("memory_writes", "memory_receipts"):
            statement = (
                f"SELECT count(*) FROM {table} WHERE execution_id = '{segment.execution_id}'"
            )
            found[table] = (await connection.exec_driver_sql(statement)).scalar_one()
        return found


async def test_recall_that_hangs_costs_the_task_its_timeout_and_no_more(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_run, "RECALL_TIMEOUT_S", 0.1)

    class HangingMemory(OpenedMemory):
        async def storage(self, group_id: str, plan: MemoryPlan, credentials: object) -> NoReturn:
            self.opened += 1
            await asyncio.Event().wait()
            raise AssertionError("nobody wakes it")

    def work(run: RunScope, key: str) -> str:
        assert run.memory is not None
        return f"found {len(run.memory.recall('invoices', 'a').records)}"

    memory = HangingMemory()
    segment = await store_run(container, plan=memory_plan_of("a", "b"))
    parts = await WorkerParts.make(container, work, opener=memory, settle_s=0.1)
    await parts.runs.prepare(segment)
    for key in ("a", "b"):
        assert await parts.runs.run_task(segment, key)
    await parts.writer.flush()
    failed = await memory_events(container, segment)
    assert [(one.data["code"], one.task) for one in failed] == [
        ("store-timeout", "a"),
        ("unavailable", "b"),
    ]


async def test_receipts_are_paged_in_the_order_of_their_use(container: Container) -> None:
    plan, memory = memory_plan_of("a"), OpenedMemory()

    def work(run: RunScope, key: str) -> str:
        assert run.memory is not None
        run.memory.recall("done a", "a")
        run.memory.search("Acme", "a", 5)
        return "done a"

    parts = await WorkerParts.make(container, work, lessons=lambda run, key: LESSONS, opener=memory)
    for _ in range(2):
        segment = await store_run(container, plan=plan)
        await run_through(parts, segment, "a")
    whole = await container.receipts.of_execution(PERSON, Paging(50), segment.execution_id)
    seen, cursor = [], None
    while True:
        page = await container.receipts.of_execution(
            PERSON, Paging(2, cursor), segment.execution_id
        )
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == whole.items
    assert [one.via for one in seen] == sorted(one.via for one in seen)
    assert {one.via for one in seen} == {"recall", "search"}
    stranger = replace(PERSON, group_id="g2")
    with pytest.raises(NotFound):
        await container.receipts.of_execution(stranger, Paging(50), segment.execution_id)
