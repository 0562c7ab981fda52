"""When the next call of something rate-limited may be made: the generic cell rate algorithm (GCRA).

Calls are spaced evenly. The spacing is a little wider than the limit asks for, and that reserve pays for a
small burst and for callers that come late to their slot, so that no window of time ever holds more than the
limit: n calls take at least (n - 1) * spacing - burst - lateness, which for limit + 1 calls is a whole window.
"""

from dataclasses import dataclass

_BURST = 0.005
"""Of the window: how far calls may run ahead of their spacing after a pause."""
_LATENESS = 0.04
"""Of the window: how late a call may reach its provider. Half of it is for the way there: the first call of a
process takes a second, and a busy machine more."""
_SPACING = 1 + _BURST + _LATENESS
"""95.7 % of the limit can be used."""
_FARTHEST_WINDOWS = 20
"""What lies farther ahead was written before the clock was set back."""


@dataclass(frozen=True)
class Rate:
    requests: int | None
    tokens: int | None
    window_s: float = 60.0

    @property
    def lateness_s(self) -> float:
        """A slot that was missed by more is given up for another."""
        return self.window_s * _LATENESS / 2

    @property
    def spacing_s(self) -> float:
        """Between two requests."""
        return 0.0 if self.requests is None else self.window_s * _SPACING / self.requests

    def taken_s(self, tokens: int) -> float:
        """Of the token limit's time. A call takes a whole share of the window, so that the calls of a window
        fit in however large they are; one that is larger than the limit has several windows to itself.
        """
        if self.tokens is None:
            return 0.0
        if tokens > self.tokens:
            return self.window_s * _SPACING * tokens / self.tokens
        return self.window_s * _SPACING / (self.tokens // max(1, tokens))


@dataclass(frozen=True)
class Schedule:
    """Theoretical arrival times, in seconds on one clock."""

    next_request_at: float = 0.0
    next_token_at: float = 0.0


@dataclass(frozen=True)
class Slot:
    at: float
    after: Schedule


def reserve(rate: Rate, booked: Schedule, now: float, tokens: int) -> Slot:
    """The first moment from `now` on at which a call of so many tokens fits, and the schedule with it."""
    farthest = now + _FARTHEST_WINDOWS * rate.window_s
    request_at = min(booked.next_request_at, farthest)
    token_at = min(booked.next_token_at, farthest)
    burst_s = rate.window_s * _BURST
    at = now
    if rate.requests is not None:
        at = max(at, request_at - burst_s)
    if rate.tokens is not None:
        at = max(at, token_at - burst_s)
    after = Schedule(max(at, request_at) + rate.spacing_s, max(at, token_at) + rate.taken_s(tokens))
    return Slot(at, after)


def correction_s(rate: Rate, reserved: int, used: int) -> float:
    """What a call moves the token schedule by when its real size is known."""
    return rate.taken_s(used) - rate.taken_s(reserved)
