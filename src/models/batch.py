"""One crew or flow over a dataset."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Batch(GroupOwned, Base):
    __tablename__ = "batches"
    __table_args__ = (Index(None, "group_id", "id"), Index(None, "status"), group_is_named())

    name: Mapped[str] = mapped_column(String(200))
    crew_id: Mapped[str | None] = mapped_column(ID)
    flow_id: Mapped[str | None] = mapped_column(ID)
    request: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """What POST /executions gets besides crew or flow, and inputs; the version is fixed when the batch is made."""
    total: Mapped[int]
    concurrency: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    """running, done or cancelled."""
    acts_for: Mapped[str] = mapped_column(String(320))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BatchItem(Base):
    """One row of the dataset and its run."""

    __tablename__ = "batch_items"
    __table_args__ = (
        Index(None, "batch_id", "status", "index"),
        Index(None, "execution_id"),
        group_is_named(),
    )

    batch_id: Mapped[str] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    inputs: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    status: Mapped[str] = mapped_column(String(20))
    """waiting, running, completed, failed or cancelled."""
    execution_id: Mapped[str | None] = mapped_column(ID)
    """None, too, once that run was deleted."""
    tries: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
