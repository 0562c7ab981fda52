"""Everything that a worker writes about a run: each method one transaction, with the events before it.

A write is refused (False or None) when the execution has ended, when a newer segment runs it, or when a later
attempt owns the task. A process that was declared dead by its peers does not return from any of them.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from src.core.approval import CallQuestion, Review
from src.core.clock import Clock
from src.core.events import EngineEvent, EventType, Usage
from src.core.execution_status import ExecutionStatus, TaskStatus
from src.core.logging import get_logger
from src.core.text import storable
from src.core.unit_of_work import Database
from src.engines.base import ExecutionQueue, Segment, TaskOutput
from src.engines.plans import CrewPlan
from src.repositories.execution import ExecutionRepository
from src.repositories.memory import WriteKey
from src.services.executions.endings import Endings
from src.services.runs.context import RunContext
from src.services.runs.memory_outbox import add_receipts, leave_write, pending_writes
from src.services.runs.page import RunPage, RunPages
from src.services.runs.questions import asks_about_call, asks_after, asks_first, stop_for_people
from src.services.runs.usage_book import store_usage

log = get_logger(__name__)


@dataclass(frozen=True)
class StoredRun:
    plan: CrewPlan
    notes: dict[str, str] | None
    attempt: int
    used: Usage
    writes: tuple[WriteKey, ...]
    """To memory, that a lost worker left."""


@dataclass(frozen=True)
class StoredTask:
    attempts: int
    """How often it was started."""
    finished: dict[str, TaskOutput]
    """Outputs of all finished tasks of the run."""
    reviews: tuple[Review, ...] = ()


class RunJournal:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        pages: RunPages,
        endings: Endings,
        queue: ExecutionQueue,
    ) -> None:
        self._queue = queue
        self._database = database
        self._clock = clock
        self._pages = pages
        self._endings = endings

    async def begin(self, segment: Segment) -> CrewPlan | None:
        """Moves the execution to RUNNING. None when there is nothing to do for this segment."""
        async with self._open(segment) as page:
            status = page.state.status
            startable = (
                ExecutionStatus.PENDING,
                ExecutionStatus.PREPARING,
                ExecutionStatus.RUNNING,
            )
            if status not in startable or page.state.segment != segment.number:
                return None
            stored, _ = await page.executions.plan(segment.group_id, segment.execution_id)
            plan = CrewPlan.model_validate(stored)
            resumed = page.state.started_at is not None
            kind = EventType.EXECUTION_RESUMED if resumed else EventType.EXECUTION_STARTED
            events = [self._event(segment, kind, {"attempt": page.state.attempt})]
            for text in () if resumed else plan.warnings:
                said = {"level": "warning", "message": text}
                events.append(self._event(segment, EventType.LOG, said))
            await page.append(*events)
            if status is ExecutionStatus.PENDING:
                await page.move(ExecutionStatus.PREPARING)
            if status is not ExecutionStatus.RUNNING:
                started_at = page.state.started_at or page.now
                await page.move(ExecutionStatus.RUNNING, started_at=started_at)
        return plan

    async def run(self, segment: Segment) -> StoredRun:
        async with self._database.read() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(segment.group_id, segment.execution_id)
            stored, notes = await executions.plan(segment.group_id, segment.execution_id)
            plan = CrewPlan.model_validate(stored)
            writes: tuple[WriteKey, ...] = ()
            if plan.memory is not None:
                writes = await pending_writes(uow, segment.group_id, segment.execution_id)
        used = Usage(row.prompt_tokens, row.completion_tokens, row.llm_calls, row.cost_usd)
        return StoredRun(plan, notes, row.attempt, used, writes)

    async def task(self, segment: Segment, key: str) -> StoredTask:
        async with self._database.read() as uow:
            rows = await uow.repo(ExecutionRepository).tasks(segment.group_id, segment.execution_id)
        finished = {
            row.key: TaskOutput(row.output or "", row.output_json)
            for row in rows
            if row.status == TaskStatus.COMPLETED
        }
        own = next(row for row in rows if row.key == key)
        reviews = tuple(Review(one["comment"], one["output"]) for one in own.review or ())
        return StoredTask(own.attempt, finished, reviews)

    async def claim(self, context: RunContext, limit: int) -> int | None:
        """The number of this attempt; None when the task is finished; 0 when the run must not go on.

        An attempt above `limit` is claimed without saying so: it is not going to run.
        """
        segment, task = context.segment, context.task
        async with self._open(segment) as page:
            if not page.is_current(segment.number):
                return 0
            if await asks_first(page, context, self._endings):
                return 0
            attempt = await page.executions.claim_task(
                segment.group_id, segment.execution_id, task.index, page.now
            )
            started = []
            if attempt is not None and attempt <= limit:
                said = {"name": task.name, "attempt": attempt}
                started = [context.own_event(EventType.TASK_STARTED, said, task.agent)]
            await page.append(*started)
        return attempt

    async def keep_notes(self, context: RunContext, notes: dict[str, str]) -> bool:
        """What the planning step wrote."""
        segment = context.segment
        async with self._open(segment) as page:
            if not page.is_current(segment.number):
                return False
            await page.append(context.own_event(EventType.PLAN_READY, {"notes": notes}))
            ids = segment.group_id, segment.execution_id
            await page.executions.keep_notes(*ids, storable(notes))
            await store_usage(page.uow, context)
        return True

    async def complete_task(self, context: RunContext, attempt: int, output: TaskOutput) -> bool:
        segment, task = context.segment, context.task
        ids = segment.group_id, segment.execution_id
        text, structured = storable(output.text), storable(output.json)
        async with self._open(segment) as page:
            if not page.is_current(segment.number):
                return False
            values = {
                "output": text,
                "output_json": structured,
                "finished_at": page.now,
            }
            if task.approval is not None and task.approval.when == "after":
                answer = TaskOutput(text, structured)
                if await asks_after(page, context, attempt, answer, values, self._endings):
                    await self._account_for(page, context)
                    await leave_write(page.uow, context, output, page.now, held=True)
                return False
            values["status"] = TaskStatus.COMPLETED
            if not await page.executions.end_task(*ids, task.index, attempt, values):
                return await self._is_stored(page, task.index, attempt)
            await self._account_for(page, context)
            await leave_write(page.uow, context, output, page.now)
            said = {"output": text, "json": structured, "usage": _usage_data(context.usage)}
            await page.append(context.own_event(EventType.TASK_COMPLETED, said, task.agent))
        return True

    async def wait_for_call(
        self, context: RunContext, attempt: int, question: CallQuestion
    ) -> None:
        """The task stops in the middle of its work: what models said until now is told to it again."""
        async with self._open(context.segment) as page:
            if not page.is_current(context.segment.number):
                return
            if await asks_about_call(page, context, attempt, question, self._endings):
                await self._account_for(page, context)

    async def leave(self, segment: Segment, *, asked: bool) -> None:
        """For a segment that ends before its run: it waits for a person, or goes on in a next one when the
        person was faster than the tasks beside the one that `asked`."""
        async with self._open(segment) as page:
            if not page.is_current(segment.number):
                return
            await page.append()
            if await stop_for_people(page, self._endings) or not asked:
                return
            ids = segment.group_id, segment.execution_id
            row = await page.executions.get(*ids)
            if await page.executions.next_segment(*ids, segment.number, page.now):
                await self._queue.enqueue(
                    page.uow,
                    execution_id=segment.execution_id,
                    segment=segment.number + 1,
                    group_id=segment.group_id,
                    priority=row.priority,
                )

    async def _account_for(self, page: RunPage, context: RunContext) -> None:
        """What an attempt took and read, however it ended."""
        ids = page.group_id, page.execution_id
        if context.identity_used is not None:
            await page.executions.note_identity(*ids, context.identity_used)
        await add_receipts(page.uow, context)
        await store_usage(page.uow, context)

    async def account(self, context: RunContext) -> None:
        """What models took is paid for, whatever has become of the run and of this worker."""
        async with self._database.write() as uow:
            await store_usage(uow, context)

    async def fail(
        self,
        segment: Segment,
        code: str,
        message: str,
        context: RunContext | None = None,
        attempt: int | None = None,
    ) -> None:
        """Ends the run as FAILED. Outputs of finished tasks stay and can be retried from."""
        ids = segment.group_id, segment.execution_id
        message = storable(message)
        async with self._open(segment) as page:
            has_ended = page.state.status not in (
                ExecutionStatus.PENDING,
                ExecutionStatus.PREPARING,
                ExecutionStatus.RUNNING,
            )
            if has_ended or page.state.segment != segment.number:
                return
            error, events = {"code": code, "message": message}, []
            if context is not None and attempt is not None:
                values = {
                    "status": TaskStatus.FAILED,
                    "finished_at": page.now,
                    "error_code": code,
                    "error_message": message,
                }
                if not await page.executions.end_task(*ids, context.task.index, attempt, values):
                    return
                failed = context.own_event(
                    EventType.TASK_FAILED, {"error": error}, context.task.agent
                )
                events.append(failed)
            if context is not None:
                await store_usage(page.uow, context)
                await add_receipts(page.uow, context)
            events.append(self._event(segment, EventType.EXECUTION_FAILED, {"error": error}))
            await page.executions.close_open_tasks(*ids, TaskStatus.CANCELLED, page.now)
            await page.append(*events)
            ending = {"finished_at": page.now, "error_code": code, "error_message": message}
            await page.move(ExecutionStatus.FAILED, **ending)
            await self._endings.ended(page.uow, *ids)
        log.info("execution failed: {} [{}]", code, segment.execution_id)

    async def finish(self, segment: Segment) -> None:
        """Moves a run whose tasks are all done to COMPLETED; ends quietly for one that ended before."""
        ids = segment.group_id, segment.execution_id
        async with self._open(segment) as page:
            tasks = await page.executions.tasks(*ids)
            is_done = all(task.status == TaskStatus.COMPLETED for task in tasks)
            if not page.is_current(segment.number):
                return
            if not is_done:
                await page.append()
                return
            result = {"raw": tasks[-1].output or "", "json": tasks[-1].output_json}
            done = self._event(segment, EventType.EXECUTION_COMPLETED, {"result": result})
            await page.append(done)
            ending = {"finished_at": page.now, "result": result}
            await page.move(ExecutionStatus.COMPLETED, **ending)
            await self._endings.ended(page.uow, *ids)
        log.info("execution completed [{}]", segment.execution_id)

    async def _is_stored(self, page: RunPage, index: int, attempt: int) -> bool:
        """Whether this very result is there already: the answer to its commit may have been lost."""
        ids = page.group_id, page.execution_id
        for row in await page.executions.tasks(*ids):
            if row.index == index and row.attempt == attempt:
                return row.status == TaskStatus.COMPLETED
        log.warning("task {} has a later attempt; this one's result is dropped", index)
        return False

    def _open(self, segment: Segment) -> AbstractAsyncContextManager[RunPage]:
        return self._pages.open(segment.group_id, segment.execution_id)

    def _event(self, segment: Segment, type: EventType, data: dict[str, Any]) -> EngineEvent:
        ids = segment.group_id, segment.execution_id
        return EngineEvent.of_execution(*ids, type, self._clock.now(), data)


def _usage_data(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "llm_calls": usage.llm_calls,
        "cost_usd": usage.cost_usd,
    }
