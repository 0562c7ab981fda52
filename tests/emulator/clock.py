"""The emulator's time: another clock plus what a test has added to it."""

from datetime import datetime, timedelta

from src.core.clock import Clock, SystemClock


class EmulatorClock:
    """Runs with its source (the real time unless told otherwise); `advance` makes it jump."""

    def __init__(self, source: Clock | None = None) -> None:
        self._source = source or SystemClock()
        self._added_s = 0.0

    def advance(self, seconds: float) -> None:
        self._added_s += seconds

    def now(self) -> datetime:
        return self._source.now() + timedelta(seconds=self._added_s)

    def monotonic_s(self) -> float:
        return self._source.monotonic_s() + self._added_s

    def now_s(self) -> float:
        return self.now().timestamp()

    def now_ms(self) -> int:
        return int(self.now_s() * 1000)
