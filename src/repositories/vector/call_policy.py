"""One way to call a remote store: a deadline, a few repeats of what is safe to repeat, and a circuit breaker."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from src.core.clock import Clock, SystemClock
from src.core.logging import get_logger
from src.repositories.vector.errors import CircuitOpen, StoreTimeout, StoreUnavailable, Throttled

log = get_logger(__name__)
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class CallLimits:
    attempt_s: float = 10.0
    """How long one request may take."""
    total_s: float = 30.0
    """Waiting included: a wait that would not end within it is not begun."""
    attempts: int = 4
    first_wait_s: float = 0.25
    """Doubles with each repeat, unless the store says how long to wait."""
    failures_to_open: int = 5
    """Calls that failed one behind the other, each with all of its repeats."""
    rest_s: float = 15.0
    """How long an open circuit refuses calls before it lets one try."""


class CallPolicy:
    """Repeats calls that raise StoreUnavailable; only for calls that may be made twice. One event loop."""

    def __init__(
        self,
        store: str,
        limits: CallLimits | None = None,
        *,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
        seed: int | None = None,
    ) -> None:
        self._store = store
        self._limits = limits or CallLimits()
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._random = random.Random(seed)
        self._failures = 0
        self._closed_again_at_s = 0.0
        self._is_trying = False

    @property
    def is_open(self) -> bool:
        return self._failures >= self._limits.failures_to_open

    async def run(self, call: Callable[[], Awaitable[T]], patience: float = 1.0) -> T:
        """`patience` stretches all times, for calls that move much."""
        is_trial = self._enter()
        try:
            answer = await self._repeated(call, patience)
        except StoreUnavailable as exc:
            # A store that throttles works; only silence and faults open the circuit.
            if not isinstance(exc, Throttled):
                self._failed()
            raise
        except Exception:
            self._failures = 0  # it answered, though not as hoped
            raise
        finally:
            if is_trial:
                self._is_trying = False
        self._failures = 0
        return answer

    def _enter(self) -> bool:
        if not self.is_open:
            return False
        left_s = self._closed_again_at_s - self._clock.monotonic_s()
        if left_s > 0 or self._is_trying:
            raise CircuitOpen(
                f"{self._store} failed {self._failures} times in a row; it is asked again in "
                f"{max(left_s, 0):.0f} s",
                retry_after_s=max(left_s, 1.0),
            )
        self._is_trying = True
        return True

    def _failed(self) -> None:
        self._failures += 1
        if self.is_open:
            self._closed_again_at_s = self._clock.monotonic_s() + self._limits.rest_s
            log.warning(
                "{} failed {} times in a row and rests for {:.0f} s",
                self._store,
                self._failures,
                self._limits.rest_s,
            )

    async def _repeated(self, call: Callable[[], Awaitable[T]], patience: float) -> T:
        started_s = self._clock.monotonic_s()
        waited_s = 0.0
        total_s = self._limits.total_s * patience
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return await self._once(call, self._limits.attempt_s * patience)
            except StoreUnavailable as exc:
                wait_s = self._wait_s(attempt, exc.retry_after_s)
                # Waits are counted by themselves too, for tests whose clock stands still.
                spent_s = max(waited_s, self._clock.monotonic_s() - started_s)
                if attempt == self._limits.attempts or spent_s + wait_s > total_s:
                    raise
                log.debug("{} is asked again in {:.2f} s: {}", self._store, wait_s, exc.code)
            await self._sleep(wait_s)
            waited_s += wait_s
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, call: Callable[[], Awaitable[T]], timeout_s: float) -> T:
        try:
            async with asyncio.timeout(timeout_s):
                return await call()
        except TimeoutError as exc:
            raise StoreTimeout(f"{self._store} did not answer within {timeout_s:g} s") from exc

    def _wait_s(self, attempt: int, asked_s: float | None) -> float:
        if asked_s is not None:
            return asked_s
        wait_s: float = self._limits.first_wait_s * 2 ** (attempt - 1)
        return wait_s * self._random.uniform(0.8, 1.2)


def retry_after_s(value: str | None) -> float | None:
    """What a Retry-After header asks for: seconds, or a date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
