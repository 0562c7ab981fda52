"""Threads that crews run on: one for each attempt at a task."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from src.engines.base import RunCancelled

T = TypeVar("T")

_STOP_GRACE_S = 1.0
"""For a thread to notice that its run was stopped, before it is left alone."""


class EngineThreads:
    """Daemons, not a pool: a tool that never returns costs one thread. It keeps no slot from other runs, and
    does not keep the process from ending."""

    def __init__(self, most_blocked: int) -> None:
        self._most_blocked = most_blocked
        self.is_crowded = asyncio.Event()
        """So many tools did not come back that only a fresh process helps."""
        self._abandoned: set[threading.Thread] = set()
        self._thread_of: dict[asyncio.Future[Any], threading.Thread] = {}

    @property
    def running(self) -> int:
        """Those that somebody waits for."""
        return len(self._thread_of)

    @property
    def blocked(self) -> int:
        """Threads that go on although nobody waits for them any more."""
        self._abandoned = {thread for thread in self._abandoned if thread.is_alive()}
        return len(self._abandoned)

    async def run(self, stopped: asyncio.Event, work: Callable[[], T]) -> T:
        """Raises RunCancelled soon after `stopped` was set, whatever the thread does then."""
        job = self.start(work)
        stop: asyncio.Future[bool] = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait((job, stop), return_when=asyncio.FIRST_COMPLETED)
            if not job.done():
                await asyncio.wait({job}, timeout=_STOP_GRACE_S)
            if not job.done():
                raise RunCancelled("the run was stopped, but a tool did not return")
            return job.result()
        finally:
            stop.cancel()
            if not job.done():
                self.abandon(job)

    def start(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        context = contextvars.copy_context()

        def run() -> None:
            try:
                value = context.run(work)
            except BaseException as exc:  # a crew may even call sys.exit()
                error = exc if _can_travel(exc) else RuntimeError(f"the crew raised {exc!r}")
                _post(loop, lambda: None if future.done() else future.set_exception(error))
            else:
                _post(loop, lambda: None if future.done() else future.set_result(value))

        thread = threading.Thread(target=run, name="crew", daemon=True)
        self._thread_of[future] = thread
        future.add_done_callback(lambda done: self._thread_of.pop(done, None))
        thread.start()
        return future

    def abandon(self, future: "asyncio.Future[Any]") -> None:
        """Nobody waits for it any more; what it returns is dropped."""
        thread = self._thread_of.get(future)
        if thread is not None:
            self._abandoned.add(thread)
        if self.blocked > self._most_blocked:
            self.is_crowded.set()
        future.cancel()


def _can_travel(error: BaseException) -> bool:
    # SystemExit would end the loop, and a future refuses StopIteration.
    return isinstance(error, Exception) and not isinstance(error, StopIteration)


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:
        return  # the loop has closed: the process ends
