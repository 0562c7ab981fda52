"""How many executions of a group run at once: no more than its own limit, nor the installation's.

DBOS (3.4) has one partition_concurrency for a whole queue. The claim of a partition is told a smaller one here,
so a run above its group's limit simply stays in the queue, in its order, and holds nothing.
On SQLite two workers would count the same free places, and both would take them: Python's driver begins a
transaction only where something is written. A claim begins with the write lock here.
tests/faults/test_group_running.py and tests/integration/test_claims.py fail when DBOS claims in another way.
"""

import copy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dbos._queue import Queue
from dbos._sys_db import SystemDatabase

from src.engines.dbos.queue import QUEUE
from src.models.limit import GroupLimit

_FRESH_S = 2.0
_claiming = threading.local()


class GroupRunning:
    """Reads all such limits at once, every two seconds, on the thread that polls the queue."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._limits: dict[str, int] = {}
        self._read_at_s = float("-inf")

    def install(self) -> None:
        """Before DBOS.launch(): its first claim must know the limits."""
        claim = SystemDatabase.start_queued_workflows

        def claim_within_limits(
            system: SystemDatabase,
            queue: Queue,
            executor_id: str,
            app_version: str,
            partition: str | None,
            *counts: Any,
            **options: Any,
        ) -> Any:
            limit = self._limit(partition) if queue.name == QUEUE and partition else None
            usual = queue._partition_concurrency
            if limit is not None and usual is not None and limit < usual:
                if self._running(system, partition) >= limit:
                    # Asking DBOS would log a warning at every poll while a lowered limit takes effect.
                    return [], "partition_concurrency"
                queue = copy.copy(queue)
                queue._partition_concurrency = limit
            with _locking(system.engine):
                return claim(system, queue, executor_id, app_version, partition, *counts, **options)

        SystemDatabase.start_queued_workflows = claim_within_limits  # type: ignore[assignment,method-assign]  # see above

    def _limit(self, group_id: str | None) -> int | None:
        now_s = time.monotonic()
        if now_s - self._read_at_s >= _FRESH_S:
            query = sa.select(GroupLimit.group_id, GroupLimit.max_running)
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(GroupLimit.max_running.is_not(None)))
                self._limits = {row.group_id: row.max_running for row in rows}
            self._read_at_s = now_s
        return self._limits.get(group_id or "")

    def _running(self, system: SystemDatabase, group_id: str | None) -> int:
        table = system.tables.workflow_status
        query = sa.select(sa.func.count()).where(
            table.c.queue_name == QUEUE,
            table.c.queue_partition_key == group_id,
            table.c.status == "PENDING",
        )
        with system.engine.begin() as connection:
            return int(connection.execute(query).scalar_one())


@contextmanager
def _locking(engine: sa.Engine) -> Iterator[None]:
    """Transactions that this thread begins on SQLite hold the write lock from their first statement on."""
    if engine.dialect.name != "sqlite":
        yield
        return
    if not sa.event.contains(engine, "begin", _begin_as_writer):
        sa.event.listen(engine, "begin", _begin_as_writer)
    _claiming.now = True
    try:
        yield
    finally:
        _claiming.now = False


def _begin_as_writer(connection: sa.Connection) -> None:
    if getattr(_claiming, "now", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
