"""The way from engine threads to the worker's one I/O loop."""

import asyncio
import concurrent.futures
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class WorkerLoopBridge:
    """engines.base.LoopBridge. asyncpg connections belong to one loop: never start a second one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call(self, coroutine: Awaitable[T], timeout_s: float) -> T:
        """Raises TimeoutError, and then the coroutine is cancelled."""
        future = asyncio.run_coroutine_threadsafe(_awaited(coroutine), self._loop)
        try:
            return future.result(timeout_s)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise


async def _awaited(coroutine: Awaitable[T]) -> T:
    return await coroutine
