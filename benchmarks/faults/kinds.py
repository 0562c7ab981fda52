"""The kinds of faults, each of which strikes again and again while crews run."""

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from benchmarks.faults.campaign import Campaign, Fault
from tests.support import fail_points
from tests.support.database_clock import DatabaseClock
from tests.support.databases import PostgresServer
from tests.support.fail_points import POINTS
from tests.support.faulty_proxy import Break, FaultyProxy
from tests.support.process_clock import set_clock

_HOUR_S = 3600.0
_STRUCK = 0.08
"""Of the connections that are open."""


@dataclass
class KilledWorkers:
    """SIGKILL at random moments; a supervisor starts another at once."""

    name = "workers killed"
    most = 8
    pause_s = (1.0, 6.0)

    def strike(self, campaign: Campaign) -> int:
        campaign.wait_until_ready()
        campaign.lose(campaign.dice.choice(campaign.workers), signal.SIGKILL)
        return 1


@dataclass
class FailPoints:
    """A worker is replaced by one that dies when it passes a named point for the n-th time."""

    name = "workers that die at named points"
    most = 18
    pause_s = (0.1, 0.5)
    _left: tuple[str, ...] = tuple(POINTS)

    def strike(self, campaign: Campaign) -> int:
        campaign.wait_until_ready()
        point, *rest = self._left
        self._left = (*rest, point)
        campaign.next_environment = {fail_points.VARIABLE: f"{point}:{campaign.dice.randint(1, 3)}"}
        worker = campaign.dice.choice(campaign.workers)
        campaign.lose(worker, signal.SIGKILL)
        worker.wait(10.0)
        campaign.wait_until_ready()
        doomed = campaign.workers[-1]
        # Some points are passed rarely, others at once.
        deadline_s = time.monotonic() + 6
        while doomed.exit_code is None and time.monotonic() < deadline_s:
            time.sleep(0.05)
        campaign.lose(doomed, signal.SIGKILL if doomed.exit_code is None else None)
        return 1


@dataclass
class KilledApi:
    """SIGKILL while clients start runs and follow their events."""

    name = "API killed"
    most = 12
    pause_s = (0.3, 3.0)

    def strike(self, campaign: Campaign) -> int:
        api = campaign.kasal.api
        assert api is not None
        api.kill()
        campaign.kasal.start_api()
        return 1


@dataclass
class PostgresAway:
    """Stopped and started every few seconds; every third time it crashes and has to recover."""

    server: PostgresServer
    name = "PostgreSQL stopped and started"
    most = 12
    pause_s = (1.0, 5.0)
    _times: int = 0

    def strike(self, campaign: Campaign) -> int:
        self._times += 1
        with self.server.away(crash=self._times % 3 == 0):
            time.sleep(campaign.dice.uniform(0.2, 6.0))
        return 1


@dataclass
class TerminatedConnections:
    """pg_terminate_backend of every second connection, whatever it is doing."""

    url: str
    name = "connections terminated"
    most = 40
    pause_s = (0.2, 1.5)

    def strike(self, campaign: Campaign) -> int:
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND random() < 0.5"
        )
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(query.encode())
        return 1


@dataclass
class Network:
    """Between workers and a server: one kind of break after the other, for a share of the answers on their way; now
    and then the server is away for some seconds."""

    name: str
    proxy: FaultyProxy
    most: int = 40
    pause_s: tuple[float, float] = (0.5, 2.0)
    _times: int = 0

    def strike(self, campaign: Campaign) -> int:
        kinds = list(Break)
        kind = kinds[self._times % len(kinds)]
        self._times += 1
        struck = sum(campaign.dice.random() < _STRUCK for _ in range(self.proxy.connections))
        self.proxy.strike(kind, struck)
        if self._times % 12:
            return struck
        self.proxy.cut()
        time.sleep(campaign.dice.uniform(0.5, 8.0))
        self.proxy.mend()
        return struck + 1


@dataclass
class Zombies:
    """SIGSTOP for longer than the lease, then SIGCONT: it wakes up when others have its runs."""

    lease_s: float
    name = "workers stopped for longer than their lease"
    most = 4
    pause_s = (0.5, 2.0)

    def strike(self, campaign: Campaign) -> int:
        campaign.wait_until_ready()
        worker = campaign.dice.choice(campaign.workers)
        campaign.lose(worker, signal.SIGSTOP)
        time.sleep(self.lease_s + campaign.dice.uniform(3.0, 8.0))
        worker.send(signal.SIGCONT)
        return 1


@dataclass
class Clocks:
    """The database's clock, or that of one worker, is set an hour forward or back, and right again; every third time
    a worker is killed meanwhile."""

    database: DatabaseClock
    name = "clocks set forward and back"
    most = 12
    pause_s = (0.5, 3.0)
    _times: int = 0

    def strike(self, campaign: Campaign) -> int:
        campaign.wait_until_ready()
        self._times += 1
        shift_s = campaign.dice.choice((-_HOUR_S, -60.0, 60.0, _HOUR_S))
        worker = campaign.dice.choice(campaign.workers)
        if self._times % 2:
            self.database.set(shift_s)
        else:
            set_clock(campaign.clock_of(worker), shift_s)
        time.sleep(campaign.dice.uniform(1.0, 8.0))
        if self._times % 3 == 0:
            worker.kill()  # no takeover is measured here: times in events may be of a clock that is wrong
        self.database.set(0.0)
        set_clock(campaign.clock_of(worker), 0.0)
        return 1


@dataclass
class Everything:
    """One kind after the other, at random."""

    kinds: Sequence[Fault]
    name = "all of them in turn"
    most = 14
    pause_s = (0.5, 3.0)

    def strike(self, campaign: Campaign) -> int:
        return campaign.dice.choice(self.kinds).strike(campaign)
