"""Following the events of an execution across disconnects, without I/O of its own."""

import random

from src.schemas.execution import EventRead

TERMINAL = frozenset({"execution_completed", "execution_failed", "execution_cancelled"})
_FIRST_DELAY_S = 0.2
_MAX_DELAY_S = 5.0


class EventFeed:
    """Takes the lines of one connection after another and gives each event exactly once.

    A stream closes by itself after 100 s; the next connection says by Last-Event-ID where to go on.
    """

    def __init__(self, after: int, patience_s: float) -> None:
        self.last_seq = after
        self.is_over = False
        self._patience_s = patience_s
        self._waited_s = 0.0
        self._delay_s = _FIRST_DELAY_S
        self._data: list[str] = []

    def headers(self) -> dict[str, str]:
        return {"Accept": "text/event-stream", "Last-Event-ID": str(self.last_seq)}

    def take(self, line: str) -> EventRead | None:
        """One line of the stream; an event when it is complete and new."""
        line = line.rstrip("\r\n")
        if line:
            if line.startswith("data:"):
                self._data.append(line[5:].removeprefix(" "))
            return None
        text, self._data = "\n".join(self._data), []
        if not text:
            return None
        event = EventRead.model_validate_json(text)
        if event.seq <= self.last_seq:
            return None
        self.last_seq = event.seq
        self.is_over = event.type in TERMINAL
        self._waited_s, self._delay_s = 0.0, _FIRST_DELAY_S
        return event

    def disconnected(self, *, failed: bool) -> float:
        """Seconds to wait before the next connection. After a failure the waits grow."""
        self._data.clear()
        if not failed:
            self._waited_s, self._delay_s = 0.0, _FIRST_DELAY_S
            return _FIRST_DELAY_S
        delay_s = self._delay_s * random.uniform(0.8, 1.2)
        self._waited_s += delay_s
        self._delay_s = min(self._delay_s * 2, _MAX_DELAY_S)
        return delay_s

    @property
    def has_patience(self) -> bool:
        return self._waited_s < self._patience_s
