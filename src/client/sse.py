"""Following the events of an execution across disconnects, without I/O of its own."""

import random

from src.schemas.execution import EventRead

TERMINAL = frozenset({"execution_completed", "execution_failed", "execution_cancelled"})
FINAL_STATUSES = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
_FIRST_DELAY_S = 0.2
_MAX_DELAY_S = 5.0


class EventFeed:
    """Takes the lines of one connection after another and gives each event exactly once.

    A stream closes by itself after 100 s; the next connection says by Last-Event-ID where to go on.
    """

    def __init__(self, after: int, patience_s: float) -> None:
        self.last_seq = after
        self._seq_at_connect = after
        self._ends_terminally = False
        self._is_final = False
        self._patience_s = patience_s
        self._waited_s = 0.0
        self._delay_s = _FIRST_DELAY_S
        self._data: list[str] = []

    def headers(self) -> dict[str, str]:
        """Of the next connection."""
        self._seq_at_connect = self.last_seq
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
        # Not over yet: an execution that was retried goes on behind an earlier end.
        self._ends_terminally = event.type in TERMINAL
        self._waited_s, self._delay_s = 0.0, _FIRST_DELAY_S
        return event

    def is_over(self) -> bool:
        """After the server closed a connection in good order."""
        return self._ends_terminally or (self._is_final and self.was_silent)

    @property
    def was_silent(self) -> bool:
        """The connection brought nothing new: the time to ask whether the execution has ended."""
        return self.last_seq == self._seq_at_connect

    def has_ended(self, status: str) -> None:
        """One more connection then brings what came in between."""
        self._is_final = status.upper() in FINAL_STATUSES

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
