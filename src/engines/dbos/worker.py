"""The worker's side of the durable queue: start dequeuing under a lease, stop, hand over."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig

from src.core import ids
from src.core.logging import get_logger
from src.core.settings import Settings
from src.engines.base import JobRunner, SegmentRunner
from src.engines.dbos import workflows
from src.engines.dbos.group_running import GroupRunning
from src.engines.dbos.lease import Lease, make_lease_engine
from src.engines.dbos.queue import (
    APP_NAME,
    APP_VERSION,
    JOB_QUEUE,
    QUEUE,
    QUICK_JOB_QUEUE,
)
from src.engines.dbos.serializer import JsonSerializer
from src.engines.dbos.system_database import system_database

log = get_logger(__name__)

_POLL_S = 0.07
"""How long a run may wait for an idle worker to notice it (benchmarks/README.md has what that costs)."""
_JOB_POLL_S = 0.25
_JOBS_AT_ONCE = 8
"""Of one worker: they share its event loop with the crews."""
_JOBS_OF_A_GROUP = 2
"""Of all workers, so that a group that uploads hundreds of documents does not hold up the others."""
_QUICK_JOB_POLL_S = 0.1
_QUICK_JOBS_OF_A_GROUP = 4
_LOOP_STALL_S = 60.0


class DbosWorker:
    """One per process. Start it on the loop that owns the database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.executor_id = f"worker-{ids.random()}"
        self._pool_size = min(20, 4 + settings.kasal_worker_concurrency // 4)
        self._database = system_database(settings, self._pool_size)
        self._lease_engine: sa.Engine = make_lease_engine(settings)
        self.lease = Lease(
            self._lease_engine, self.executor_id, settings.kasal_lease_ttl_s, workflows.running
        )
        # The loop's default executor is the run engine's, which may be busy or closed.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dbos-worker")
        self._dbos: DBOS | None = None
        self._loop_seen_s = time.monotonic()
        self._heart: asyncio.Task[None] | None = None

    async def announce(self) -> None:
        """Registers the lease. Before the first dequeue: a peer's search for orphans must not take fresh
        work away; and early, because what starts now may be relied on while the crew engine still loads.
        """
        await asyncio.get_running_loop().run_in_executor(self._thread, self.lease.register)
        self._heart = asyncio.create_task(self._beat_loop(), name="loop-heartbeat")
        self.lease.start(lambda: time.monotonic() - self._loop_seen_s < _LOOP_STALL_S)

    async def start(self, runner: SegmentRunner, jobs: JobRunner) -> None:
        """Takes work from here on; announce() comes first."""
        workflows.bind(runner, jobs)
        # Before the launch: its first poll must not follow limits that a worker of yesterday stored.
        await asyncio.get_running_loop().run_in_executor(self._thread, self._register_queues)
        self._dbos = DBOS(config=self._config())
        GroupRunning(self._lease_engine).install()
        DBOS.launch()

    def stop_dequeuing(self) -> None:
        """What runs goes on. The process cannot take work again."""
        if self._dbos is not None:
            # DBOS.destroy() does the same first, but then also cuts what runs from the database.
            for stop in self._dbos.background_thread_stop_events:
                stop.set()

    async def hand_over(self) -> None:
        """Peers get what is left at once. Call it when nothing is to be done here any more."""
        moved = await asyncio.get_running_loop().run_in_executor(self._thread, self.lease.hand_over)
        log.info("handed {} run(s) over to other workers", moved)
        if self._heart is not None:
            self._heart.cancel()

    def _register_queues(self) -> None:
        """The limits are of a queue, not of a worker: with several workers those of the last start hold."""
        client = DBOSClient(
            **self._database,
            serializer=JsonSerializer(),
            application_name=APP_NAME,
            system_database_pool_size=1,
        )
        try:
            client.register_queue(
                QUEUE,
                worker_concurrency=self._settings.kasal_worker_concurrency,
                partition_concurrency=self._settings.kasal_group_concurrency,
                polling_interval_sec=_POLL_S,
                on_conflict="always_update",
            )
            client.register_queue(
                JOB_QUEUE,
                worker_concurrency=_JOBS_AT_ONCE,
                partition_concurrency=_JOBS_OF_A_GROUP,
                polling_interval_sec=_JOB_POLL_S,
                on_conflict="always_update",
            )
            client.register_queue(
                QUICK_JOB_QUEUE,
                worker_concurrency=_JOBS_AT_ONCE,
                partition_concurrency=_QUICK_JOBS_OF_A_GROUP,
                polling_interval_sec=_QUICK_JOB_POLL_S,
                on_conflict="always_update",
            )
        finally:
            client.destroy()

    async def _beat_loop(self) -> None:
        while True:
            self._loop_seen_s = time.monotonic()
            await asyncio.sleep(1.0)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APP_NAME,
            system_database_url=self._database["system_database_url"],
            system_database_engine=self._database["system_database_engine"],
            executor_id=self.executor_id,
            application_version=APP_VERSION,
            serializer=JsonSerializer(),
            log_level="WARNING",
            sys_db_pool_size=self._pool_size,
            sys_db_idle_transaction_timeout_sec=self._settings.idle_transaction_s,
            max_executor_threads=16,
            scheduler_polling_interval_sec=30.0,
            notification_listener_polling_interval_sec=1.0,
            run_migrations=False,
        )
