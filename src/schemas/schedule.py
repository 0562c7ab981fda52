"""Schedules: cron with a time zone, or once."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    model_validator,
)

from src.core.cron import fire_times, zone_of
from src.core.text import Key, ShortText
from src.schemas.common import OwnedRead, Patch
from src.schemas.execution import Budget, Inputs
from src.schemas.run_source import RunSource
from src.schemas.strict import Strict

_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Overlap(StrEnum):
    """What happens when the run before is still going."""

    SKIP = "skip"
    QUEUE = "queue"
    """It starts when the one before has ended. What passes meanwhile is caught up with as after an outage,
    except that at least the latest is."""
    CANCEL_PREVIOUS = "cancel_previous"


class CatchUp(StrEnum):
    """What happens with times that passed while no worker ran. Those of a pause are never made up for."""

    SKIP = "skip"
    LATEST = "latest"
    ALL = "all"
    """One after the other, at most 100."""


def _cron(expression: str) -> str:
    if next(fire_times(expression, "UTC", _EPOCH), None) is None:
        raise ValueError("no date ever fits this expression")
    return " ".join(expression.split())


def _zone(name: str) -> str:
    zone_of(name)
    return name


Cron = Annotated[str, StringConstraints(max_length=200), AfterValidator(_cron)]
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]


class RunOptions(Strict):
    """What each run is started with, as in POST /executions. A flow takes neither model nor budget: its nodes
    have them."""

    version: int | None = Field(
        None, ge=1, le=2_147_483_647, description="the newest when left out"
    )
    inputs: Inputs = Field(default_factory=dict)
    run_name: ShortText | None = None
    model: Key | None = None
    priority: int = Field(5, ge=1, le=100, description="1 runs first")
    budget: Budget = Field(default_factory=Budget)


class ScheduleCreate(RunSource):
    name: ShortText
    request: RunOptions = Field(default_factory=RunOptions)
    cron: Cron | None = Field(None, examples=["0 7 * * MON-FRI"])
    timezone: Zone = "UTC"
    at: AwareDatetime | None = Field(None, description="once, at this time")
    delay_s: int | None = Field(None, ge=1, le=366 * 86_400, description="once, so much later")
    overlap: Overlap = Overlap.SKIP
    catch_up: CatchUp = CatchUp.LATEST
    paused: bool = False

    @model_validator(mode="after")
    def _one_time(self) -> "ScheduleCreate":
        given = [name for name in ("cron", "at", "delay_s") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of: cron; at; delay_s")
        return self

    def once_at(self, now: datetime) -> datetime | None:
        return self.at if self.delay_s is None else now + timedelta(seconds=self.delay_s)


class ScheduleUpdate(Patch):
    """A one-off schedule stays one, a cron stays a cron."""

    name: ShortText | None = None
    request: RunOptions | None = Field(None, description="replaces the whole request")
    cron: Cron | None = None
    timezone: Zone | None = None
    at: AwareDatetime | None = None
    overlap: Overlap | None = None
    catch_up: CatchUp | None = None

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if "at" in changed:
            changed["at"] = self.at
        return changed


class FiringRead(BaseModel):
    fire_at: datetime
    outcome: str = Field(description="started, skipped, missed or failed")
    execution_id: str | None = Field(
        description="null where it started none, or that run was deleted"
    )
    detail: str
    fired_at: datetime


class ScheduleRead(OwnedRead):
    name: str
    crew_id: str | None
    flow_id: str | None
    request: RunOptions
    cron: str | None
    timezone: str
    at: datetime | None
    overlap: Overlap
    catch_up: CatchUp
    paused: bool
    paused_because: str | None
    acts_for: str
    last_execution_id: str | None
    next_fires: list[datetime] = Field(description="at most five, in UTC; none while it is paused")
