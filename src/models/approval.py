from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from src.models.base import JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named
from src.models.execution import Execution


class Approval(GroupOwned, Base):
    """A question to a person that an execution waits for. Nothing runs meanwhile."""

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("execution_id", "question"),
        Index(None, "group_id", "status", "id"),
        Index(None, "status", "expires_at"),
        group_is_named(),
    )

    execution_id: Mapped[str] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(200))
    """What is asked, in one word for the machine: asking the same again finds the first question."""
    kind: Mapped[str] = mapped_column(String(20))
    """task_before, task_after, tool or gate."""
    task: Mapped[str | None] = mapped_column(String(120))
    task_index: Mapped[int | None]
    shown: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    shown_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was shown; a decision names it, so that nobody decides about something else."""
    status: Mapped[str] = mapped_column(String(20))
    """pending, approved, rejected, revised or expired."""
    role: Mapped[str] = mapped_column(String(20))
    """The least that may decide."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on_expiry: Mapped[str] = mapped_column(String(20))
    """approve or reject."""
    comment: Mapped[str | None] = mapped_column(String)
    decided_by: Mapped[str | None] = mapped_column(String(320))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    crew_name: Mapped[str] = column_property(
        select(Execution.crew_name).where(Execution.id == execution_id).scalar_subquery()
    )
    run_name: Mapped[str | None] = column_property(
        select(Execution.run_name).where(Execution.id == execution_id).scalar_subquery()
    )
