from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import JSON_TYPE, Base, GroupOwned, JsonValue, group_is_named


class Task(GroupOwned, Base):
    """A task of the group's library; crews copy it when they use it."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "group_id", "id"), group_is_named())

    name: Mapped[str] = mapped_column(String(200))
    config: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """schemas.crew_config.TaskConfig"""
