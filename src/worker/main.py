"""A worker process: takes queued executions and runs their crews until it is told to stop."""

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from pydantic import ValidationError

from src.bootstrap import Container
from src.core.logging import configure_logging, get_logger
from src.core.settings import Settings, explain
from src.engines.base import CrewEngine
from src.engines.crewai.quiet import quiet
from src.engines.dbos.worker import DbosWorker
from src.services.event_writer import EventWriter
from src.services.reconcile import ReconcileService
from src.services.run import RunService
from src.worker.loop_bridge import WorkerLoopBridge
from src.worker.watch import reconcile, watch_cancellations

log = get_logger(__name__)

_DRAIN_S = 10.0
"""A Databricks App is killed 15 s after SIGTERM; what is not done by then moves to another worker."""
_SPARE_THREADS = 16
"""For tools that do not return after their run was cancelled."""


class Worker:
    def __init__(self, container: Container, engine: CrewEngine) -> None:
        self._settings = container.settings
        self._container = container
        self._engine = engine
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stopping.set)
        container, settings = self._container, self._settings
        writer = EventWriter(container.database, container.clock)
        pool = ThreadPoolExecutor(
            settings.kasal_worker_concurrency + _SPARE_THREADS, thread_name_prefix="crew"
        )
        runs = RunService(
            container.database,
            container.clock,
            self._engine,
            writer,
            container.credentials,
            WorkerLoopBridge(asyncio.get_running_loop()),
            pool,
        )
        reconciler = ReconcileService(container.database, container.queue, container.clock)
        queue = DbosWorker(settings, runs)
        await queue.start()
        log.info("worker {} ready", queue.executor_id)
        tasks = [
            asyncio.create_task(writer.run(), name="event-writer"),
            asyncio.create_task(watch_cancellations(runs), name="cancellations"),
            asyncio.create_task(
                reconcile(reconciler, container.clock, 2 * settings.kasal_lease_ttl_s),
                name="reconcile",
            ),
        ]
        await self._until_stopped(tasks)
        log.info("worker stopping: {} s for running tasks to end", _DRAIN_S)
        await queue.stop(_DRAIN_S)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await writer.flush()
        await container.close()
        pool.shutdown(wait=False, cancel_futures=True)
        log.info("worker stopped")

    async def _until_stopped(self, tasks: list["asyncio.Task[None]"]) -> None:
        stopping = asyncio.create_task(self._stopping.wait(), name="stop-signal")
        done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            log.error("{} ended; the worker stops", task.get_name(), exc_info=task.exception())
        stopping.cancel()


def main() -> None:
    try:
        settings = Settings()
    except ValidationError as exc:
        sys.exit(f"The settings are not right:\n{explain(exc)}")
    configure_logging(settings.kasal_log_level, settings.kasal_log_format)
    quiet(settings.kasal_data_dir)
    # crewai reads where to keep its files when it is imported, so not before quiet() has said where.
    from src.worker.engine import make_engine

    container = Container(settings)
    asyncio.run(_run(container, make_engine(settings, container.clock)))


async def _run(container: Container, engine: CrewEngine) -> None:
    await Worker(container, engine).run()
