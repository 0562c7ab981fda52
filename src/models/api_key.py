from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import Base, GroupOwned, group_is_named


class ApiKey(GroupOwned, Base):
    """A provider key of a group. The value is sealed to this row and never leaves the server."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(60))
    """As providers call it: OPENAI_API_KEY, ANTHROPIC_API_KEY, DATABRICKS_TOKEN, …"""
    description: Mapped[str] = mapped_column(String(2000), default="")
    sealed_value: Mapped[str] = mapped_column(String)
    created_by: Mapped[str] = mapped_column(String(320))
