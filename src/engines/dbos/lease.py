"""Proof of life of a worker process, and the takeover of what a dead one left: DBOS's free core has neither.

Runs on a thread of its own, so that a busy event loop does not look like a dead process.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa

from src.core.database_engines import sync_engine
from src.core.logging import get_logger
from src.core.settings import Settings
from src.engines.dbos import takeover
from src.engines.dbos.queue import APP_VERSION
from src.models.execution import WorkerLease

log = get_logger(__name__)

FENCED_EXIT = 75
"""EX_TEMPFAIL: the process was declared dead and must start anew under a fresh id."""
_STRANDED_LEASES = 4
"""A workflow that is ours but does not run here is given back after as many times the lease."""
_DATABASE_TIMEOUT_S = 5
_BEATS_PER_TTL = 3
_LOOKS_PER_BEAT = 5
"""Looking for dead workers costs three small reads, and runs wait for it."""
_LONGEST_TTL_S = 600.0
"""No setting allows a longer one: what ends later was written before the clock was set back."""


@dataclass(frozen=True)
class _Sighting:
    """Of a peer's lease, when it was first seen as it is."""

    expires_at: float
    ends_s: float
    """On this process's monotonic clock, which nobody sets."""


class Lease:
    def __init__(
        self,
        engine: sa.Engine,
        executor_id: str,
        ttl_s: float,
        running: Callable[[], Collection[str]],
    ) -> None:
        """`running` names the workflows that really run in this process."""
        self._engine = engine
        self._executor_id = executor_id
        self._ttl_s = ttl_s
        self._running = running
        self._host = _host()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._held_until_s = 0.0
        self._stranded_since_s: dict[str, float] = {}
        self._sightings: dict[str, _Sighting] = {}
        self._is_loop_alive: Callable[[], bool] = lambda: True

    def register(self) -> None:
        """Before the first dequeue: otherwise a peer's search for orphans takes fresh work away."""
        started_s = time.monotonic()
        with self._engine.begin() as connection:
            connection.execute(
                sa.insert(WorkerLease).values(
                    executor_id=self._executor_id,
                    host=self._host,
                    pid=os.getpid(),
                    app_version=APP_VERSION,
                    expires_at=self._now_s(connection) + self._ttl_s,
                )
            )
        self._held_until_s = started_s + self._ttl_s

    def start(self, is_loop_alive: Callable[[], bool]) -> None:
        """Beats every third of the time to live; takes over from dead workers in the same rhythm."""
        self._is_loop_alive = is_loop_alive
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self._thread.start()

    def is_held(self) -> bool:
        """False when peers may have taken this worker's runs over, as far as its own clock can tell."""
        return time.monotonic() < self._held_until_s

    def hand_over(self) -> int:
        """Gives this worker's runs back and ends the lease at once: peers need not wait until it runs out."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=_DATABASE_TIMEOUT_S)
        with self._engine.begin() as connection:
            moved = takeover.give_back(connection, self._executor_id)
            connection.execute(
                sa.delete(WorkerLease).where(WorkerLease.executor_id == self._executor_id)
            )
        return len(moved)

    def lost(self) -> NoReturn:
        """Ends the process: a peer has taken its runs over, so whatever it still does is in the way."""
        log.error("this worker was declared dead by a peer; it ends now and starts anew")
        os._exit(FENCED_EXIT)

    def _beat(self) -> None:
        started_s = time.monotonic()
        with self._engine.begin() as connection:
            result = connection.execute(
                sa.update(WorkerLease)
                .where(WorkerLease.executor_id == self._executor_id)
                .values(expires_at=self._now_s(connection) + self._ttl_s)
            )
            if result.rowcount != 1:
                self.lost()
        self._held_until_s = started_s + self._ttl_s

    def _reap(self) -> None:
        """Gives the work of dead workers back to the queue.

        Deleting a lease first makes sure that its owner never writes again. Owners without any lease (a
        reaper died half-way, a backup was restored) are found too: owners first, leases second, because a
        worker registers its lease before it dequeues.
        """
        with self._engine.connect() as connection:
            owners = takeover.owners(connection)
        alive = self._alive_workers()
        for owner in sorted(owners - alive - {self._executor_id}):
            with self._engine.begin() as connection:
                moved = takeover.give_back(connection, owner)
            log.info("took over {} run(s) of lost worker {}", len(moved), owner)

    def _alive_workers(self) -> set[str]:
        """Deletes the leases of all others: those that ran out, and those of processes of this machine that
        are gone, for which nobody need wait."""
        with self._engine.connect() as connection:
            now_s = self._now_s(connection)
            leases = connection.execute(sa.select(*WorkerLease.__table__.columns)).all()
        known = {lease.executor_id for lease in leases}
        self._look_at({lease.executor_id: lease.expires_at for lease in leases}, now_s)
        expired = set(self._expired())
        gone = {
            lease.executor_id
            for lease in leases
            if lease.host == self._host and _has_ended(lease.pid)
        }
        if not (expired | gone) - {self._executor_id}:
            return known
        # One that has just proven to be alive stays.
        is_dead = sa.or_(
            WorkerLease.executor_id.in_(gone),
            *(
                sa.and_(
                    WorkerLease.executor_id == id,
                    WorkerLease.expires_at == self._sightings[id].expires_at,
                )
                for id in expired
            ),
        )
        with self._engine.begin() as connection:
            deleted = connection.scalars(
                sa.delete(WorkerLease)
                .where(is_dead, WorkerLease.executor_id != self._executor_id)
                .returning(WorkerLease.executor_id)
            )
            return known - set(deleted)

    def _look_at(self, leases: Mapping[str, float], now_s: float) -> None:
        """Turns times of the database's clock into our own: it may be set before a lease runs out, or just
        after a beat that nobody has seen yet. Whoever lives beats again within the shortest time given here.
        """
        seen_s, before = time.monotonic(), self._sightings
        self._sightings = {}
        for id, expires_at in leases.items():
            known = before.get(id)
            if known is None or known.expires_at != expires_at:
                left_s = max(expires_at - now_s, self._ttl_s / 2)
                known = _Sighting(expires_at, seen_s + min(left_s, _LONGEST_TTL_S))
            self._sightings[id] = known

    def _expired(self) -> Iterable[str]:
        now_s = time.monotonic()
        return (id for id, seen in self._sightings.items() if seen.ends_s < now_s)

    def _give_back_stranded(self) -> None:
        """A workflow that was claimed while the database hiccuped may belong to us and run nowhere."""
        with self._engine.connect() as connection:
            mine = takeover.running_of(connection, self._executor_id)
        now_s, running = time.monotonic(), set(self._running())
        self._stranded_since_s = {
            id: self._stranded_since_s.get(id, now_s) for id in mine - running
        }
        long_ago_s = now_s - _STRANDED_LEASES * self._ttl_s
        stranded = [id for id, since_s in self._stranded_since_s.items() if since_s < long_ago_s]
        if stranded:
            with self._engine.begin() as connection:
                moved = takeover.give_back(connection, self._executor_id, stranded)
            log.warning("{} run(s) were claimed but never started; queued again", len(moved))

    def _retire_earlier_versions(self) -> None:
        """What the last worker of an earlier version left goes on in this one."""
        with self._engine.begin() as connection:
            alive = set(connection.scalars(sa.select(WorkerLease.app_version).distinct()))
            now_ms = int(self._now_s(connection) * 1000)
            retired = takeover.retire(connection, alive, now_ms)
        if retired:
            log.warning(
                "{} run(s) or job(s) of an earlier version lost their last worker; they go on here",
                retired,
            )

    def _run(self) -> None:
        ticks = 0
        while not self._stop.wait(self._ttl_s / _BEATS_PER_TTL / _LOOKS_PER_BEAT):
            if not self._is_loop_alive():
                log.error("the event loop stands still; this worker ends and starts anew")
                os._exit(FENCED_EXIT)
            ticks += 1
            try:
                if ticks % _LOOKS_PER_BEAT == 0:
                    self._beat()
                    self._give_back_stranded()
                    self._retire_earlier_versions()
                self._reap()
            except sa.exc.SQLAlchemyError as exc:
                # The lease may run out while the database is away; the next beat then finds the row gone.
                log.warning(
                    "lease not renewed, the database does not answer: {}", type(exc).__name__
                )
            except Exception:  # without this thread the worker would go on without proof of life
                log.exception("the lease was not renewed")

    @staticmethod
    def _now_s(connection: sa.Connection) -> float:
        if connection.dialect.name == "postgresql":
            now = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())"))
            return float(now.scalar_one())
        return time.time()


def _host() -> str:
    """Where a process id means the same process: this machine since its last start, seen from this
    container. On other systems than Linux just a name, which tells nothing about processes."""
    name = socket.gethostname()[:120]
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{name} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{name} {uuid.uuid4()}"


def _has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def make_lease_engine(settings: Settings) -> sa.Engine:
    if settings.is_sqlite:
        return sync_engine(
            settings, connect_args={"timeout": _DATABASE_TIMEOUT_S}, poolclass=sa.NullPool
        )
    # A database that accepts connections but does not answer must not hold up the beat for long.
    timeout_ms = _DATABASE_TIMEOUT_S * 1000
    limits = {
        "connect_timeout": _DATABASE_TIMEOUT_S,
        "options": f"-c statement_timeout={timeout_ms} "
        f"-c idle_in_transaction_session_timeout={timeout_ms}",
    }
    return sync_engine(
        settings, connect_args=limits, pool_size=1, max_overflow=1, pool_pre_ping=True
    )
