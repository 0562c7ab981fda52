"""Asking the database from an engine thread, for what a run cannot go on without."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.engines.base import LoopBridge, RunScope

T = TypeVar("T")

_BRIDGE_TIMEOUT_S = 60.0
_OUTAGE_S = 120.0
_AGAIN_S = 0.5


class Patience:
    def __init__(self, clock: Clock, bridge: LoopBridge) -> None:
        self._clock = clock
        self._bridge = bridge

    def ask(self, run: RunScope, work: Callable[[], Awaitable[T]]) -> T:
        """Waits for a database that is away for a while, until the run is stopped."""
        give_up_s = self._clock.monotonic_s() + _OUTAGE_S
        while True:
            try:
                return self._bridge.call(work(), _BRIDGE_TIMEOUT_S)
            except (Unavailable, TimeoutError):
                if self._clock.monotonic_s() > give_up_s:
                    raise
            run.cancelled.wait(_AGAIN_S)
            run.before_tool_call()
