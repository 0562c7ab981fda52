"""Fires schedules that are due. Every worker ticks; the one that moves a schedule on is the one that fires."""

import random
from datetime import datetime

from src.core.clock import Clock
from src.core.errors import AppError, Conflict, NotFound, Unavailable
from src.core.logging import get_logger, log_context
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.models.schedule import ScheduleFiring
from src.repositories.schedule import DueSchedule, ScheduleRepository
from src.schemas.schedule import Overlap
from src.schemas.webhook import WebhookEvent
from src.services.definitions.saved_source import SavedSource
from src.services.executions.execution import ExecutionService
from src.services.people.identity import IdentityService
from src.services.schedules.times import Decision, decide
from src.services.webhooks.outbox import WebhookOutbox

log = get_logger(__name__)
_BATCH = 100


class _AlreadyFired(Exception):
    """Another worker was first; the transaction must not happen."""


class ScheduleTick:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        executions: ExecutionService,
        identity: IdentityService,
        webhooks: WebhookOutbox,
        chance: random.Random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._executions = executions
        self._identity = identity
        self._webhooks = webhooks
        self._chance = chance

    async def tick(self) -> int:
        """Fires what is due; returns how many runs it started."""
        started = 0
        while True:
            async with self._database.read() as uow:
                due = await uow.repo(ScheduleRepository).due(self._clock.now(), _BATCH)
            # Workers that tick at once would all begin with the same one and lose it to the fastest.
            order = self._chance.sample(due, len(due))
            for schedule in order:
                with log_context(group_id=schedule.group_id):
                    started += await self._fire(schedule)
            if len(due) < _BATCH:
                return started

    async def _fire(self, due: DueSchedule) -> bool:
        now = self._clock.now()
        decision = decide(due, now)
        if decision.fire_at is None:
            await self._let_go(due, decision, now)
            return False
        if due.is_busy and due.overlap == Overlap.SKIP:
            detail = "the run before was still going"
            await self._note(due, decision, _firing(due, decision.fire_at, now, "skipped", detail))
            return False
        principal = await self._identity.acting_for(due.acts_for, due.group_id)
        if principal is None:
            await self._pause(due, f"{due.acts_for} is no member of the group any more")
            return False
        if due.is_busy and due.overlap == Overlap.CANCEL_PREVIOUS:
            await self._cancel_previous(principal, due)
        return await self._start(principal, due, decision, now)

    async def _start(
        self, principal: Principal, due: DueSchedule, decision: Decision, now: datetime
    ) -> bool:
        fire_at = decision.fire_at
        assert fire_at is not None

        async def claim(uow: UnitOfWork, execution_id: str) -> None:
            firing = _firing(due, fire_at, now, "started", "", execution_id)
            if not await self._advance(uow, due, decision, firing, now):
                raise _AlreadyFired

        source = SavedSource.of(due)
        body = source.body(due.request)
        try:
            await self._executions.start(principal, body, None, trigger="schedule", claim=claim)
        except _AlreadyFired:
            return False
        except Unavailable:
            raise
        except AppError as exc:
            log.warning("schedule {} could not start its {}: {}", due.id, source.noun, exc.message)
            await self._note(due, decision, _firing(due, fire_at, now, "failed", exc.message))
            return False
        log.info("schedule {} fired for {}", due.id, fire_at)
        return True

    async def _let_go(self, due: DueSchedule, decision: Decision, now: datetime) -> None:
        async with self._database.write() as uow:
            await self._advance(uow, due, decision, None, now)

    async def _note(self, due: DueSchedule, decision: Decision, firing: ScheduleFiring) -> None:
        async with self._database.write() as uow:
            await self._advance(uow, due, decision, firing, firing.fired_at)

    async def _advance(
        self,
        uow: UnitOfWork,
        due: DueSchedule,
        decision: Decision,
        firing: ScheduleFiring | None,
        now: datetime,
    ) -> bool:
        schedules = uow.repo(ScheduleRepository)
        started = {}
        if firing is not None and firing.execution_id is not None:
            started = {"last_execution_id": firing.execution_id}
        moved = await schedules.advance(
            due.group_id, due.id, seen=due.next_fire_at, to=decision.next_at, values=started
        )
        if not moved:
            return False
        firings = [] if firing is None else [firing]
        if decision.missed is not None:
            detail = "it passed while no worker ran; so did all times up to the next one here"
            firings.append(_firing(due, decision.missed, now, "missed", detail))
        await schedules.add_firings(firings)
        return True

    async def _pause(self, due: DueSchedule, reason: str) -> None:
        log.warning("schedule {} is paused: {}", due.id, reason)
        values = {"paused": True, "paused_because": reason}
        async with self._database.write() as uow:
            paused = await uow.repo(ScheduleRepository).advance(
                due.group_id, due.id, seen=due.next_fire_at, to=None, values=values
            )
            if paused:
                told = {"schedule_id": due.id, "schedule_name": due.name, "because": reason}
                event = WebhookEvent.SCHEDULE_PAUSED
                await self._webhooks.tell(uow, due.group_id, event, told)

    async def _cancel_previous(self, principal: Principal, due: DueSchedule) -> None:
        assert due.last_execution_id is not None
        try:
            await self._executions.cancel(principal, due.last_execution_id)
        except (Conflict, NotFound):
            log.info("the run before of schedule {} has ended by itself", due.id)


def _firing(
    due: DueSchedule,
    fire_at: datetime,
    now: datetime,
    outcome: str,
    detail: str,
    execution_id: str | None = None,
) -> ScheduleFiring:
    return ScheduleFiring(
        schedule_id=due.id,
        fire_at=fire_at,
        group_id=due.group_id,
        outcome=outcome,
        execution_id=execution_id,
        detail=detail[:1000],
        fired_at=now,
    )
