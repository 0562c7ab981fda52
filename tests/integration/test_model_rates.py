"""Three workers' worth of rate limiting against one database: containers, loops and threads of their own."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from src.bootstrap import Container
from src.core.clock import SystemClock
from src.core.events import EventType
from src.core.settings import Settings
from src.engines.base import RunCancelled
from src.engines.plans import RatePlan
from src.repositories.model_rate import ModelRateRepository
from src.services.runs.model_rates import SharedRates
from src.services.runs.patience import Patience
from src.worker.loop_bridge import WorkerLoopBridge
from tests.conftest import Kind, SettingsFor
from tests.support.fake_run import FakeRun
from tests.unit.test_pacing import most_in_a_window

WINDOW_S = 3.0
LIMIT = RatePlan(model="m", requests_per_minute=30)


class Worker:
    """A loop with a database of its own, and the rates over it."""

    def __init__(self, settings: Settings, window_s: float) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.container = Container(settings)
        self.bridge = WorkerLoopBridge(self.loop)
        patience = Patience(SystemClock(), self.bridge)
        self.rates = SharedRates(
            self.container.database, SystemClock(), patience, window_s=window_s
        )

    def waits(self, group_id: str = "group-1") -> list[tuple[str, int, float]]:
        async def read() -> list[tuple[str, int, float]]:
            async with self.container.database.read() as uow:
                rows = await uow.repo(ModelRateRepository).of_group(group_id)
                return [(row.model, row.waits, row.waited_s) for row in rows]

        return self.bridge.call(read(), 10)

    def close(self) -> None:
        self.bridge.call(self.container.close(), 10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.close()


@contextmanager
def workers(settings: Settings, count: int, window_s: float = 60.0) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        made = [Worker(settings, window_s) for _ in range(count)]
        for worker in made:
            stack.callback(worker.close)
        yield made


@pytest.fixture
def settings(database_kind: Kind, settings_for: SettingsFor) -> Settings:
    return settings_for(database_kind, kasal_encryption_keys=None)


def test_three_workers_together_keep_to_the_limit_and_use_nearly_all_of_it(
    settings: Settings,
) -> None:
    """30 calls in any 3 s instead of 60 s: the same arithmetic, twenty times as fast."""
    sent: list[float] = []

    def call(worker: Worker) -> None:
        worker.rates.admit(FakeRun(), LIMIT, 0, "a")
        sent.append(time.monotonic())

    with workers(settings, 3, WINDOW_S) as three, ThreadPoolExecutor(12) as threads:
        list(threads.map(call, three * 20))
        counted = sum(waits for _, waits, _ in three[0].waits())
    assert most_in_a_window(sent, WINDOW_S) <= 30
    used = (len(sent) - 1) / (max(sent) - min(sent)) * WINDOW_S
    assert used >= 0.9 * 30  # the benchmark measures 95 % of a real minute; this machine is busy
    assert counted > 40


def test_a_call_that_has_to_wait_says_so_and_stops_when_its_run_is_cancelled(
    settings: Settings,
) -> None:
    run, limit = FakeRun(), RatePlan(model="m", requests_per_minute=1)
    with workers(settings, 1) as (worker,), ThreadPoolExecutor(2) as threads:
        worker.rates.admit(run, limit, 0, "a")
        waiting = threads.submit(worker.rates.admit, run, limit, 0, "a")
        in_line = threads.submit(worker.rates.admit, run, limit, 0, "b")
        while len(run.of_type(EventType.LOG)) < 2:
            threading.Event().wait(0.01)
        run.cancelled.set()
        for stopped in (waiting, in_line):
            with pytest.raises(RunCancelled):
                stopped.result(5)
        ((model, waits, waited_s),) = worker.waits()
    said = run.of_type(EventType.LOG)
    assert [event.data["reason"] for event in said] == ["rate_limit"] * 2
    assert {event.data["message"] for event in said} == {
        "waiting 62 s: m allows 1 requests a minute",  # for its slot
        "waiting 63 s: m allows 1 requests a minute",  # for those ahead in line
    }
    assert (model, waits) == ("m", 1)
    assert waited_s == pytest.approx(62.4, abs=1)


def test_tokens_are_set_aside_and_corrected_by_what_was_used(settings: Settings) -> None:
    run, limit = FakeRun(), RatePlan(model="m", tokens_per_minute=1000)
    with workers(settings, 1) as (worker,):
        worker.rates.admit(run, limit, 1000, "a")
        worker.rates.settle(run, limit, 1000, 1)
        worker.rates.admit(run, limit, 1000, "a")
        assert run.of_type(EventType.LOG) == []


def test_groups_do_not_wait_for_each_other(settings: Settings) -> None:
    limit = RatePlan(model="m", requests_per_minute=1)
    with workers(settings, 1) as (worker,):
        for group in ("group-1", "group-2"):
            run = FakeRun(group_id=group)
            worker.rates.admit(run, limit, 0, "a")
            assert run.events == []
