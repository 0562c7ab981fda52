"""Removes what has had its time: by one worker at a time, in small steps, and never from a run that is active."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from src.core import ids
from src.core.clock import Clock
from src.core.errors import Conflict, NotFound
from src.core.logging import get_logger
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.chore import ChoreRepository
from src.repositories.housekeeping import (
    GroupRetention,
    HousekeepingRepository,
    PastExecution,
)
from src.services import idempotency
from src.services.executions.removal import ExecutionRemoval
from src.services.operations.measures import REMOVED, Measures
from src.services.triggers import call as trigger_call

log = get_logger(__name__)

CHORE = "housekeeping"
EVERY = timedelta(minutes=30)
ENGINE_ROWS_KEPT = timedelta(hours=1)
TURNS_KEPT = timedelta(days=1)
_HELD = timedelta(minutes=2)
"""A holder that does not say within this time that it goes on was lost."""
_BATCH = 500
_PAGE = 200
_PAUSE_S = 0.02
"""Between two steps, for the runs of this worker and for other writers."""
_FIRST_ID = ""

Step = Callable[[UnitOfWork, int], Awaitable[int]]


class EngineTables(Protocol):
    async def forget_ended(self, uow: UnitOfWork, before: datetime, limit: int) -> int:
        """Rows of work that ended before then; returns how many."""
        ...


@dataclass(frozen=True)
class Retention:
    """In days, 0 for ever. Groups may choose otherwise for their executions and events."""

    executions_days: int
    events_days: int
    jobs_days: int


class _Lost(Exception):
    """Another worker keeps house now."""


class Housekeeping:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: EngineTables,
        removal: ExecutionRemoval,
        measures: Measures,
        retention: Retention,
        holder: str,
    ) -> None:
        """`holder` names this process."""
        self._database = database
        self._clock = clock
        self._engine = engine
        self._removal = removal
        self._measures = measures
        self._retention = retention
        self._holder = holder
        self._kept_until = clock.now()

    async def tick(self) -> int:
        """Keeps house when it is due and nobody else does. Returns how much it removed."""
        now = self._clock.now()
        async with self._database.write() as uow:
            self._kept_until = now + _HELD
            chores = uow.repo(ChoreRepository)
            if not await chores.take(CHORE, self._holder, now=now, until=self._kept_until):
                return 0
        try:
            removed = await self._keep_house(now)
        except _Lost:
            log.warning("another worker took the housekeeping over")
            return 0
        async with self._database.write() as uow:
            now = self._clock.now()
            chores = uow.repo(ChoreRepository)
            await chores.done(CHORE, self._holder, now=now, due_at=now + EVERY)
        if removed:
            log.info("housekeeping removed {} rows", removed)
        return removed

    async def _keep_house(self, now: datetime) -> int:
        removed = 0
        for kind, step in self._steps(now).items():
            removed += await self._all(kind, step)
        async with self._database.read() as uow:
            retentions = await uow.repo(HousekeepingRepository).retentions()
        for retention in retentions:
            removed += await self._of_group(retention, now)
        return removed

    def _steps(self, now: datetime) -> dict[str, Step]:
        steps: dict[str, Step] = {
            "idempotency_keys": lambda uow, limit: _rows(uow).drop_keys(
                now - idempotency.KEPT_FOR, limit
            ),
            "trigger_calls": lambda uow, limit: _rows(uow).drop_trigger_calls(
                now - trigger_call.KEPT_FOR, limit
            ),
            "credentials": lambda uow, limit: _rows(uow).drop_credentials(now, limit),
            "memory_turns": lambda uow, limit: _rows(uow).drop_turns(now - TURNS_KEPT, limit),
            "engine_rows": lambda uow, limit: self._engine.forget_ended(
                uow, now - ENGINE_ROWS_KEPT, limit
            ),
        }
        if self._retention.jobs_days:
            old = now - timedelta(days=self._retention.jobs_days)
            steps["jobs"] = lambda uow, limit: _rows(uow).drop_jobs(old, limit)
            steps["firings"] = lambda uow, limit: _rows(uow).drop_firings(old, limit)
        return steps

    async def _of_group(self, group: GroupRetention, now: datetime) -> int:
        whole = _moment(now, group.keep_executions_days, self._retention.executions_days)
        events = _moment(now, group.keep_events_days, self._retention.events_days)
        newest = max((one for one in (whole, events) if one is not None), default=None)
        if newest is None:
            return 0
        removed, after = 0, _FIRST_ID
        while True:
            async with self._database.read() as uow:
                page = await _rows(uow).past_executions(
                    group.group_id, after, ids.earliest(newest), _PAGE
                )
            for past in page:
                removed += await self._of_execution(group.group_id, past, whole, events)
            if len(page) < _PAGE:
                break
            after = page[-1].id
            await self._breathe()
        if whole is not None:
            removed += await self._all(
                "batches", lambda uow, limit: _rows(uow).drop_batches(group.group_id, whole, 1)
            )
        return removed

    async def _of_execution(
        self, group_id: str, past: PastExecution, whole: datetime | None, events: datetime | None
    ) -> int:
        if past.finished_at is None:
            return 0
        if whole is not None and past.finished_at < whole and not past.is_in_running_batch:
            # Somebody else may have deleted it, or begun to retry it or the flow that it belongs to.
            with suppress(Conflict, NotFound):
                async with self._database.write() as uow:
                    await self._removal.remove(uow, group_id, past.id)
                self._measures.count(REMOVED, "executions")
                await self._breathe()
                return 1
        if events is not None and past.finished_at < events and past.has_events:
            return await self._all(
                "events", lambda uow, limit: _rows(uow).drop_events(past.id, limit)
            )
        return 0

    async def _all(self, kind: str, step: Step) -> int:
        total = 0
        while True:
            async with self._database.write() as uow:
                removed = await step(uow, _BATCH)
            if not removed:
                return total
            total += removed
            self._measures.count(REMOVED, kind, amount=removed)
            await self._breathe()

    async def _breathe(self) -> None:
        await asyncio.sleep(_PAUSE_S)
        now = self._clock.now()
        if self._kept_until - now > _HELD / 2:
            return
        self._kept_until = now + _HELD
        async with self._database.write() as uow:
            chores = uow.repo(ChoreRepository)
            if not await chores.keep(CHORE, self._holder, until=self._kept_until):
                raise _Lost


def _rows(uow: UnitOfWork) -> HousekeepingRepository:
    return uow.repo(HousekeepingRepository)


def _moment(now: datetime, own_days: int | None, default_days: int) -> datetime | None:
    """What ended before goes; None keeps it for ever."""
    days = default_days if own_days is None else own_days
    return now - timedelta(days=days) if days else None
