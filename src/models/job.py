from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Job(GroupOwned, Base):
    """Durable background work that is no execution: a set-up, a document, a migration, writes left over."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(None, "group_id", "subject_id"),
        Index(None, "status", "updated_at"),
        group_is_named(),
    )

    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(ID)
    """What it is about: a backend, a document, an execution."""
    status: Mapped[str] = mapped_column(String(20))
    """queued, running, done, failed or cancelled."""
    arguments: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    state: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """How far it is, for the process that goes on with it."""
    steps: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """How far it is, for people: [{name, status, detail, at}], oldest first."""
    result: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    tries: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    created_by: Mapped[str] = mapped_column(String(320))
    sealed_token: Mapped[str | None] = mapped_column(String)
    """The caller's forwarded Databricks token, for as long as the job may need it."""
    token_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
