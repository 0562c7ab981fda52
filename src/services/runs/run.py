"""What a worker does with an execution: prepare, run each task once, finish. Every step may be repeated.

`execution_tasks` is the checkpoint of record: whatever the queue replays, a finished row is not run again,
and a worker that was declared dead cannot overwrite what its successor did (services/runs/journal.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from src.core import ids
from src.core.approval import ApprovalNeeded
from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.events import EventType
from src.core.logging import get_logger, log_context
from src.core.unit_of_work import Database
from src.engines.base import BudgetExceeded, CrewEngine, RunCancelled, Segment
from src.engines.plans import CrewPlan
from src.repositories.fleet import FleetRepository
from src.services.credentials import CredentialService
from src.services.runs.context import RunContext, RunMeter
from src.services.runs.contexts import RunContexts, RunParts
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.errors import TaskLost, describe
from src.services.runs.event_writer import EventWriter
from src.services.runs.journal import RunJournal, StoredTask
from src.services.runs.memory_background import MemoryBackground, WritingRun
from src.services.runs.memory_outbox import key_of
from src.services.runs.patience import until_available

log = get_logger(__name__)

MAX_LOST_ATTEMPTS = 10
"""A task that takes its worker down this often is the cause, not the victim."""
SUSPECT_AFTER = 3
"""A task that was lost this often runs alone among its kind, so that it cannot drag others with it to the
limit: those that ran beside it lose their attempts, too."""


@dataclass
class _ActiveRun:
    """What tasks of one segment share inside this worker."""

    parts: RunParts
    notes: dict[str, str] | None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """For the loop."""
    asked: bool = False
    """A task of this segment ended without an end, perhaps because it waits for a person."""

    @property
    def writing(self) -> WritingRun:
        return WritingRun(self.parts, self.stopped)

    def stop(self) -> None:
        """No model or tool call begins in this run from now on."""
        self.parts.cancelled.set()
        self.stopped.set()


class RunService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: CrewEngine,
        writer: EventWriter,
        credentials: CredentialService,
        threads: EngineThreads,
        contexts: RunContexts,
        journal: RunJournal,
        memory: MemoryBackground,
    ) -> None:
        self._database = database
        self._clock = clock
        self._engine = engine
        self._writer = writer
        self._credentials = credentials
        self._threads = threads
        self._contexts = contexts
        self._journal = journal
        self._memory = memory
        self._active: dict[Segment, _ActiveRun] = {}
        self._segments: set[Segment] = set()
        self._parked: set[Segment] = set()
        self._attempts = 0
        self._suspects = asyncio.Lock()
        self._leaving = False
        self._moved = asyncio.Event()
        """Something ended or was parked."""

    async def stop_ended(self) -> None:
        """Stops what runs here although its execution was cancelled, failed or was queued anew elsewhere."""
        # What begins while the database answers is not judged by that answer.
        active = dict(self._active)
        if not active:
            return
        async with self._database.read() as uow:
            current = await uow.repo(FleetRepository).current_segments(
                {segment.execution_id for segment in active}
            )
        for segment, run in active.items():
            if current.get(segment.execution_id) != segment.number:
                run.stop()
            if segment.execution_id not in current:
                self._writer.drop(segment.execution_id)

    async def drain(self, timeout_s: float) -> None:
        """Lets tasks that run come to their end, but begins no other; then stops what is left.

        Stopped runs never return to the queue's engine: it would take them for finished.
        """
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._attempts or self._segments - self._parked:
                    self._moved.clear()
                    await self._moved.wait()
        for run in self._active.values():
            run.stop()

    async def prepare(self, segment: Segment) -> list[list[str]]:
        """Moves the execution to RUNNING; returns its tasks in waves, those of a wave side by side.
        Empty when there is nothing to do, for a run that ended meanwhile."""
        self._segments.add(segment)
        if self._leaving:
            await self._park(segment)
        with log_context(group_id=segment.group_id, execution_id=segment.execution_id):
            try:
                plan = await until_available(self._clock, lambda: self._journal.begin(segment))
            except Unavailable:
                raise
            except Exception as exc:  # the outermost edge of a run: it ends, not the worker
                await self._fail_unexpectedly(segment, exc)
                return []
        return [] if plan is None else waves(plan)

    async def make_plan(self, segment: Segment) -> bool:
        """Runs the planning step where the crew has one. False when the run must not go on."""
        return await self._at_the_edge(segment, lambda: self._make_plan(segment))

    async def run_task(self, segment: Segment, key: str) -> bool:
        """Runs one task unless it is finished. False when the run must not go on."""
        return await self._at_the_edge(segment, lambda: self._run_task(segment, key))

    async def finish(self, segment: Segment) -> None:
        with log_context(group_id=segment.group_id, execution_id=segment.execution_id):
            run = await until_available(self._clock, lambda: self._run(segment))
            if run.parts.plan.memory is not None:
                await self._memory.settle(run.writing)
            await until_available(self._clock, lambda: self._journal.finish(segment))

    async def leave(self, segment: Segment) -> None:
        """After a step said that the run must not go on in this segment."""
        run = self._active.get(segment)
        asked = run is not None and run.asked
        with log_context(group_id=segment.group_id, execution_id=segment.execution_id):
            await until_available(self._clock, lambda: self._journal.leave(segment, asked=asked))

    def forget(self, segment: Segment) -> None:
        """Drops what this worker remembers of a segment that ended or moved elsewhere."""
        self._segments.discard(segment)
        self._moved.set()
        run = self._active.pop(segment, None)
        if run is not None:
            run.stop()
        self._memory.drop(segment)

    async def _at_the_edge(self, segment: Segment, work: Callable[[], Awaitable[bool]]) -> bool:
        with log_context(group_id=segment.group_id, execution_id=segment.execution_id):
            if self._leaving:
                await self._park(segment)
            self._attempts += 1
            try:
                return await work()
            except Unavailable:
                # The segment ends in an error; reconciliation queues the run again.
                raise
            except Exception as exc:  # the outermost edge of a run: it ends, not the worker
                await self._fail_unexpectedly(segment, exc)
                return False
            except asyncio.CancelledError:
                if segment in self._active:
                    self._active[segment].stop()
                raise
            finally:
                self._attempts -= 1
                self._moved.set()

    async def _fail_unexpectedly(self, segment: Segment, exc: Exception) -> None:
        code, message = describe(exc)
        if code == "internal":
            log.error("the run failed unexpectedly", exc_info=exc)
        await until_available(self._clock, lambda: self._journal.fail(segment, code, message))

    async def _make_plan(self, segment: Segment) -> bool:
        run = await until_available(self._clock, lambda: self._run(segment))
        if run.parts.plan.planning_model is None or run.notes is not None:
            return True
        context = self._contexts.make(run.parts, None)
        # What the planner calls hangs below this event, however the planning ends.
        about = {"level": "info", "message": "planning the tasks"}
        self._writer.emit(context.own_event(EventType.LOG, about))
        try:
            notes = await self._threads.run(run.stopped, lambda: self._engine.plan_tasks(context))
        except RunCancelled:
            await self._account(context)
            return await self._stopped(segment)
        except Exception as exc:  # whatever the crew library raises ends the run, not the worker
            await self._fail(context, exc, None)
            return False
        kept = await until_available(self._clock, lambda: self._journal.keep_notes(context, notes))
        await self._account(context)
        run.notes = notes
        return kept

    async def _run_task(self, segment: Segment, key: str) -> bool:
        run = await until_available(self._clock, lambda: self._run(segment))
        stored = await until_available(self._clock, lambda: self._journal.task(segment, key))
        if stored.attempts < SUSPECT_AFTER or key in stored.finished:
            return await self._attempt(run, key, stored)
        async with self._suspects:
            return await self._attempt(run, key, stored)

    async def _attempt(self, run: _ActiveRun, key: str, stored: StoredTask) -> bool:
        context = self._contexts.make(run.parts, key)
        context.reviews = stored.reviews
        attempt = await until_available(
            self._clock, lambda: self._journal.claim(context, MAX_LOST_ATTEMPTS)
        )
        if not attempt:
            run.asked = run.asked or attempt == 0
            return attempt is None
        if attempt > MAX_LOST_ATTEMPTS:
            await self._fail(context, TaskLost(key, attempt - 1), attempt)
            return False
        note = (run.notes or {}).get(key)
        try:
            output = await self._threads.run(
                run.stopped, lambda: self._engine.run_task(context, key, stored.finished, note)
            )
        except RunCancelled:
            await self._account(context)
            return await self._stopped(run.parts.segment)
        except ApprovalNeeded as stop:
            question = stop.question
            await until_available(
                self._clock, lambda: self._journal.wait_for_call(context, attempt, question)
            )
            await self._account(context)
            run.asked = True
            return False
        except Exception as exc:  # whatever the crew library raises ends the run, not the worker
            await self._fail(context, exc, attempt)
            return False
        is_kept = await until_available(
            self._clock, lambda: self._journal.complete_task(context, attempt, output)
        )
        await self._account(context)
        run.asked = run.asked or (not is_kept and context.task.approval is not None)
        write = key_of(context)
        if is_kept and write is not None:
            self._memory.begin(run.writing, write)
        return is_kept

    async def _fail(self, context: RunContext, exc: Exception, attempt: int | None) -> None:
        code, message = describe(exc)
        if code == "internal":
            log.error("task {} failed unexpectedly", context.task_key, exc_info=exc)
        if isinstance(exc, BudgetExceeded):
            said = {"message": message, "budget": exc.budget}
            context.emit(EventType.BUDGET_EXCEEDED, said, span_id=ids.new())
        # Tasks that run beside it end with the run.
        self._active[context.segment].stop()
        await until_available(
            self._clock,
            lambda: self._journal.fail(context.segment, code, message, context, attempt),
        )
        await self._account(context)

    async def _account(self, context: RunContext) -> None:
        """For what an attempt used that was not stored with its result: it had none, or nobody wants it."""
        if context.bill.is_open:
            await until_available(self._clock, lambda: self._journal.account(context))

    async def _stopped(self, segment: Segment) -> bool:
        if self._leaving:
            await self._park(segment)
        return False

    async def _park(self, segment: Segment) -> NoReturn:
        """For a run that moves to another worker: this process ends before anything else happens to it."""
        self._parked.add(segment)
        self._moved.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes a parked run")

    async def _run(self, segment: Segment) -> _ActiveRun:
        known = self._active.get(segment)
        if known is not None:
            return known
        stored = await self._journal.run(segment)
        parts = RunParts(
            segment=segment,
            attempt=stored.attempt,
            plan=stored.plan,
            credentials=await self._credentials.for_execution(
                segment.group_id, segment.execution_id, stored.plan
            ),
            meter=RunMeter(stored.plan.budget, stored.used),
        )
        run = self._active.setdefault(segment, _ActiveRun(parts, stored.notes))
        for key in stored.writes:
            self._memory.begin(run.writing, key)
        return run


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
