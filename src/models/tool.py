from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Tool(Base):
    """The catalogue: what exists and how it is configured. Filled by the seeder."""

    __tablename__ = "tools"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000))
    side_effect: Mapped[str] = mapped_column(String(20))
    config_schema: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """JSON schema; properties marked `"writeOnly": true` are secrets."""
    default_config: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    enabled: Mapped[bool] = mapped_column(default=True)
    seed_hash: Mapped[str] = mapped_column(String(64), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupTool(GroupOwned, Base):
    """One group's choice for one tool: on or off, and its own configuration."""

    __tablename__ = "group_tools"
    __table_args__ = (
        UniqueConstraint("group_id", "tool_key"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    tool_key: Mapped[str] = mapped_column(String(120))
    enabled: Mapped[bool] = mapped_column(default=True)
    side_effect: Mapped[str | None] = mapped_column(String(20))
    """ask, or None for what the catalogue says."""
    config: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    sealed_secrets: Mapped[str | None] = mapped_column(String)
    """JSON object of the writeOnly properties, sealed (core.crypto)."""


class McpServer(GroupOwned, Base):
    """A Model Context Protocol server whose tools the group's agents may call."""

    __tablename__ = "mcp_servers"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(String(2000))
    enabled: Mapped[bool] = mapped_column(default=True)
    side_effect: Mapped[str] = mapped_column(String(20))
    sealed_headers: Mapped[str | None] = mapped_column(String)


class ToolCall(Base):
    """Ledger of calls whose effect must not happen twice, whatever process dies in between."""

    __tablename__ = "tool_calls"
    __table_args__ = (group_is_named(),)

    execution_id: Mapped[str] = mapped_column(ID, primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    task_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    call_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 over tool, canonical arguments and the how-many-eth such call of the task this is."""
    group_id: Mapped[str] = mapped_column(ID)
    tool: Mapped[str] = mapped_column(String(120))
    finished: Mapped[bool] = mapped_column(default=False)
    result: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
