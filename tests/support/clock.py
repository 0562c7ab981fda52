"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime(2026, 11, 1, tzinfo=UTC)
        self.days = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(days=self.days)

    def monotonic_s(self) -> float:
        return self.days * 86_400
