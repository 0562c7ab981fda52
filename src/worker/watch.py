"""What a worker does beside running crews: notice cancellations, find work that lost its owner."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.services.operations.measures import Measures

log = get_logger(__name__)

_CANCEL_POLL_S = 0.25
_RECONCILE_EVERY_S = 5.0
_SCHEDULE_EVERY_S = 1.0
_TELL_EVERY_S = 5.0
_LOOK_AROUND_EVERY_S = 60.0
_EXPIRE_EVERY_S = 2.0


class Stoppable(Protocol):
    async def stop_ended(self) -> None: ...


class Reconciler(Protocol):
    async def reconcile(self, quiet_since: datetime) -> int: ...


class Ticking(Protocol):
    async def tick(self) -> int: ...


async def watch_cancellations(*runners: Stoppable) -> None:
    """Stops running crews and jobs that ended elsewhere: no further model or tool call after ~0.3 s."""
    while True:
        await asyncio.sleep(_CANCEL_POLL_S)
        for runner in runners:
            await _unharmed(runner.stop_ended)


async def reconcile(reconcilers: Sequence[Reconciler], clock: Clock, lease_ttl_s: float) -> None:
    """Executions and jobs are looked at when they were silent for longer than a takeover takes."""
    quiet = timedelta(seconds=2 * lease_ttl_s)
    while True:
        await asyncio.sleep(min(_RECONCILE_EVERY_S, lease_ttl_s))
        for one in reconcilers:
            await _unharmed(partial(one.reconcile, clock.now() - quiet))


async def fire_schedules(schedules: Ticking) -> None:
    while True:
        await asyncio.sleep(_SCHEDULE_EVERY_S)
        await _unharmed(schedules.tick)


async def expire_approvals(approvals: Ticking) -> None:
    while True:
        await asyncio.sleep(_EXPIRE_EVERY_S)
        await _unharmed(approvals.tick)


async def tell_measures(measures: Measures, database: Database) -> None:
    """What this worker counted, for /metrics: it has no port of its own."""
    while True:
        await asyncio.sleep(_TELL_EVERY_S)
        await _unharmed(partial(measures.store, database))


async def keep_house(housekeeping: Ticking) -> None:
    """Of all workers one does it when it is due; the others find nothing to do."""
    while True:
        await _unharmed(housekeeping.tick)
        await asyncio.sleep(_LOOK_AROUND_EVERY_S)


async def _unharmed(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Unavailable:
        log.warning("the database does not answer; trying again")
    except Exception:  # the outermost edge of a chore: the runs of this worker must not pay for it
        log.exception("a worker's chore failed; trying again")
