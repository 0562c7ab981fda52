"""Which fire time of a schedule is next to be run, and which are let go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from src.core.cron import last_times, next_time
from src.repositories.schedule import DueSchedule
from src.schemas.schedule import CatchUp, Overlap

ON_TIME = timedelta(seconds=90)
"""A worker that restarts is back by then: nothing was missed."""
MOST_CAUGHT_UP = 100


@dataclass(frozen=True)
class Decision:
    fire_at: datetime | None
    """None: nothing is run this time."""
    next_at: datetime | None
    missed: datetime | None = None
    """The first of the times that are let go."""


def decide(due: DueSchedule, now: datetime) -> Decision:
    first = due.next_fire_at
    policy = CatchUp(due.catch_up)
    if due.overlap == Overlap.QUEUE and policy is CatchUp.SKIP:
        policy = CatchUp.LATEST
    if due.cron is None:
        is_late = policy is CatchUp.SKIP and now - first > ON_TIME
        return Decision(None, None, first) if is_late else Decision(first, None)
    if policy is CatchUp.ALL:
        return _all(due.cron, due.timezone, first, now)
    latest = next(last_times(due.cron, due.timezone, now, first), first)
    following = next_time(due.cron, due.timezone, now)
    if policy is CatchUp.SKIP and now - latest > ON_TIME:
        return Decision(None, following, first)
    return Decision(latest, following, None if latest == first else first)


def _all(cron: str, zone: str, first: datetime, now: datetime) -> Decision:
    behind = list(islice(last_times(cron, zone, now, first), MOST_CAUGHT_UP))
    if len(behind) < MOST_CAUGHT_UP:
        return Decision(first, next_time(cron, zone, first))
    oldest = behind[-1]
    return Decision(oldest, next_time(cron, zone, oldest), first)
