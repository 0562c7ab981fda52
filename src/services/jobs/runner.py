"""What a worker does with a job: begin it, run the handler of its kind, store how it ended or its next turn.

A job may be interrupted anywhere and is then run again from the state that its handler saved last. A worker
that was declared dead cannot write for it (services/runs/ownership.py).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.errors import AppError, NotAvailable, Unavailable
from src.core.job_status import OPEN, JobStatus
from src.core.logging import get_logger, log_context
from src.core.text import storable
from src.core.unit_of_work import Database
from src.engines.base import JobQueue
from src.models.job import Job
from src.repositories.job import JobFleetRepository, JobRepository
from src.repositories.sealed_column import JOB_TOKEN
from src.services.credentials import ENDED_SIGN_IN
from src.services.jobs.handler import JobCancelled, JobHandler, JobKind, JobOrder, StepStatus
from src.services.jobs.job import priority_of
from src.services.runs.ownership import Ownership
from src.services.runs.patience import until_available

log = get_logger(__name__)
Handlers = Mapping[JobKind, JobHandler]

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 300.0
MAX_TRIES = 295
"""2, 4, 8 … 256 s and then every 5 minutes: a service may be away for about a day."""
_MAX_DETAIL = 2_000


def pause_s(tries: int, asked_for: str | None = None) -> float:
    """Before the next try, after so many; `asked_for` is a Retry-After, which is kept up to the longest."""
    growing = FIRST_PAUSE_S * 2.0 ** min(tries - 1, 10)
    asked_s = float(asked_for) if asked_for is not None and asked_for.isdigit() else 0.0
    return min(LONGEST_PAUSE_S, max(growing, asked_s))


class JobRunnerService:
    """engines.base.JobRunner."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        queue: JobQueue,
        key_ring: KeyRing,
        handlers: Handlers,
        ownership: Ownership,
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue = queue
        self._key_ring = key_ring
        self._handlers = handlers
        self._ownership = ownership
        self._active: dict[str, asyncio.Task[Mapping[str, Any]]] = {}
        self._jobs: set[str] = set()
        self._parked: set[str] = set()
        self._leaving = False
        self._moved = asyncio.Event()
        """Something ended or was parked."""

    async def run_job(self, job_id: str, group_id: str) -> None:
        self._jobs.add(job_id)
        try:
            with log_context(group_id=group_id):
                if self._leaving:
                    await self.park(job_id)
                await self._run(job_id, group_id)
        finally:
            self._jobs.discard(job_id)
            self._moved.set()

    async def stop_ended(self) -> None:
        """Stops what runs here although its job was cancelled, or was queued anew elsewhere."""
        active = dict(self._active)
        if not active:
            return
        async with self._database.read() as uow:
            running = await uow.repo(JobFleetRepository).running(active)
        for id, work in active.items():
            if id not in running:
                work.cancel()

    async def drain(self, timeout_s: float) -> None:
        """Jobs may end, or come to where they save how far they are; then what is left is stopped.

        Stopped jobs never return to the queue's engine: it would take them for finished.
        """
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._jobs - self._parked:
                    self._moved.clear()
                    await self._moved.wait()
        for id, work in self._active.items():
            if id not in self._parked:
                work.cancel()

    @property
    def is_leaving(self) -> bool:
        return self._leaving

    async def park(self, job_id: str) -> NoReturn:
        """For a job that moves to another worker: this process ends before anything else happens to it."""
        self._parked.add(job_id)
        self._moved.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes a parked job")

    async def _run(self, job_id: str, group_id: str) -> None:
        row = await until_available(self._clock, lambda: self._begin(group_id, job_id))
        if row is None:
            return
        handler = self._handlers.get(JobKind(row.kind))
        order = _order(row)
        if row.status != JobStatus.RUNNING:
            if handler is not None:
                await self._abandon(handler, order, row.error_message or "")
            return
        try:
            if handler is None:
                raise NotAvailable(f"this worker knows no jobs of the kind {row.kind}; update it")
            progress = StoredProgress(self, self._database, self._clock, self._ownership, row)
            order = replace(order, user_token=self._token_of(row))
            result = await self._work(order, handler, progress)
        except JobCancelled:
            await self._abandon(handler, order, "it was cancelled")
        except Unavailable as exc:
            await self._again_or_fail(handler, order, exc)
        except AppError as exc:
            await self._fail(handler, order, exc.code, exc.message)
        except Exception as exc:  # the outermost edge of a job: it ends, not the worker
            log.exception("job {} ({}) failed unexpectedly", order.id, order.kind)
            message = f"it ended with an unexpected {type(exc).__name__}; the worker's log has it"
            await self._fail(handler, order, "internal", message)
        else:
            await self._end(handler, order, status=JobStatus.DONE, result=dict(result))

    async def _work(
        self, order: JobOrder, handler: JobHandler, progress: "StoredProgress"
    ) -> Mapping[str, Any]:
        work = asyncio.ensure_future(handler.run(order, progress))
        self._active[order.id] = work
        try:
            return await work
        except asyncio.CancelledError:
            if not work.cancelled():
                work.cancel()  # the whole workflow was cancelled
                raise
            if self._leaving:
                await self.park(order.id)
            raise JobCancelled from None
        finally:
            del self._active[order.id]

    async def _begin(self, group_id: str, job_id: str) -> Job | None:
        """With another status than running for a job whose end its handler is to be told. None when there
        is nothing to do."""
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            jobs = uow.repo(JobRepository)
            row = await jobs.begin(group_id, job_id, self._clock.now())
            if row is None:
                row = await jobs.find(group_id, job_id)
            return None if row is None or row.status == JobStatus.DONE else row

    def _token_of(self, row: Job) -> SecretStr | None:
        if row.sealed_token is None or row.token_expires_at is None:
            return None
        if row.token_expires_at <= self._clock.now():
            return ENDED_SIGN_IN
        return self._key_ring.open(row.sealed_token, JOB_TOKEN.place(row.group_id, row.id))

    async def _again_or_fail(
        self, handler: JobHandler | None, order: JobOrder, exc: Unavailable
    ) -> None:
        tries = order.tries + 1
        if tries >= MAX_TRIES:
            message = f"after {tries} tries it was given up: {exc.message}"
            await self._fail(handler, order, exc.code, message)
            return
        wait_s = pause_s(tries, exc.headers.get("Retry-After"))

        async def queue() -> None:
            async with self._database.write() as uow:
                await self._ownership.require(uow)
                waits = await uow.repo(JobRepository).change(
                    order.group_id,
                    order.id,
                    (JobStatus.RUNNING,),
                    now=self._clock.now(),
                    in_try=tries,
                    status=JobStatus.QUEUED,
                    error_code=exc.code,
                    error_message=exc.message,
                )
                if waits:
                    await self._queue.enqueue_job(
                        uow,
                        job_id=order.id,
                        group_id=order.group_id,
                        turn=tries,
                        priority=priority_of(order.kind),
                        after_s=wait_s,
                    )

        await until_available(self._clock, queue)
        log.info("job {} ({}) is tried again in {:g} s: {}", order.id, order.kind, wait_s, exc.code)

    async def _fail(
        self, handler: JobHandler | None, order: JobOrder, code: str, message: str
    ) -> None:
        await self._end(
            handler, order, status=JobStatus.FAILED, error_code=code, error_message=message
        )

    async def _end(
        self, handler: JobHandler | None, order: JobOrder, *, status: JobStatus, **values: Any
    ) -> None:
        error = {"error_code": None, "error_message": None}

        async def store() -> bool:
            async with self._database.write() as uow:
                await self._ownership.require(uow)
                now = self._clock.now()
                return await uow.repo(JobRepository).change(
                    order.group_id,
                    order.id,
                    (JobStatus.RUNNING,),
                    now=now,
                    in_try=order.tries + 1,
                    status=status,
                    finished_at=now,
                    sealed_token=None,
                    **{**error, **storable(values)},
                )

        stored = await until_available(self._clock, store)
        log.info("job {} ({}) is {}", order.id, order.kind, status if stored else "cancelled")
        if handler is not None and not (stored and status is JobStatus.DONE):
            await self._abandon(handler, order, values.get("error_message") or "it was cancelled")

    async def _abandon(self, handler: JobHandler | None, order: JobOrder, message: str) -> None:
        if handler is None:
            return
        try:
            await handler.abandoned(order, message)
        except Unavailable as exc:
            log.info("the end of job {} ({}) is noted later: {}", order.id, order.kind, exc.code)
            retry_after = exc.headers.get("Retry-After")
            await until_available(self._clock, lambda: self._abandon_later(order, retry_after))
        except Exception:  # the job has ended already; only what its subject shows is late
            log.exception("the end of job {} ({}) was not noted", order.id, order.kind)

    async def _abandon_later(self, order: JobOrder, retry_after: str | None) -> None:
        """In a turn of its own: what a service that is away still holds of it has to be taken back."""
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            jobs = uow.repo(JobRepository)
            row = await jobs.find(order.group_id, order.id)
            if row is None or row.status in OPEN or row.tries >= 2 * MAX_TRIES:
                return
            turn = row.tries + 1
            await jobs.change(
                order.group_id,
                order.id,
                (JobStatus(row.status),),
                now=self._clock.now(),
                in_try=row.tries,
                tries=turn,
            )
            await self._queue.enqueue_job(
                uow,
                job_id=order.id,
                group_id=order.group_id,
                turn=turn,
                priority=priority_of(order.kind),
                after_s=pause_s(turn, retry_after),
            )


def _order(row: Job) -> JobOrder:
    return JobOrder(
        id=row.id,
        group_id=row.group_id,
        kind=JobKind(row.kind),
        subject_id=row.subject_id,
        arguments=row.arguments,
        created_by=row.created_by,
        tries=max(0, row.tries - 1),
    )


class StoredProgress:
    """job_handler.JobProgress over the job's row."""

    def __init__(
        self,
        runner: JobRunnerService,
        database: Database,
        clock: Clock,
        ownership: Ownership,
        row: Job,
    ) -> None:
        self._runner = runner
        self._database = database
        self._clock = clock
        self._ownership = ownership
        self._group_id, self._id, self._try = row.group_id, row.id, row.tries
        self._state: dict[str, Any] = dict(row.state)
        self._steps: list[dict[str, Any]] = list(row.steps)

    @property
    def state(self) -> Mapping[str, Any]:
        return self._state

    async def save(self, state: Mapping[str, Any]) -> None:
        await self._store(state=dict(state))
        self._state = dict(state)

    async def step(self, name: str, status: StepStatus, detail: str = "") -> None:
        at = self._clock.now().isoformat()
        step = {"name": name, "status": status, "detail": detail[:_MAX_DETAIL], "at": at}
        known = [one["name"] for one in self._steps]
        steps = [*self._steps]
        if name in known:
            steps[known.index(name)] = step
        else:
            steps.append(step)
        await self._store(steps=storable(steps))
        self._steps = steps

    async def _store(self, **values: Any) -> None:
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            stored = await uow.repo(JobRepository).change(
                self._group_id,
                self._id,
                (JobStatus.RUNNING,),
                now=self._clock.now(),
                in_try=self._try,
                **values,
            )
        if not stored:
            raise JobCancelled
        if self._runner.is_leaving:
            await self._runner.park(self._id)
