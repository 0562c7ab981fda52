"""What one attempt at one task adds to the run it belongs to: nesting, time limits and pace."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from src.core.events import EventType, RecordedCall, Usage
from src.engines.base import RunCancelled, RunScope

_MINUTE_S = 60.0

# crewai copies the context into every thread it starts, so these follow the agent that is at work.
_parent_span: ContextVar[str | None] = ContextVar("parent_span", default=None)
_deadline_s: ContextVar[float | None] = ContextVar("deadline_s", default=None)


class TimeIsUp(RunCancelled):
    """The agent at work has used up its max_execution_time; only its own work is over."""


@contextmanager
def below_span(span_id: str) -> Iterator[None]:
    """Events of this context hang below `span_id` instead of the task."""
    token = _parent_span.set(span_id)
    try:
        yield
    finally:
        _parent_span.reset(token)


@contextmanager
def time_limit(limit_s: float | None) -> Iterator[None]:
    """Within it every check raises TimeIsUp once the time is up; an outer limit goes on counting."""
    outer_s = _deadline_s.get()
    own_s = None if limit_s is None else time.monotonic() + limit_s
    token = _deadline_s.set(min((s for s in (outer_s, own_s) if s is not None), default=None))
    try:
        yield
    finally:
        _deadline_s.reset(token)


def time_is_up() -> bool:
    deadline_s = _deadline_s.get()
    return deadline_s is not None and time.monotonic() >= deadline_s


class _StopSignal(threading.Event):
    """Set when the run was cancelled or the time of whoever asks is up."""

    def __init__(self, cancelled: threading.Event) -> None:
        super().__init__()
        self._cancelled = cancelled

    def is_set(self) -> bool:
        return self._cancelled.is_set() or time_is_up()

    def wait(self, timeout: float | None = None) -> bool:
        deadline_s = _deadline_s.get()
        if deadline_s is not None:
            left_s = max(0.0, deadline_s - time.monotonic())
            timeout = left_s if timeout is None else min(left_s, timeout)
        self._cancelled.wait(timeout)
        return self.is_set()


class Pace:
    """At most so many calls in any minute. Thread-safe."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic_s
        self._calls: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, max_per_minute: int) -> float:
        """Takes a place and returns 0.0, or returns how many seconds to wait before asking again."""
        with self._lock:
            now_s = self._now()
            while self._calls and now_s - self._calls[0] >= _MINUTE_S:
                self._calls.popleft()
            if len(self._calls) < max_per_minute:
                self._calls.append(now_s)
                return 0.0
            return self._calls[0] + _MINUTE_S - now_s

    @property
    def is_idle(self) -> bool:
        with self._lock:
            return not self._calls or self._now() - self._calls[-1] >= _MINUTE_S


class Paces:
    """Of all agents at work in this process; an agent keeps its pace from task to task of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Pace] = {}
        self._lock = threading.Lock()

    def of(self, execution_id: str, agent_key: str) -> Pace:
        key = (execution_id, agent_key)
        with self._lock:
            self._known = {
                k: pace for k, pace in self._known.items() if k == key or not pace.is_idle
            }
            return self._known.setdefault(key, Pace())


class AttemptRun:
    """A RunScope around another. All tools of a task share one: they count their calls together."""

    def __init__(self, run: RunScope) -> None:
        self._run = run
        self.execution_id = run.execution_id
        self.group_id = run.group_id
        self.attempt = run.attempt
        self.task_key = run.task_key
        self.plan = run.plan
        self.credentials = run.credentials
        self.ledger = run.ledger
        self.memory = run.memory
        self.reviews = run.reviews
        self.rates = run.rates
        self.cancelled: threading.Event = _StopSignal(run.cancelled)
        self._stopped_by: Exception | None = None

    def stop(self, reason: Exception) -> None:
        """The next check raises `reason`: crewai turns whatever a tool raises into an observation."""
        self._stopped_by = reason

    def earlier_answer(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        return self._run.earlier_answer(agent, roles, tools)

    def recording(self, execution_id: str) -> tuple[RecordedCall, ...]:
        return self._run.recording(execution_id)

    def emit(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str | None = None,
        parent_span_id: str | None = None,
    ) -> str:
        return self._run.emit(
            type,
            data,
            agent=agent,
            span_id=span_id,
            parent_span_id=parent_span_id or _parent_span.get(),
        )

    def before_model_call(self) -> None:
        self._check()
        self._run.before_model_call()

    def before_tool_call(self) -> None:
        self._check()
        self._run.before_tool_call()

    def record_usage(self, usage: Usage) -> None:
        self._run.record_usage(usage)

    def note_identity(self, name: str) -> None:
        self._run.note_identity(name)

    def _check(self) -> None:
        if self._stopped_by is not None:
            raise self._stopped_by
        if time_is_up():
            raise TimeIsUp("the agent's max_execution_time is used up")


class PacedRun(AttemptRun):
    """For the model of an agent that has a max_rpm."""

    def __init__(self, run: RunScope, pace: Pace, max_per_minute: int, agent_key: str) -> None:
        super().__init__(run)
        self._pace = pace
        self._max_per_minute = max_per_minute
        self._agent_key = agent_key

    def before_model_call(self) -> None:
        super().before_model_call()
        while wait_s := self._pace.take(self._max_per_minute):
            message = (
                f"waiting {wait_s:.0f} s: max_rpm allows {self._max_per_minute} calls a minute"
            )
            data = {"level": "info", "message": message}
            self.emit(EventType.LOG, data, agent=self._agent_key)
            self.cancelled.wait(wait_s)
            super().before_model_call()
