"""Whether a group may have one more run: asked in the transaction that would start it."""

import math
from datetime import timedelta

from src.core.clock import Clock
from src.core.errors import Conflict, TooManyRequests
from src.core.unit_of_work import UnitOfWork
from src.repositories.group_limit import GroupLimitRepository, Standing, month_after

_LOOK_BACK = timedelta(minutes=5)
_UNKNOWN_S = 60
_LONGEST_S = 3600


class BudgetExhausted(Conflict):
    """409, not 429: asking again later in the month does not help, changing the budget does."""

    code, title = "budget.exhausted", "The group's budget of this month is used up"


class QueueFull(TooManyRequests):
    code, title = "queue.full", "The group's queue is full"


class Admission:
    def __init__(self, clock: Clock, max_queued: int) -> None:
        """`max_queued` is of a group that has no limit of its own."""
        self._clock = clock
        self._max_queued = max_queued

    async def check(self, uow: UnitOfWork, group_id: str) -> None:
        """Raises BudgetExhausted or QueueFull. Requests that arrive at the same moment may all pass: a queue
        can hold a few more than its limit."""
        limits = uow.repo(GroupLimitRepository)
        standing = await limits.standing(group_id, self._clock.now())
        self._check_budget(standing)
        most = standing.max_queued or self._max_queued
        if standing.queued >= most:
            wait_s = await self._wait_s(limits, group_id, standing.queued)
            raise QueueFull(
                f"{standing.queued} runs of this group wait already, and at most {most} may; try again "
                f"in {wait_s} s, or let an admin raise max_queued under /api/v1/limits",
                headers={"Retry-After": str(wait_s)},
            )

    def _check_budget(self, standing: Standing) -> None:
        exhausted = over_budget(standing)
        if exhausted is not None:
            until = month_after(self._clock.now()).date()
            raise BudgetExhausted(
                f"{exhausted[1]}; no run can start before {until}, unless an admin raises "
                f"{exhausted[0]} under /api/v1/limits"
            )

    async def _wait_s(self, limits: GroupLimitRepository, group_id: str, queued: int) -> int:
        """Until a hundredth of the queue is gone, at the pace of the last minutes."""
        started = await limits.started_since(group_id, self._clock.now() - _LOOK_BACK)
        if started == 0:
            return _UNKNOWN_S
        pace = started / _LOOK_BACK.total_seconds()
        return min(_LONGEST_S, math.ceil(max(1.0, queued / 100) / pace))


def over_budget(standing: Standing) -> tuple[str, str] | None:
    """The limit that is reached, and that in words."""
    used = standing.used
    return exhausted(
        standing.monthly_usd,
        standing.monthly_tokens,
        used.cost_usd or 0.0,
        used.prompt_tokens + used.completion_tokens,
    )


def exhausted(
    max_usd: float | None, max_tokens: int | None, usd: float, tokens: int
) -> tuple[str, str] | None:
    if max_tokens is not None and tokens >= max_tokens:
        said = f"the group has used {tokens} of at most {max_tokens} tokens this month"
        return "monthly_tokens", said
    if max_usd is not None and usd >= max_usd:
        return (
            "monthly_usd",
            f"the group has used {usd:.4f} of at most {max_usd:.4f} USD this month",
        )
    return None
