"""Rate limits of models, held by all workers together: calls wait for their slot instead of failing.

The slots of a group's model follow from one row in the database. In each worker one call at a time holds a slot
to come, first come first served, so that a process that dies takes one slot with it and not a minute of them.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.events import EventType
from src.core.logging import get_logger
from src.core.pacing import Rate, correction_s, reserve
from src.core.unit_of_work import Database
from src.engines.base import RunScope
from src.engines.plans import RatePlan
from src.repositories.model_rate import ModelRateRepository
from src.services.runs.patience import Patience

log = get_logger(__name__)

_POLL_S = 0.25
"""How soon a call that stands in line hears that its run was stopped."""
_WORTH_TELLING_S = 1.0


@dataclass(frozen=True)
class _Place:
    at_s: float
    """On this process's monotonic clock."""
    wait_s: float


@dataclass(eq=False)
class _Line:
    """Calls of this worker that want a slot, in order."""

    waiting: deque[threading.Event] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self) -> tuple[threading.Event, int]:
        """The ticket, and how many are ahead of it."""
        ticket = threading.Event()
        with self.lock:
            ahead = len(self.waiting)
            self.waiting.append(ticket)
            if ahead == 0:
                ticket.set()
        return ticket, ahead

    def leave(self, ticket: threading.Event) -> None:
        with self.lock:
            self.waiting.remove(ticket)
            if self.waiting:
                self.waiting[0].set()


class SharedRates:
    """engines.base.ModelRates. One per worker."""

    def __init__(
        self, database: Database, clock: Clock, patience: Patience, *, window_s: float = 60.0
    ) -> None:
        """`window_s` shortens the minute that limits are counted in, for tests."""
        self._database = database
        self._clock = clock
        self._patience = patience
        self._window_s = window_s
        self._lines: dict[tuple[str, str], _Line] = {}
        self._lock = threading.Lock()

    def admit(self, run: RunScope, rate: RatePlan, tokens: int, agent: str | None) -> None:
        limit = self._limit(rate)
        joined_s = self._clock.monotonic_s()
        tell = _once(lambda wait_s: _tell(run, rate, wait_s, agent))
        with self._turn(run, rate, limit, tell):
            while True:
                place = self._patience.ask(
                    run, lambda: self._reserve(run.group_id, rate.model, limit, tokens, joined_s)
                )
                tell(place.wait_s)
                while (left_s := place.at_s - self._clock.monotonic_s()) > 0:
                    run.cancelled.wait(left_s)
                    run.before_tool_call()
                if self._clock.monotonic_s() - place.at_s <= limit.lateness_s:
                    return

    def settle(self, run: RunScope, rate: RatePlan, reserved: int, used: int) -> None:
        by_s = correction_s(self._limit(rate), reserved, used)
        try:
            self._patience.ask(run, lambda: self._move_tokens(run.group_id, rate.model, by_s))
        except (Unavailable, TimeoutError):
            # The call is paid for: its answer counts more than how soon the next one may follow.
            log.warning("the size of a call of {} stays an estimate", rate.model)

    @contextmanager
    def _turn(
        self, run: RunScope, rate: RatePlan, limit: Rate, tell: Callable[[float], None]
    ) -> Iterator[None]:
        line = self._line(run.group_id, rate.model)
        ticket, ahead = line.join()
        try:
            if ahead:
                tell(ahead * limit.spacing_s)
            while not ticket.wait(_POLL_S):
                run.before_tool_call()
            run.before_tool_call()
            yield
        finally:
            line.leave(ticket)

    def _line(self, group_id: str, model: str) -> _Line:
        with self._lock:
            return self._lines.setdefault((group_id, model), _Line())

    async def _reserve(
        self, group_id: str, model: str, limit: Rate, tokens: int, joined_s: float
    ) -> _Place:
        async with self._database.write() as uow:
            rates = uow.repo(ModelRateRepository)
            booked = await rates.lock(group_id, model)
            now_s = self._clock.monotonic_s()
            slot = reserve(limit, booked.schedule, booked.now, tokens)
            wait_s = slot.at - booked.now
            stood_s = now_s - joined_s
            counts = wait_s > limit.lateness_s or stood_s > limit.lateness_s
            waited_s = wait_s + stood_s if counts else 0.0
            await rates.book(group_id, model, slot.after, waited_s)
        return _Place(now_s + wait_s, wait_s)

    async def _move_tokens(self, group_id: str, model: str, by_s: float) -> None:
        async with self._database.write() as uow:
            await uow.repo(ModelRateRepository).move_tokens(group_id, model, by_s)

    def _limit(self, rate: RatePlan) -> Rate:
        return Rate(rate.requests_per_minute, rate.tokens_per_minute, self._window_s)


def _once(tell: Callable[[float], None]) -> Callable[[float], None]:
    told: list[float] = []

    def tell_once(wait_s: float) -> None:
        if wait_s >= _WORTH_TELLING_S and not told:
            told.append(wait_s)
            tell(wait_s)

    return tell_once


def _tell(run: RunScope, rate: RatePlan, wait_s: float, agent: str | None) -> None:
    allowed = []
    if rate.requests_per_minute is not None:
        allowed.append(f"{rate.requests_per_minute} requests")
    if rate.tokens_per_minute is not None:
        allowed.append(f"{rate.tokens_per_minute} tokens")
    message = f"waiting {wait_s:.0f} s: {rate.model} allows {' and '.join(allowed)} a minute"
    data = {"level": "info", "message": message, "reason": "rate_limit", "wait_s": round(wait_s, 1)}
    run.emit(EventType.LOG, data, agent=agent)
