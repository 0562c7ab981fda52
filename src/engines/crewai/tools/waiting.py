"""Waits on an engine thread for asynchronous work, bounded by a deadline and by the run's cancel."""

import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import wait
from typing import TypeVar

import anyio
from anyio.from_thread import start_blocking_portal

from src.engines.base import RunCancelled

T = TypeVar("T")

_CANCEL_POLL_S = 0.1


def wait_for(
    work: Callable[[], Awaitable[T]], *, timeout_s: float, cancelled: threading.Event
) -> T:
    """Runs `work` on an event loop of its own. Raises TimeoutError or RunCancelled, and then stops it.

    Its own loop (1 ms) because the caller's thread may have one running, and because nothing of a foreign
    server may hold up the worker's I/O loop.
    """

    async def bounded() -> T:
        with anyio.fail_after(timeout_s):
            return await work()

    with start_blocking_portal() as portal:
        future = portal.start_task_soon(bounded)
        while not wait({future}, timeout=_CANCEL_POLL_S).done:
            if cancelled.is_set():
                future.cancel()
                raise RunCancelled("the run was cancelled while a tool was at work")
        return future.result()
