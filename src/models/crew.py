from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Crew(GroupOwned, Base):
    """A saved crew. Its definition is that of `current_version`."""

    __tablename__ = "crews"
    __table_args__ = (Index(None, "group_id", "id"), group_is_named())

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000), default="")
    current_version: Mapped[int] = mapped_column(default=1)
    seed_key: Mapped[str | None] = mapped_column(String(120))
    """Names the shipped example a crew was made from."""


class CrewVersion(Base):
    """Written once, never changed: what a run of this version ran."""

    __tablename__ = "crew_versions"
    __table_args__ = (group_is_named(),)

    crew_id: Mapped[str] = mapped_column(
        ForeignKey("crews.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    definition: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """schemas.crew_config.CrewDefinition"""
    note: Mapped[str] = mapped_column(String(2000), default="")
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
