from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Schedule(GroupOwned, Base):
    """Starts a saved crew or flow at given times."""

    __tablename__ = "schedules"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        Index(None, "next_fire_at"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(200))
    crew_id: Mapped[str | None] = mapped_column(ID)
    flow_id: Mapped[str | None] = mapped_column(ID)
    request: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """What POST /executions gets, without crew_id and flow_id."""
    cron: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of a schedule that fires once."""
    overlap: Mapped[str] = mapped_column(String(20))
    catch_up: Mapped[str] = mapped_column(String(20))
    paused: Mapped[bool] = mapped_column(default=False)
    paused_because: Mapped[str | None] = mapped_column(String(500))
    """Set where not a person paused it."""
    next_fire_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: paused or over. Who moves it on from the value it has read, fires."""
    last_execution_id: Mapped[str | None] = mapped_column(ID)
    acts_for: Mapped[str] = mapped_column(String(320))
    """The member in whose name it runs, with the rights that this member has when it fires."""


class ScheduleFiring(Base):
    """What became of one fire time."""

    __tablename__ = "schedule_firings"
    __table_args__ = (
        Index(None, "group_id", "schedule_id", "fire_at"),
        Index(None, "execution_id"),
        group_is_named(),
    )

    schedule_id: Mapped[str] = mapped_column(
        ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True
    )
    fire_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    outcome: Mapped[str] = mapped_column(String(20))
    """started, skipped, missed or failed."""
    execution_id: Mapped[str | None] = mapped_column(ID)
    """None, too, once that run was deleted."""
    detail: Mapped[str] = mapped_column(String(1000), default="")
    fired_at: Mapped[datetime] = mapped_column(UtcDateTime)
