"""What reaches Kasal from outside and what leaves it: signed both ways."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Trigger(GroupOwned, Base):
    """An address that starts a crew or a flow when something that knows its secret calls it."""

    __tablename__ = "triggers"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(200))
    crew_id: Mapped[str | None] = mapped_column(ID)
    flow_id: Mapped[str | None] = mapped_column(ID)
    request: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """What each run is started with besides what the payload gives."""
    mapping: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """Input name -> JMESPath expression over the payload."""
    enabled: Mapped[bool] = mapped_column(default=True)
    sealed_secret: Mapped[str] = mapped_column(String)
    sealed_old_secret: Mapped[str | None] = mapped_column(String)
    old_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A rotated secret goes on working for a while."""
    acts_for: Mapped[str] = mapped_column(String(320))
    last_execution_id: Mapped[str | None] = mapped_column(ID)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_because: Mapped[str | None] = mapped_column(String(500))
    """Of a call that was signed rightly; None since the last one that was taken."""


class TriggerCall(Base):
    """A delivery that was taken: the same one again gives the same answer and starts nothing."""

    __tablename__ = "trigger_calls"
    __table_args__ = (Index(None, "at"), Index(None, "execution_id"), group_is_named())

    trigger_id: Mapped[str] = mapped_column(
        ForeignKey("triggers.id", ondelete="CASCADE"), primary_key=True
    )
    delivery: Mapped[str] = mapped_column(String(255), primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    execution_id: Mapped[str | None] = mapped_column(ID)
    """None once that run was deleted; the delivery stays known, so that it starts nothing again."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Webhook(GroupOwned, Base):
    """An address that hears of approvals and ends of runs."""

    __tablename__ = "webhooks"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    include_outputs: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    disabled_because: Mapped[str | None] = mapped_column(String(500))
    """Set where not a person disabled it."""
    sealed_secret: Mapped[str] = mapped_column(String)
    sealed_old_secret: Mapped[str | None] = mapped_column(String)
    old_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then deliveries are signed with both."""
    created_by: Mapped[str] = mapped_column(String(320))
