"""Waiting for a database that is away for a while, for what cannot go on without it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.engines.base import LoopBridge, RunScope

T = TypeVar("T")

_BRIDGE_TIMEOUT_S = 60.0
_OUTAGE_S = 120.0
_AGAIN_S = 0.5


async def until_available(clock: Clock, work: Callable[[], Awaitable[T]]) -> T:
    """On the loop. What a run or a job has done was paid for: it outlives the outage."""
    give_up_s = clock.monotonic_s() + _OUTAGE_S
    while True:
        try:
            return await work()
        except Unavailable:
            if clock.monotonic_s() > give_up_s:
                raise
            await asyncio.sleep(_AGAIN_S)


class Patience:
    """From an engine thread."""

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
