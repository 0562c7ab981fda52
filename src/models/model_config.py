from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import Base, GroupOwned, group_is_named


class ModelConfig(GroupOwned, Base):
    """A language model that configurations may name by key; rows of the system group are everybody's."""

    __tablename__ = "models"
    __table_args__ = (
        UniqueConstraint("group_id", "key"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(40))
    temperature: Mapped[float | None]
    context_window: Mapped[int]
    max_output_tokens: Mapped[int]
    base_url: Mapped[str | None] = mapped_column(String(2000))
    input_cost_per_mtok: Mapped[float | None]
    """USD for a million prompt tokens; NULL leaves it to litellm's price table."""
    output_cost_per_mtok: Mapped[float | None]
    requests_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    """Of one group, over all workers."""
    enabled: Mapped[bool] = mapped_column(default=True)
    seed_hash: Mapped[str] = mapped_column(String(64), default="")
