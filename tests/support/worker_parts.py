"""A worker's parts without a process: the real run service over a real database, with a crew engine made of
one function."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn
from unittest.mock import patch

from sqlalchemy.ext.asyncio import AsyncSession

from src.bootstrap import Container
from src.core import ids
from src.core.execution_status import ExecutionStatus, TaskStatus
from src.engines.base import RunScope, Segment, TaskOutput
from src.engines.plans import AgentPlan, CrewPlan, ModelPlan, TaskPlan
from src.memory.records import Lessons
from src.models.execution import Execution, ExecutionEvent, ExecutionPlan, ExecutionTask
from src.repositories.execution import ExecutionRepository
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.event_measures import EventMeasures
from src.services.runs.event_writer import EventWriter
from src.services.runs.memory_background import SETTLE_S
from src.services.runs.memory_leftovers import MemoryLeftovers
from src.services.runs.ownership import Ownership
from src.services.runs.run import RunService
from src.services.runs.task_memory import MemoryOpener
from src.worker.loop_bridge import WorkerLoopBridge
from src.worker.runs import run_services
from tests.support.rows import SampleRows

GROUP = "g1"
WORKER = "w1"
"""The lease that SampleRows.lease() makes."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class LeaseLost(BaseException):
    """In place of the end of the process."""


@dataclass
class FakeLease:
    held: bool = True

    def is_held(self) -> bool:
        return self.held

    def lost(self) -> NoReturn:
        raise LeaseLost


@dataclass
class FunctionEngine:
    """engines.base.CrewEngine: every task is a call of `work` with the scope and the task's key."""

    work: Callable[[RunScope, str], str]
    lessons: Callable[[RunScope, str], Lessons]

    def run_task(
        self, run: RunScope, key: str, finished: Mapping[str, TaskOutput], note: str | None
    ) -> TaskOutput:
        return TaskOutput(self.work(run, key))

    def plan_tasks(self, run: RunScope) -> dict[str, str]:
        return {}

    def find_lessons(self, run: RunScope, key: str, output: str) -> Lessons:
        return self.lessons(run, key)


@dataclass
class WorkerParts:
    container: Container
    runs: RunService
    leftovers: MemoryLeftovers
    writer: EventWriter
    ownership: Ownership
    threads: EngineThreads = field(default_factory=lambda: EngineThreads(16))

    @classmethod
    async def make(
        cls,
        container: Container,
        work: Callable[[RunScope, str], str] = lambda run, key: f"done {key}",
        lease: FakeLease | None = None,
        *,
        lessons: Callable[[RunScope, str], Lessons] | None = None,
        opener: MemoryOpener | None = None,
        settle_s: float = SETTLE_S,
    ) -> "WorkerParts":
        async with container.database.write() as uow:
            await uow.repo(SampleRows).lease(expires_at=0.0)
        ownership = Ownership(WORKER, lease or FakeLease())
        measures = EventMeasures(container.measures)
        writer = EventWriter(container.database, container.clock, ownership, measures)
        threads = EngineThreads(16)
        services = run_services(
            container,
            FunctionEngine(work, lessons or (lambda run, key: Lessons())),
            writer,
            threads,
            ownership,
            WorkerLoopBridge(asyncio.get_running_loop()),
            opener or container.memory_access,
            settle_s,
        )
        return cls(container, services.runs, services.leftovers, writer, ownership, threads)


def plan_of(*keys: str) -> CrewPlan:
    model = ModelPlan(key="demo/demo", provider="demo", name="demo")
    agent = AgentPlan(key="a", role="A", goal="g", backstory="b", model=model)
    tasks = tuple(
        TaskPlan(
            key=key, index=index, name=key, description=key, expected_output="x", agent=agent.key
        )
        for index, key in enumerate(keys)
    )
    return CrewPlan(name="Parts", agents=(agent,), tasks=tasks)


async def store_run(
    container: Container, *keys: str, plan: CrewPlan | None = None, group_id: str = GROUP
) -> Segment:
    """A queued execution of these tasks, or of a whole plan."""
    plan, id = plan or plan_of(*keys), ids.new()
    row = Execution(
        id=id,
        group_id=group_id,
        status=ExecutionStatus.PENDING,
        crew_name=plan.name,
        crew_identity="c",
        trigger="api",
        created_by="me@example.com",
        inputs={},
        event_seq=0,
        prompt_tokens=0,
        completion_tokens=0,
        llm_calls=0,
        created_at=NOW,
        updated_at=NOW,
    )
    tasks = [
        ExecutionTask(
            execution_id=id,
            index=task.index,
            group_id=group_id,
            key=task.key,
            name=task.name,
            agent=task.agent,
            status=TaskStatus.PENDING,
            prompt_tokens=0,
            completion_tokens=0,
            llm_calls=0,
        )
        for task in plan.tasks
    ]
    async with container.database.write() as uow:
        stored_plan = ExecutionPlan(
            execution_id=id, group_id=group_id, plan=plan.model_dump(mode="json")
        )
        await uow.repo(SampleRows).run(row, stored_plan, tasks)
    return Segment(id, group_id, 1)


async def end_run(container: Container, segment: Segment, status: ExecutionStatus) -> None:
    async with container.database.write() as uow:
        executions = uow.repo(ExecutionRepository)
        await executions.move(segment.group_id, segment.execution_id, status, now=NOW)


async def stored(container: Container, segment: Segment) -> Execution:
    async with container.database.read() as uow:
        return await uow.repo(ExecutionRepository).get(segment.group_id, segment.execution_id)


async def events_of(container: Container, segment: Segment) -> list[ExecutionEvent]:
    async with container.database.read() as uow:
        return await uow.repo(ExecutionRepository).events(
            segment.group_id, segment.execution_id, after=0, limit=1000
        )


@contextmanager
def lost_answer(after_commits: int) -> Iterator[None]:
    """The next commit but so many takes place, and then the connection breaks before it can say so."""
    commit, left = AsyncSession.commit, after_commits

    async def commit_and_break(session: AsyncSession) -> None:
        nonlocal left
        await commit(session)
        left -= 1
        if left == -1:
            raise ConnectionResetError

    with patch.object(AsyncSession, "commit", commit_and_break):
        yield
