"""A worker process: takes queued executions and runs their crews until it is told to stop."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

from pydantic import ValidationError

from src.bootstrap import Container
from src.core.clock import Clock
from src.core.errors import AppError
from src.core.logging import configure_logging, get_logger
from src.core.settings import Settings, explain
from src.engines.base import CrewEngine
from src.engines.crewai.quiet import quiet
from src.engines.dbos.lease import FENCED_EXIT
from src.engines.dbos.worker import DbosWorker
from src.services.definitions.model_trial import ModelProbe, ModelTrialHandler
from src.services.executions.reconcile import ReconcileService
from src.services.flows.reconcile import FlowReconcileService
from src.services.jobs.handler import JobKind
from src.services.jobs.reconcile import JobReconcileService
from src.services.jobs.runner import JobRunnerService
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.event_measures import EventMeasures
from src.services.runs.event_writer import EventWriter
from src.services.runs.memory_leftovers import MemoryLeftovers
from src.services.runs.ownership import Ownership
from src.worker.jobs import job_handlers
from src.worker.loop_bridge import WorkerLoopBridge
from src.worker.runs import RunServices, run_services
from src.worker.watch import (
    Reconciler,
    expire_approvals,
    fire_schedules,
    keep_house,
    reconcile,
    tell_measures,
    watch_cancellations,
)

log = get_logger(__name__)

_DRAIN_S = 10.0
"""A Databricks App is killed 15 s after SIGTERM; what is not done by then moves to another worker."""
_MOST_BLOCKED_THREADS = 16
"""Tools that do not return after their runs were stopped; with more the process starts anew."""
_FAREWELL_S = 3.0
"""For the last events, and for handing over, when the database is slow."""


class Worker:
    def __init__(self, container: Container, load_engine: Callable[[], CrewEngine]) -> None:
        self._container = container
        self._load_engine = load_engine
        self._stopping = asyncio.Event()
        self._threads = EngineThreads(_MOST_BLOCKED_THREADS)
        self._queue = DbosWorker(container.settings)
        self._ownership = Ownership(self._queue.executor_id, self._queue.lease)
        self._writer = EventWriter(
            container.database,
            container.clock,
            self._ownership,
            EventMeasures(container.measures),
        )

    async def run(self) -> int:
        """Until a signal, or until only a fresh process helps. Returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stopping.set)
        await self._queue.announce()
        services = await self._load_runs()
        self._runs = services.runs
        self._jobs = self._load_jobs(services.leftovers)
        await self._queue.start(self._runs, self._jobs)
        log.info("worker {} ready", self._queue.executor_id)
        code = await self._until_stopped()
        log.info("worker stopping: {:g} s for running tasks to end", _DRAIN_S)
        self._queue.stop_dequeuing()
        await asyncio.gather(self._runs.drain(_DRAIN_S), self._jobs.drain(_DRAIN_S))
        tell = partial(self._container.measures.store, self._container.database)
        for farewell in (self._writer.flush, self._queue.hand_over, tell):
            try:
                await asyncio.wait_for(farewell(), _FAREWELL_S)
            except (
                Exception
            ):  # the process ends anyway; peers find what it leaves when its lease runs out
                log.exception("not everything could be handed over")
        log.info("worker stopped")
        return code

    async def _load_runs(self) -> RunServices:
        # Importing crewai takes seconds of CPU: on a thread, so that the lease is kept meanwhile.
        loop = asyncio.get_running_loop()
        engine = await loop.run_in_executor(None, self._load_engine)
        return run_services(
            self._container,
            engine,
            self._writer,
            self._threads,
            self._ownership,
            WorkerLoopBridge(loop),
            self._container.memory_access,
        )

    def _load_jobs(self, leftovers: MemoryLeftovers) -> JobRunnerService:
        container = self._container
        return JobRunnerService(
            container.database,
            container.clock,
            container.queue,
            container.settings.key_ring,
            {
                **job_handlers(container),
                JobKind.MEMORY_WRITES: leftovers,
                JobKind.MODEL_TEST: ModelTrialHandler(
                    container.credentials,
                    self._threads,
                    lambda: _load_probe(container.settings, container.clock),
                ),
            },
            self._ownership,
        )

    async def _until_stopped(self) -> int:
        container = self._container
        database, queue, clock = container.database, container.queue, container.clock
        reconcilers: list[Reconciler] = [
            ReconcileService(database, queue, clock, container.endings),
            JobReconcileService(database, queue, clock),
            FlowReconcileService(database, container.flow_jobs),
        ]
        housekeeping = container.housekeeping(self._queue.executor_id)
        ttl_s = container.settings.kasal_lease_ttl_s
        stop = asyncio.create_task(self._stopping.wait(), name="stop-signal")
        full = asyncio.create_task(self._threads.is_crowded.wait(), name="blocked-threads")
        self._chores = [
            asyncio.create_task(self._writer.run(), name="event-writer"),
            asyncio.create_task(watch_cancellations(self._runs, self._jobs), name="cancellations"),
            asyncio.create_task(reconcile(reconcilers, clock, ttl_s), name="reconcile"),
            asyncio.create_task(fire_schedules(container.schedule_tick), name="schedules"),
            asyncio.create_task(tell_measures(container.measures, database), name="measures"),
            asyncio.create_task(keep_house(housekeeping), name="housekeeping"),
            asyncio.create_task(expire_approvals(container.approvals), name="approvals"),
        ]
        done, _ = await asyncio.wait(
            [stop, full, *self._chores], return_when=asyncio.FIRST_COMPLETED
        )
        if full in done:
            log.error("{} tools have not returned since their runs ended", self._threads.blocked)
            return FENCED_EXIT
        if stop in done:
            return 0
        for task in done:
            log.error("{} ended; the worker stops", task.get_name(), exc_info=task.exception())
        return 1


def main() -> None:
    try:
        settings = Settings()
    except ValidationError as exc:
        sys.exit(f"The settings are not right:\n{explain(exc)}")
    configure_logging(settings.kasal_log_level, settings.kasal_log_format)
    quiet(settings.kasal_data_dir)
    _require_login(settings)
    asyncio.run(_run(Container(settings)))


def _require_login(settings: Settings) -> None:
    """What only a person can mend is said before anything is loaded."""
    try:
        if settings.database_login is not None:
            settings.database_login.credential()
    except AppError as exc:
        sys.exit(f"No password for the database: {exc.message}")


def _load_engine(settings: Settings, clock: Clock) -> CrewEngine:
    # crewai reads where to keep its files when it is imported, so not before quiet() has said where.
    from src.worker.engine import make_engine

    return make_engine(settings, clock)


def _load_probe(settings: Settings, clock: Clock) -> ModelProbe:
    from src.worker.engine import make_probe

    return make_probe(settings, clock)


async def _run(container: Container) -> None:
    code = await Worker(container, lambda: _load_engine(container.settings, container.clock)).run()
    # Threads of a blocked tool or of a pool would keep the interpreter from ending, and the runs that were
    # handed over must not be woken here by cancelling their tasks.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
