"""What workers note about themselves for whoever operates them. Of no group."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import Base, UtcDateTime


class Chore(Base):
    """Work that one worker at a time does beside its runs."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is free: the holder moves this on while it works, and then to when it is due again."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MetricTotal(Base):
    """A count that all processes add to, since the installation began: it outlives each of them."""

    __tablename__ = "metric_totals"

    metric: Mapped[str] = mapped_column(String(80), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), primary_key=True)
    """Value of the one label that a metric may have, else empty. Never an id."""
    bucket: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Upper bound of a histogram's bucket, `sum` for its sum, empty for a counter."""
    value: Mapped[float]
