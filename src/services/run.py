"""What a worker does with an execution: prepare, run each task once, finish. Every step may be repeated.

`execution_tasks` is the checkpoint of record: whatever the queue replays, a finished row is not run again,
and a worker that was declared dead cannot overwrite what its successor did (attempt numbers fence it).
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from src.core import ids
from src.core.clock import Clock
from src.core.errors import AppError, Unavailable
from src.core.events import EngineEvent, EventType, RecordedCall, Usage
from src.core.execution_status import TERMINAL, ExecutionStatus, TaskStatus
from src.core.logging import get_logger, log_context
from src.core.unit_of_work import Database
from src.engines.base import (
    BudgetExceeded,
    Credentials,
    CrewEngine,
    CrewPlan,
    LoopBridge,
    RunCancelled,
    TaskOutput,
)
from src.repositories.execution import ExecutionRepository
from src.repositories.fleet import FleetRepository
from src.services.credentials import CredentialService
from src.services.event_writer import EventWriter
from src.services.run_context import RunContext, RunMeter
from src.services.tool_ledger import DatabaseToolLedger

log = get_logger(__name__)
T = TypeVar("T")

MAX_LOST_ATTEMPTS = 10
"""A task that takes its worker down this often is the cause, not the victim."""
_BRIDGE_TIMEOUT_S = 60.0
_OUTAGE_S = 120.0


@dataclass
class _ActiveRun:
    """What tasks of one execution share inside this worker."""

    plan: CrewPlan
    notes: dict[str, str] | None
    attempt: int
    credentials: Credentials
    meter: RunMeter
    cancelled: threading.Event


class RunService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: CrewEngine,
        writer: EventWriter,
        credentials: CredentialService,
        bridge: LoopBridge,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._database = database
        self._clock = clock
        self._engine = engine
        self._writer = writer
        self._credentials = credentials
        self._bridge = bridge
        self._pool = pool
        self._active: dict[str, _ActiveRun] = {}

    async def stop_ended(self) -> None:
        """Stops what runs here although its execution was cancelled or failed elsewhere."""
        if not self._active:
            return
        async with self._database.read() as uow:
            ended = await uow.repo(FleetRepository).ended(list(self._active))
        for execution_id in ended:
            self.stop(execution_id)

    def stop(self, execution_id: str) -> None:
        """No model or tool call begins in this execution from now on."""
        run = self._active.get(execution_id)
        if run is not None:
            run.cancelled.set()

    async def prepare(self, execution_id: str, group_id: str) -> list[list[str]]:
        """Moves the execution to RUNNING; returns its tasks in waves, those of a wave side by side.
        Empty when there is nothing to do, for a run that ended meanwhile."""
        async with self._writer.pending_of(execution_id) as pending, self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(group_id, execution_id)
            status, resumed = ExecutionStatus(row.status), row.started_at is not None
            if status in TERMINAL:
                return []
            now = self._clock.now()
            if status is ExecutionStatus.PENDING:
                await executions.move(group_id, execution_id, ExecutionStatus.PREPARING, now=now)
            plan, _ = await executions.plan(group_id, execution_id)
            kind = EventType.EXECUTION_RESUMED if resumed else EventType.EXECUTION_STARTED
            events = [
                *pending,
                self._run_event(execution_id, group_id, kind, {"attempt": row.attempt}),
            ]
            crew = CrewPlan.model_validate(plan)
            if not resumed:
                events += [
                    self._run_event(
                        execution_id, group_id, EventType.LOG, {"level": "warning", "message": text}
                    )
                    for text in crew.warnings
                ]
            await executions.append_events(group_id, execution_id, events, now=now)
            if status is not ExecutionStatus.RUNNING:
                await executions.move(
                    group_id,
                    execution_id,
                    ExecutionStatus.RUNNING,
                    now=now,
                    started_at=row.started_at or now,
                )
        return waves(crew)

    async def make_plan(self, execution_id: str, group_id: str) -> bool:
        """Runs the planning step where the crew has one. False when the run must not go on."""
        with log_context(group_id=group_id, execution_id=execution_id):
            run = await self._run(execution_id, group_id)
            if run.plan.planning_model is None or run.notes is not None:
                return True
            context = self._context(execution_id, group_id, run, None)
            try:
                notes = await self._in_thread(lambda: self._engine.plan_tasks(context))
            except RunCancelled:
                return False
            except (
                Exception
            ) as exc:  # whatever the crew library raises ends the run, not the worker
                code, message = _describe(exc)
                await self._fail(execution_id, group_id, code, message, context, None)
                return False
            async with self._writer.pending_of(execution_id) as pending:
                async with self._database.write() as uow:
                    executions = uow.repo(ExecutionRepository)
                    ready = context.own_event(EventType.PLAN_READY, {"notes": notes})
                    now = self._clock.now()
                    await executions.append_events(
                        group_id, execution_id, [*pending, ready], now=now
                    )
                    await executions.keep_notes(group_id, execution_id, notes)
                    await executions.add_usage(group_id, execution_id, context.usage)
            run.notes = notes
            return True

    async def run_task(self, execution_id: str, group_id: str, key: str) -> bool:
        """Runs one task unless it is finished. False when the run must not go on."""
        with log_context(group_id=group_id, execution_id=execution_id):
            run = await self._run(execution_id, group_id)
            context = self._context(execution_id, group_id, run, key)
            attempt = await self._claim(context)
            if attempt is None:
                return True
            if attempt == 0:
                return False
            if attempt > MAX_LOST_ATTEMPTS:
                message = (
                    f"the worker was lost {attempt - 1} times while task {key!r} ran; it is not tried "
                    "again. Look at the worker's log, mend the task, then retry from it"
                )
                await self._fail(execution_id, group_id, "task.lost", message, context, attempt)
                return False
            return await self._attempt(context, run, key, attempt)

    async def finish(self, execution_id: str, group_id: str) -> None:
        """Moves a run whose tasks are all done to COMPLETED; ends quietly for one that ended before."""
        self._active.pop(execution_id, None)
        async with self._writer.pending_of(execution_id) as pending, self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            if await executions.status(group_id, execution_id) is not ExecutionStatus.RUNNING:
                return
            tasks = await executions.tasks(group_id, execution_id)
            if any(task.status != TaskStatus.COMPLETED for task in tasks):
                return
            now = self._clock.now()
            last = tasks[-1]
            result = {"raw": last.output or "", "json": last.output_json}
            done = self._run_event(
                execution_id, group_id, EventType.EXECUTION_COMPLETED, {"result": result}
            )
            await executions.append_events(group_id, execution_id, [*pending, done], now=now)
            await executions.move(
                group_id,
                execution_id,
                ExecutionStatus.COMPLETED,
                now=now,
                finished_at=now,
                result=result,
            )
            await executions.drop_credential(group_id, execution_id)
        log.info("execution completed [{}]", execution_id)

    async def forget(self, execution_id: str) -> None:
        """Drops what this worker remembers of an execution that ended or moved elsewhere."""
        self.stop(execution_id)
        self._active.pop(execution_id, None)

    async def _claim(self, context: RunContext) -> int | None:
        """Attempt number; None: done already; 0: the run ended, do not start."""
        key = context.task_key
        assert key is not None
        task = context.plan.task(key)
        execution_id, group_id = context.execution_id, context.group_id
        async with self._writer.pending_of(execution_id) as pending, self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            now = self._clock.now()
            if await executions.status(group_id, execution_id) is not ExecutionStatus.RUNNING:
                return 0
            attempt = await executions.claim_task(group_id, execution_id, task.index, now)
            if attempt is not None and attempt <= MAX_LOST_ATTEMPTS:
                started = context.own_event(
                    EventType.TASK_STARTED, {"name": task.name, "attempt": attempt}, task.agent
                )
                pending = [*pending, started]
            await executions.append_events(group_id, execution_id, pending, now=now)
        return attempt

    async def _attempt(self, context: RunContext, run: _ActiveRun, key: str, attempt: int) -> bool:
        finished = await self._finished_outputs(context.group_id, context.execution_id, run.plan)
        note = (run.notes or {}).get(key)
        try:
            output = await self._in_thread(
                lambda: self._engine.run_task(context, key, finished, note)
            )
        except RunCancelled:
            return False
        except BudgetExceeded as exc:
            self._writer.emit(
                context.event(EventType.BUDGET_EXCEEDED, {"message": str(exc)}, span_id=ids.new())
            )
            await self._fail(
                context.execution_id,
                context.group_id,
                "budget.exceeded",
                str(exc),
                context,
                attempt,
            )
            return False
        except Exception as exc:  # whatever the crew library raises ends the run, not the worker
            code, message = _describe(exc)
            if code == "internal":
                log.error("task {} failed unexpectedly", key, exc_info=exc)
            await self._until_available(
                lambda: self._fail(
                    context.execution_id, context.group_id, code, message, context, attempt
                )
            )
            return False
        return await self._until_available(lambda: self._checkpoint(context, key, attempt, output))

    async def _until_available(self, work: Callable[[], Awaitable[T]]) -> T:
        """A finished task was paid for: its result outlives a database that is away for a while."""
        give_up_at = self._clock.monotonic_s() + _OUTAGE_S
        while True:
            try:
                return await work()
            except Unavailable:
                if self._clock.monotonic_s() > give_up_at:
                    raise
                await asyncio.sleep(0.5)

    async def _checkpoint(
        self, context: RunContext, key: str, attempt: int, output: TaskOutput
    ) -> bool:
        execution_id, group_id = context.execution_id, context.group_id
        task = context.plan.task(key)
        async with self._writer.pending_of(execution_id) as pending, self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            now = self._clock.now()
            if await executions.status(group_id, execution_id) is not ExecutionStatus.RUNNING:
                return False
            ended = await executions.end_task(
                group_id,
                execution_id,
                task.index,
                attempt,
                {
                    "status": TaskStatus.COMPLETED,
                    "output": output.text,
                    "output_json": output.json,
                    "finished_at": now,
                    **_usage_values(context.usage),
                },
            )
            if not ended:
                log.warning("task {} was taken over by another worker; result dropped", key)
                return False
            await executions.add_usage(group_id, execution_id, context.usage)
            if context.identity_used is not None:
                await executions.note_identity(group_id, execution_id, context.identity_used)
            completed = context.own_event(
                EventType.TASK_COMPLETED,
                {"output": output.text, "json": output.json, "usage": _usage_data(context.usage)},
                task.agent,
            )
            await executions.append_events(group_id, execution_id, [*pending, completed], now=now)
        return True

    async def _fail(
        self,
        execution_id: str,
        group_id: str,
        code: str,
        message: str,
        context: RunContext,
        attempt: int | None,
    ) -> None:
        """Ends the run as FAILED. Outputs of finished tasks stay and can be retried from."""
        self.stop(execution_id)
        async with self._writer.pending_of(execution_id) as pending, self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            if await executions.status(group_id, execution_id) is not ExecutionStatus.RUNNING:
                return
            now = self._clock.now()
            error = {"code": code, "message": message}
            events = list(pending)
            if attempt is not None and context.task_key is not None:
                task = context.plan.task(context.task_key)
                failed = {"status": TaskStatus.FAILED, "finished_at": now}
                failed |= {"error_code": code, "error_message": message}
                failed |= _usage_values(context.usage)
                if not await executions.end_task(
                    group_id, execution_id, task.index, attempt, failed
                ):
                    return
                events.append(
                    context.own_event(EventType.TASK_FAILED, {"error": error}, task.agent)
                )
            await executions.add_usage(group_id, execution_id, context.usage)
            events.append(
                self._run_event(
                    execution_id, group_id, EventType.EXECUTION_FAILED, {"error": error}
                )
            )
            await executions.close_open_tasks(group_id, execution_id, TaskStatus.CANCELLED, now)
            await executions.append_events(group_id, execution_id, events, now=now)
            await executions.move(
                group_id,
                execution_id,
                ExecutionStatus.FAILED,
                now=now,
                finished_at=now,
                error_code=code,
                error_message=message,
            )
            await executions.drop_credential(group_id, execution_id)
        log.info("execution failed: {} [{}]", code, execution_id)

    async def _run(self, execution_id: str, group_id: str) -> _ActiveRun:
        known = self._active.get(execution_id)
        if known is not None:
            return known
        async with self._database.read() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(group_id, execution_id)
            plan_json, notes = await executions.plan(group_id, execution_id)
        plan = CrewPlan.model_validate(plan_json)
        used = Usage(row.prompt_tokens, row.completion_tokens, row.llm_calls, row.cost_usd)
        run = _ActiveRun(
            plan=plan,
            notes=notes,
            attempt=row.attempt,
            credentials=await self._credentials.for_execution(group_id, execution_id, plan),
            meter=RunMeter(plan.budget, used),
            cancelled=threading.Event(),
        )
        return self._active.setdefault(execution_id, run)

    def _context(
        self, execution_id: str, group_id: str, run: _ActiveRun, key: str | None
    ) -> RunContext:
        return RunContext(
            execution_id=execution_id,
            group_id=group_id,
            attempt=run.attempt,
            task_key=key,
            plan=run.plan,
            credentials=run.credentials,
            ledger=DatabaseToolLedger(
                self._database,
                self._clock,
                self._bridge,
                group_id=group_id,
                execution_id=execution_id,
                attempt=run.attempt,
            ),
            recording=self._recording_of(group_id),
            cancelled=run.cancelled,
            meter=run.meter,
            sink=self._writer,
            clock=self._clock,
        )

    def _recording_of(self, group_id: str) -> Callable[[str], tuple[RecordedCall, ...]]:
        async def read(execution_id: str) -> tuple[RecordedCall, ...]:
            async with self._database.read() as uow:
                return await uow.repo(ExecutionRepository).recorded_calls(group_id, execution_id)

        return lambda execution_id: self._bridge.call(read(execution_id), _BRIDGE_TIMEOUT_S)

    async def _finished_outputs(
        self, group_id: str, execution_id: str, plan: CrewPlan
    ) -> dict[str, TaskOutput]:
        async with self._database.read() as uow:
            rows = await uow.repo(ExecutionRepository).tasks(group_id, execution_id)
        return {
            row.key: TaskOutput(row.output or "", row.output_json)
            for row in rows
            if row.status == TaskStatus.COMPLETED
        }

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _run_event(
        self, execution_id: str, group_id: str, type: EventType, data: dict[str, Any]
    ) -> EngineEvent:
        return EngineEvent(
            execution_id=execution_id,
            group_id=group_id,
            type=type,
            at=self._clock.now(),
            span_id=execution_id,
            data=data,
        )


def waves(plan: CrewPlan) -> list[list[str]]:
    """Neighbouring async tasks run side by side; one that reads another's output starts a new wave."""
    found: list[list[str]] = []
    open_wave: list[str] = []
    for task in plan.tasks:
        joins = task.async_execution and not set(task.context) & set(open_wave)
        if open_wave and not joins:
            found.append(open_wave)
            open_wave = []
        if task.async_execution:
            open_wave.append(task.key)
        else:
            found.append([task.key])
    return [*found, open_wave] if open_wave else found


def _describe(exc: BaseException) -> tuple[str, str]:
    """Code and message for people; details of foreign errors stay in the log."""
    code = getattr(exc, "code", None)
    if isinstance(exc, AppError):
        return exc.code, exc.message
    if isinstance(code, str) and "." in code:
        return code, str(exc)
    return (
        "internal",
        f"the task ended with an unexpected {type(exc).__name__}; the worker's log has it",
    )


def _usage_values(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "llm_calls": usage.llm_calls,
        "cost_usd": usage.cost_usd,
    }


def _usage_data(usage: Usage) -> dict[str, Any]:
    return _usage_values(usage)
