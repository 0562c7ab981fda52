"""Keeps the processes of one installation running. Standard library only.

Children get their own session, so that Ctrl-C reaches this process alone and it decides the order. On
Linux they are also told to stop when this process is killed: nothing is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

_POLL_S = 0.1
_LONG_LIFE_S = 5.0
"""A process that lived this long had started properly."""
_FIRST_BACKOFF_S = 0.5
_MAX_BACKOFF_S = 30.0
_GRACE_S = 20.0
"""Workers drain within 15 s of SIGTERM."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Service:
    name: str
    command: Sequence[str]
    is_vital: bool = False
    """Without it nothing works: if it cannot start, everything stops with an error."""


@dataclass
class _Child:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    backoff_s: float = 0.0
    restart_at: float = 0.0
    has_lived: bool = False
    output: IO[bytes] | None = field(default=None, repr=False)


class Supervisor:
    """`run()` returns the exit code after `stop` was set, or after a vital service could not start."""

    def __init__(
        self,
        services: Sequence[Service],
        environment: dict[str, str],
        stop: threading.Event,
        *,
        say: Callable[[str], None],
        output: Callable[[Service], IO[bytes] | None] = lambda _: None,
    ) -> None:
        self._children = [_Child(service) for service in services]
        self._environment = environment
        self._stop = stop
        self._say = say
        self._output = output
        self._reload = threading.Event()
        self.restarts = 0
        """How often a process ended by itself."""

    def reload(self) -> None:
        """Restarts every process soon; safe to call from any thread."""
        self._reload.set()

    def run(self) -> int:
        failed: Service | None = None
        try:
            for child in self._children:
                self._start(child)
            while failed is None and not self._stop.wait(_POLL_S):
                if self._reload.is_set():
                    self._restart_all()
                failed = self._look_after_all()
        finally:
            self._end_all()
        if failed is not None:
            self._say(f"{failed.name} cannot start; the lines above say why")
            return 1
        return 0

    def _start(self, child: _Child) -> None:
        child.output = child.output or self._output(child.service)
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            child.service.command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=child.output,
            stderr=child.output,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def _look_after_all(self) -> Service | None:
        """The vital service that could not start, if any."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.restart_at:
                    self._start(child)
                continue
            code = child.process.poll()
            if code is None:
                child.has_lived = child.has_lived or now - child.started_at >= _LONG_LIFE_S
                continue
            if not self._schedule_restart(child, code, now):
                return child.service
        return None

    def _schedule_restart(self, child: _Child, code: int, now: float) -> bool:
        short = now - child.started_at < _LONG_LIFE_S
        child.process = None
        self.restarts += 1
        if child.service.is_vital and not child.has_lived:
            return False
        child.backoff_s = min(child.backoff_s * 2, _MAX_BACKOFF_S) if short else _FIRST_BACKOFF_S
        child.backoff_s = max(child.backoff_s, _FIRST_BACKOFF_S)
        child.restart_at = now + child.backoff_s
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self._say(
            f"{child.service.name} ended with {how}; starting it again in {child.backoff_s:g} s"
        )
        return True

    def _restart_all(self) -> None:
        self._reload.clear()
        self._say("source changed; restarting")
        self._end_all()
        for child in self._children:
            child.restart_at = child.backoff_s = 0.0

    def _end_all(self) -> None:
        """Asks all at once, waits for the grace period, then insists."""
        alive = [child.process for child in self._children if child.process is not None]
        for process in alive:
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_S
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"process {process.pid} does not stop; killing it")
            finally:
                # Its whole session: a helper that it started must not outlive it.
                _signal(process, signal.SIGKILL)
                process.wait()
        for child in self._children:
            child.process = None


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    # Runs between fork and exec: only what was loaded before.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
