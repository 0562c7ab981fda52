from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import JSON_TYPE, Base, GroupOwned, JsonValue, group_is_named


class OutputSchema(GroupOwned, Base):
    """A named JSON schema that tasks may ask their answer to follow."""

    __tablename__ = "output_schemas"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(2000), default="")
    json_schema: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    seed_hash: Mapped[str] = mapped_column(String(64), default="")
