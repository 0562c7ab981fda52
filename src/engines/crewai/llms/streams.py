"""Reading a blocking stream without being blocked by it, so that a cancel is heard at once."""

import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
POLL_S = 0.1


class InterruptibleStream(Generic[T]):
    """Runs `open_stream` and its iteration in a thread of its own and hands the items over.

    When the reader stops (cancel, error) the thread ends at the next item or at the provider's timeout.
    """

    def __init__(
        self, open_stream: Callable[[], Generator[T, None, None]], on_idle: Callable[[], None]
    ) -> None:
        """`open_stream` is called, read and closed in that thread. `on_idle` is called in the reader's at least
        every POLL_S; it may raise to stop."""
        self._items: queue.SimpleQueue[tuple[T] | Exception | None] = queue.SimpleQueue()
        self._abandoned = threading.Event()
        self._open, self._on_idle = open_stream, on_idle
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._pump,), name="model-stream", daemon=True
        )

    def __iter__(self) -> Iterator[T]:
        self._thread.start()
        try:
            while True:
                item = self._next()
                if item is None:
                    return
                if isinstance(item, Exception):
                    raise item
                yield item[0]
        finally:
            self._abandoned.set()

    def _next(self) -> tuple[T] | Exception | None:
        while True:
            self._on_idle()
            try:
                return self._items.get(timeout=POLL_S)
            except queue.Empty:
                continue

    def _pump(self) -> None:
        # The border between the provider's library and us: whatever it raises is raised again by the reader.
        try:
            with contextlib.closing(self._open()) as items:
                for item in items:
                    self._items.put((item,))
                    if self._abandoned.is_set():
                        return
            self._items.put(None)
        except Exception as exc:
            self._items.put(exc)
