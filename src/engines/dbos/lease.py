"""Proof of life of a worker process, and the takeover of what a dead one left: DBOS's free core has neither.

Runs on a thread of its own, so that a busy event loop does not look like a dead process.
"""

import os
import socket
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa
from dbos import DBOS

from src.core.logging import get_logger
from src.engines.dbos.queue import APP_VERSION
from src.models.execution import WorkerLease

log = get_logger(__name__)

FENCED_EXIT = 75
"""EX_TEMPFAIL: the process was declared dead and must start anew under a fresh id."""


class Lease:
    def __init__(self, engine: sa.Engine, executor_id: str, ttl_s: float) -> None:
        self._engine = engine
        self._executor_id = executor_id
        self._ttl_s = ttl_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_loop_alive: Callable[[], bool] = lambda: True

    def register(self) -> None:
        """Before the first dequeue: otherwise a peer's search for orphans takes fresh work away."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.insert(WorkerLease).values(
                    executor_id=self._executor_id,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    app_version=APP_VERSION,
                    expires_at=self._now_s(connection) + self._ttl_s,
                )
            )

    def start(self, is_loop_alive: Callable[[], bool]) -> None:
        """Beats every third of the time to live; takes over from dead workers in the same rhythm."""
        self._is_loop_alive = is_loop_alive
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Peers take over at once instead of waiting for the lease to run out."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(WorkerLease).where(WorkerLease.executor_id == self._executor_id)
            )

    def beat(self) -> bool:
        """False when the row is gone: a peer declared this process dead."""
        with self._engine.begin() as connection:
            result = connection.execute(
                sa.update(WorkerLease)
                .where(WorkerLease.executor_id == self._executor_id)
                .values(expires_at=self._now_s(connection) + self._ttl_s)
            )
            return result.rowcount == 1

    def reap(self) -> int:
        """Re-queues the work of dead workers; returns how many workflows moved.

        Deleting the expired row elects one reaper. Owners without any lease (a reaper died half-way, a
        backup was restored) are found too: owners first, leases second, because a worker registers its
        lease before it dequeues.
        """
        with self._engine.begin() as connection:
            dead = set(
                connection.scalars(
                    sa.delete(WorkerLease)
                    .where(WorkerLease.expires_at < self._now_s(connection))
                    .returning(WorkerLease.executor_id)
                )
            )
        owners = {
            status.executor_id
            for status in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
            if status.executor_id
        }
        with self._engine.connect() as connection:
            alive = set(connection.scalars(sa.select(WorkerLease.executor_id)))
        moved = 0
        for executor_id in sorted((dead & owners) | (owners - alive)):
            handles = DBOS._recover_pending_workflows([executor_id])
            moved += len(handles)
            log.info("took over {} run(s) of lost worker {}", len(handles), executor_id)
        return moved

    def _run(self) -> None:
        while not self._stop.wait(self._ttl_s / 3):
            try:
                self._beat_and_reap()
            except sa.exc.DBAPIError as exc:
                # The lease may run out while the database is away; beat() then finds the row gone.
                log.warning(
                    "lease not renewed, the database does not answer: {}", type(exc).__name__
                )

    def _beat_and_reap(self) -> None:
        if not self._is_loop_alive():
            log.error("the event loop has stood still; this worker no longer renews its lease")
            return
        if not self.beat():
            log.error("this worker was declared dead by a peer; it ends now and starts anew")
            os._exit(FENCED_EXIT)
        self.reap()

    @staticmethod
    def _now_s(connection: sa.Connection) -> float:
        if connection.dialect.name == "postgresql":
            now = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())"))
            return float(now.scalar_one())
        return time.time()


def make_lease_engine(url: str) -> sa.Engine:
    if url.startswith("sqlite"):
        return sa.create_engine(url, connect_args={"timeout": 30}, poolclass=sa.NullPool)
    return sa.create_engine(url, pool_size=1, max_overflow=1, pool_pre_ping=True)
