from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, Base, UtcDateTime, group_is_named


class SeedMark(Base):
    """A shipped row that a group was given once. If it is gone now, somebody deleted it on purpose."""

    __tablename__ = "seed_marks"
    __table_args__ = (group_is_named(),)

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Which seeder: models, tools, output_schemas, example_crews."""
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
