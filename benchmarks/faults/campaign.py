"""An installation of an API and three workers that runs crews while something breaks it, again and again."""

import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import sqlalchemy as sa

from benchmarks.faults.crews import Crew, rules_of
from benchmarks.findings import Loss
from tests.support import process_clock
from tests.support.http_recorder import HttpRecorder
from tests.support.processes import EventReader, Installation, Process, wait_until
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
_STUCK_S = 240.0
"""Without a run that ends, after the last fault."""
_OPEN_S = 60.0
_OPEN = "('ENQUEUED', 'DELAYED', 'PENDING')"
_MEMORY_S = 120.0
_FOLLOWED = 5
"""Every so many-eth run has a client that follows its events."""


class Fault(Protocol):
    """One kind of fault."""

    name: str
    most: int
    """Then runs go on without."""
    pause_s: tuple[float, float]
    """Between two."""

    def strike(self, campaign: "Campaign") -> int:
        """Makes one or some and takes as long as they last; returns how many."""
        ...


@dataclass
class Outcome:
    """What became of the crews of one kind of fault."""

    crews: list[Crew]
    ids: dict[int, str] = field(default_factory=dict)
    readers: dict[int, EventReader] = field(default_factory=dict)
    faults: int = 0
    losses: list[Loss] = field(default_factory=list)
    began_at: float = field(default_factory=time.time)
    effects: list[bytes] = field(default_factory=list)
    seconds: float = 0.0


class Campaign:
    def __init__(
        self,
        kasal: Installation,
        model: ScriptedOpenAI,
        effects: HttpRecorder,
        dice: random.Random,
        workers: int,
    ) -> None:
        self.kasal = kasal
        self.model = model
        self.dice = dice
        self.outcome = Outcome([])
        self._effects = effects
        self._wanted = workers
        self._stop = threading.Event()
        self._fleet = threading.Lock()
        self._workers: list[Process] = []
        self._clocks: dict[int, Path] = {}
        self.next_environment: dict[str, str] = {}
        """Of the next worker that starts."""
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def open(self) -> None:
        self.kasal.start_api()
        self._supervisor.start()
        self.wait_until_ready()

    def close(self) -> None:
        self._stop.set()
        self._supervisor.join(30)

    @property
    def workers(self) -> list[Process]:
        with self._fleet:
            return list(self._workers)

    def clock_of(self, worker: Process) -> Path:
        """See tests/support/process_clock.py."""
        return self._clocks[worker.pid]

    def wait_until_ready(self) -> None:
        """Until all workers take work."""

        def all_ready() -> bool:
            workers = self.workers
            return len(workers) == self._wanted and all(" ready" in one.log for one in workers)

        wait_until(all_ready, 120, f"all workers are ready\n{self.kasal.report()[-4000:]}")

    def lose(self, worker: Process, number: signal.Signals | None) -> None:
        """Sends the signal, unless it died by itself, and notes what it had taken."""
        if number is not None:
            worker.send(number)
        at = time.time()
        self.outcome.losses.append(Loss(at, self.kasal.runs_of(worker)))

    def run(self, crews: Sequence[Crew], fault: Fault | None, chunk_delay_s: float) -> Outcome:
        """All crews to their end, with faults until then."""
        began_s = time.monotonic()
        self.outcome = outcome = Outcome(list(crews))
        self._effects.received.clear()
        self.model.script(*rules_of(outcome.crews, f"{self._effects.url}/effect", chunk_delay_s))
        feeder = threading.Thread(target=self._feed, args=(outcome, fault is not None))
        feeder.start()
        while fault is not None and outcome.faults < fault.most and not self._is_over(outcome):
            if self._stop.wait(self.dice.uniform(*fault.pause_s)):
                break
            outcome.faults += fault.strike(self)
        feeder.join()
        self._settle(outcome)
        outcome.effects = [request.body for request in self._effects.received]
        outcome.seconds = time.monotonic() - began_s
        return outcome

    def patient(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """As a client that knows that servers may be away."""

        def answered() -> httpx.Response | None:
            try:
                answer = ask()
            except httpx.TransportError:
                return None
            return answer if answer.status_code < 500 and answer.status_code != 429 else None

        answer = wait_until(answered, 90, "the API answers")
        assert answer is not None
        return answer

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = self.patient(lambda: self.kasal.http.get(f"/api/v1{path}", params=params))
        found: dict[str, Any] = answer.json()
        return found

    def open_workflows(self) -> int:
        """Rows of the run engine that have not ended, though all runs have."""
        schema = "" if self.kasal.settings.is_sqlite else "dbos."
        engine = sa.create_engine(self.kasal.settings.sync_database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            query = f"SELECT count(*) FROM {schema}workflow_status WHERE status IN {_OPEN}"
            return int(connection.execute(sa.text(query)).scalar_one())

    def _feed(self, outcome: Outcome, is_followed: bool) -> None:
        for at, crew in enumerate(outcome.crews):
            # The same key again after a lost answer does not start a second run.
            key = f"faults-{crew.number}-{outcome.began_at}"
            answer = self.patient(
                lambda crew=crew, key=key: self.kasal.http.post(  # type: ignore[misc]
                    "/api/v1/executions", json=crew.body(), headers={"Idempotency-Key": key}
                )
            )
            assert answer.status_code == 202, answer.text
            id = str(answer.json()["id"])
            outcome.ids[crew.number] = id
            if is_followed and at % _FOLLOWED == 0:
                outcome.readers[crew.number] = EventReader(self.kasal.url, id)

    def _is_over(self, outcome: Outcome) -> bool:
        return len(outcome.ids) == len(outcome.crews) and not self._active(outcome)

    def _active(self, outcome: Outcome) -> list[str]:
        """Ids of those that have not ended."""
        found: list[str] = []
        for status in ("PENDING", "PREPARING", "RUNNING", "WAITING_FOR_APPROVAL"):
            found += [
                one["id"] for one in self.get("/executions", status=status, limit=200)["items"]
            ]
        return [id for id in outcome.ids.values() if id in found]

    def _settle(self, outcome: Outcome) -> None:
        """Until nothing runs and memory is written; what does not come to that is told by the findings."""
        self._wait_for_ends(outcome)
        for condition, timeout_s, what in (
            (lambda: self._is_remembered(outcome), _MEMORY_S, "memory is written"),
            (lambda: not self.open_workflows(), _OPEN_S, "nothing is in the queue"),
        ):
            try:
                wait_until(_seldom(condition), timeout_s, what)
            except AssertionError as exc:
                print(f"{exc}", file=sys.stderr)
        for number, reader in outcome.readers.items():
            newest = self.get(f"/executions/{outcome.ids[number]}/events", limit=1000)["items"]
            try:
                reader.wait_for(len(newest), 30)
            except AssertionError as exc:
                print(f"stream of run {number}: {exc}", file=sys.stderr)
            reader.stop()

    def _wait_for_ends(self, outcome: Outcome) -> None:
        left, give_up_s = len(outcome.ids) + 1, 0.0
        while active := self._active(outcome):
            if len(active) < left:
                left, give_up_s = len(active), time.monotonic() + _STUCK_S
            if time.monotonic() > give_up_s:
                print(f"{left} runs do not end: {active}", file=sys.stderr)
                return
            time.sleep(0.5)

    def _is_remembered(self, outcome: Outcome) -> bool:
        for crew in outcome.crews:
            if crew.has_memory:
                tasks = self.get(f"/executions/{outcome.ids[crew.number]}/tasks")["items"]
                if any((task["memory"] or {}).get("status") == "pending" for task in tasks):
                    return False
        return True

    def _supervise(self) -> None:
        """Replaces workers that have ended at once, and an API that has."""
        while not self._stop.wait(0.1):
            with self._fleet:
                self._workers = [one for one in self._workers if one.exit_code is None]
                while len(self._workers) < self._wanted:
                    self._workers.append(self._spawn())

    def _spawn(self) -> Process:
        environment, self.next_environment = self.next_environment, {}
        clock = self.kasal.folder / f"{len(self._clocks)}.clock"
        clock.write_text("0")
        worker = self.kasal.spawn_worker({**environment, process_clock.VARIABLE: str(clock)})
        self._clocks[worker.pid] = clock
        return worker


def _seldom(condition: Callable[[], Any]) -> Callable[[], Any]:
    """Asked twice a second at most: the machine has other things to do."""

    def ask() -> Any:
        value = condition()
        if not value:
            time.sleep(0.5)
        return value

    return ask
