"""The worker's side of the durable queue: start dequeuing under a lease, drain, hand over."""

import asyncio
import time

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from src.core import ids
from src.core.logging import get_logger
from src.core.settings import Settings
from src.engines.base import SegmentRunner
from src.engines.dbos import workflows
from src.engines.dbos.lease import Lease, make_lease_engine
from src.engines.dbos.queue import APP_NAME, APP_VERSION, QUEUE, system_database_url
from src.engines.dbos.serializer import JsonSerializer

log = get_logger(__name__)

_POLL_S = 0.1
"""How long a run may wait for an idle worker to notice it; 3 % of a core when idle (2026-11)."""
_LOOP_STALL_S = 60.0


class DbosWorker:
    """One per process. Start it on the loop that owns the database."""

    def __init__(self, settings: Settings, runner: SegmentRunner) -> None:
        self._settings = settings
        self._runner = runner
        self.executor_id = f"worker-{ids.random()}"
        self._lease_engine: sa.Engine = make_lease_engine(settings.sync_database_url)
        self._lease = Lease(self._lease_engine, self.executor_id, settings.kasal_lease_ttl_s)
        self._loop_seen_s = time.monotonic()
        self._heart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        workflows.bind(self._runner)
        # Before the first dequeue: a peer's search for orphans must not take fresh work away.
        await asyncio.to_thread(self._lease.register)
        DBOS(config=self._config())
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._settings.kasal_worker_concurrency,
            partition_concurrency=self._settings.kasal_group_concurrency,
            polling_interval_sec=_POLL_S,
            on_conflict="always_update",
        )
        self._heart = asyncio.create_task(self._beat_loop(), name="loop-heartbeat")
        self._lease.start(lambda: time.monotonic() - self._loop_seen_s < _LOOP_STALL_S)

    async def stop(self, drain_s: float) -> None:
        """Takes no new work, lets running tasks end for `drain_s`, then leaves the rest to peers."""
        await asyncio.to_thread(
            DBOS.destroy, workflow_completion_timeout_sec=max(0, round(drain_s))
        )
        if self._heart is not None:
            self._heart.cancel()
        await asyncio.to_thread(self._lease.release)
        self._lease_engine.dispose()

    async def _beat_loop(self) -> None:
        while True:
            self._loop_seen_s = time.monotonic()
            await asyncio.sleep(1.0)

    def _config(self) -> DBOSConfig:
        concurrency = self._settings.kasal_worker_concurrency
        return DBOSConfig(
            name=APP_NAME,
            system_database_url=system_database_url(self._settings),
            executor_id=self.executor_id,
            application_version=APP_VERSION,
            serializer=JsonSerializer(),
            log_level="WARNING",
            sys_db_pool_size=min(20, 4 + concurrency // 4),
            max_executor_threads=16,
            scheduler_polling_interval_sec=30.0,
            notification_listener_polling_interval_sec=1.0,
            run_migrations=False,
        )
