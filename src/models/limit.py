"""What a group may use, and what it has used."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, Base, UtcDateTime, group_is_named


class GroupLimit(Base):
    """None in a column: the installation's default."""

    __tablename__ = "group_limits"
    __table_args__ = (group_is_named(),)

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    max_running: Mapped[int | None]
    max_queued: Mapped[int | None]
    monthly_usd: Mapped[float | None]
    monthly_tokens: Mapped[int | None] = mapped_column(BigInteger)
    keep_executions_days: Mapped[int | None]
    keep_events_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MonthlyUsage(Base):
    """Added to in the transaction that adds usage to an execution."""

    __tablename__ = "monthly_usage"
    __table_args__ = (group_is_named(),)

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """2026-11, in UTC."""
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    completion_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    llm_calls: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float] = mapped_column(default=0.0)


class ModelRate(Base):
    """When the next call of a model may be made; shared by all workers."""

    __tablename__ = "model_rates"
    __table_args__ = (group_is_named(),)

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    model: Mapped[str] = mapped_column(String(160), primary_key=True)
    next_request_at: Mapped[float] = mapped_column(default=0.0)
    """Seconds since the epoch on the database's clock: the theoretical arrival time of GCRA."""
    next_token_at: Mapped[float] = mapped_column(default=0.0)
    waits: Mapped[int] = mapped_column(default=0)
    """Calls that had to wait."""
    waited_s: Mapped[float] = mapped_column(default=0.0)
