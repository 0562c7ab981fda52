"""Schedules as people manage them; services/schedules/tick.py fires them."""

from datetime import datetime
from itertools import islice
from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.core.cron import fire_times, next_time
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, FieldError, Invalid
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.models.schedule import Schedule, ScheduleFiring
from src.repositories.schedule import ScheduleRepository
from src.schemas.common import Page
from src.schemas.execution import ExecutionStarted
from src.schemas.schedule import (
    CatchUp,
    FiringRead,
    Overlap,
    RunOptions,
    ScheduleCreate,
    ScheduleRead,
    ScheduleUpdate,
)
from src.services.base import page_of, read_cursor
from src.services.definitions.noun import NounService
from src.services.definitions.saved_source import SavedSource
from src.services.executions.execution import ExecutionService

_SHOWN_FIRES = 5


class ScheduleService(NounService[Schedule, ScheduleCreate, ScheduleUpdate, ScheduleRead]):
    repository = ScheduleRepository
    read = ScheduleRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        executions: ExecutionService,
    ) -> None:
        super().__init__(database, cursors, clock)
        self._executions = executions

    async def create(self, principal: Principal, body: ScheduleCreate) -> ScheduleRead:
        now = self._clock.now()
        at = body.once_at(now)
        if at is not None and at <= now:
            raise _invalid("/at", "expected a time to come; use run-now of a schedule for now")
        source = SavedSource.of(body)
        source.check(body.request)
        row = Schedule(
            id=ids.new(),
            group_id=principal.group_id,
            created_at=now,
            updated_at=now,
            version=1,
            name=body.name,
            crew_id=body.crew_id,
            flow_id=body.flow_id,
            request=body.request.model_dump(mode="json"),
            cron=body.cron,
            timezone=body.timezone,
            at=at,
            overlap=body.overlap,
            catch_up=body.catch_up,
            paused=body.paused,
            next_fire_at=None if body.paused else at or _next(body.cron, body.timezone, now),
            acts_for=principal.email,
        )
        async with self._database.write() as uow:
            await source.version(uow, principal.group_id, body.request.version)
            return self._show(await uow.repo(ScheduleRepository).add(row))

    async def update(
        self, principal: Principal, id: str, body: ScheduleUpdate, expected_version: int | None
    ) -> ScheduleRead:
        """Whoever changes it is from then on the one in whose name it runs."""
        values = body.changes() | {"acts_for": principal.email}
        async with self._database.write() as uow:
            row = await uow.repo(ScheduleRepository).get(principal.group_id, id)
            _check_kind(row, values)
            if body.request is not None:
                source = SavedSource.of(row)
                source.check(body.request)
                await source.version(uow, principal.group_id, body.request.version)
            if values.keys() & {"cron", "timezone", "at"} and not row.paused:
                values["next_fire_at"] = self._first(row, values)
            return await self._write(uow, principal, id, values, expected_version)

    async def pause(self, principal: Principal, id: str) -> ScheduleRead:
        """Repeating it is harmless."""
        values = {"paused": True, "paused_because": None, "next_fire_at": None}
        async with self._database.write() as uow:
            return await self._write(uow, principal, id, values, None)

    async def resume(self, principal: Principal, id: str) -> ScheduleRead:
        """From the next time on: what passed in the pause is not made up for."""
        async with self._database.write() as uow:
            row = await uow.repo(ScheduleRepository).get(principal.group_id, id)
            if not row.paused:
                return self._show(row)
            values = {
                "paused": False,
                "paused_because": None,
                "next_fire_at": self._first(row, {}),
                "acts_for": principal.email,
            }
            return await self._write(uow, principal, id, values, None)

    async def run_now(self, principal: Principal, id: str) -> ExecutionStarted:
        """At once and in the caller's name, whatever the run before does; the times stay as they are."""
        now = self._clock.now()
        async with self._database.read() as uow:
            row = await uow.repo(ScheduleRepository).get(principal.group_id, id)
            body = SavedSource.of(row).body(row.request)

        async def note(uow: UnitOfWork, execution_id: str) -> None:
            await uow.repo(ScheduleRepository).update(
                principal.group_id, id, {"last_execution_id": execution_id}, now=now
            )
            firing = ScheduleFiring(
                schedule_id=id,
                fire_at=now,
                group_id=principal.group_id,
                outcome="started",
                execution_id=execution_id,
                detail=f"run now by {principal.email}",
                fired_at=now,
            )
            await uow.repo(ScheduleRepository).add_firings([firing])

        started = await self._executions.start(
            principal, body, None, trigger="schedule", claim=note
        )
        return started.body

    async def firings(self, principal: Principal, id: str, paging: Paging) -> Page[FiringRead]:
        """What became of past times, the latest first."""
        scope = ListScope(principal.group_id, "schedule_firings", (("schedule", id),))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            schedules = uow.repo(ScheduleRepository)
            await schedules.get(principal.group_id, id)
            rows = await schedules.firings(
                principal.group_id,
                id,
                limit=paging.limit + 1,
                before=None if before is None else datetime.fromisoformat(before),
            )
            return page_of(
                rows,
                paging.limit,
                _firing_read,
                lambda row: row.fire_at.isoformat(),
                self._cursors,
                scope,
            )

    async def _write(
        self,
        uow: UnitOfWork,
        principal: Principal,
        id: str,
        values: dict[str, Any],
        expected_version: int | None,
    ) -> ScheduleRead:
        row = await uow.repo(ScheduleRepository).update(
            principal.group_id,
            id,
            values,
            now=self._clock.now(),
            expected_version=expected_version,
        )
        return self._show(row)

    def _first(self, row: Schedule, values: dict[str, Any]) -> datetime:
        now = self._clock.now()
        cron = values.get("cron", row.cron)
        if cron is not None:
            return _next(cron, values.get("timezone", row.timezone), now)
        at: datetime | None = values.get("at", row.at)
        if at is None or at <= now:
            raise _invalid("/at", f"the time of this schedule, {at}, has passed; set another")
        return at

    def _show(self, row: Schedule) -> ScheduleRead:
        return ScheduleRead(
            id=row.id,
            group_id=row.group_id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            name=row.name,
            crew_id=row.crew_id,
            flow_id=row.flow_id,
            request=RunOptions.model_validate(row.request),
            cron=row.cron,
            timezone=row.timezone,
            at=row.at,
            overlap=Overlap(row.overlap),
            catch_up=CatchUp(row.catch_up),
            paused=row.paused,
            paused_because=row.paused_because,
            acts_for=row.acts_for,
            last_execution_id=row.last_execution_id,
            next_fires=_next_fires(row),
        )


def _check_kind(row: Schedule, values: dict[str, Any]) -> None:
    if "cron" in values and row.cron is None:
        raise Conflict("this schedule fires once; make a new one for a cron expression")
    if "at" in values and row.cron is not None:
        raise Conflict("this schedule has a cron expression; make a new one that fires once")


def _next(cron: str | None, zone: str, now: datetime) -> datetime:
    assert cron is not None
    found = next_time(cron, zone, now)
    if found is None:
        raise _invalid("/cron", "no date to come fits this expression")
    return found


def _next_fires(row: Schedule) -> list[datetime]:
    if row.next_fire_at is None:
        return []
    if row.cron is None:
        return [row.next_fire_at]
    later = fire_times(row.cron, row.timezone, row.next_fire_at)
    return [row.next_fire_at, *islice(later, _SHOWN_FIRES - 1)]


def _firing_read(row: ScheduleFiring) -> FiringRead:
    return FiringRead(
        fire_at=row.fire_at,
        outcome=row.outcome,
        execution_id=row.execution_id,
        detail=row.detail,
        fired_at=row.fired_at,
    )


def _invalid(pointer: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(pointer, "time", message),))
