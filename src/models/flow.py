"""Flows: graphs of crews, agents, routers and gates, and how far a run of one is."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Flow(GroupOwned, Base):
    """A saved flow. Its definition is that of `current_version`."""

    __tablename__ = "flows"
    __table_args__ = (Index(None, "group_id", "id"), group_is_named())

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000), default="")
    current_version: Mapped[int] = mapped_column(default=1)


class FlowVersion(Base):
    """Written once, never changed: what a run of this version ran."""

    __tablename__ = "flow_versions"
    __table_args__ = (group_is_named(),)

    flow_id: Mapped[str] = mapped_column(
        ForeignKey("flows.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    definition: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """schemas.flow.FlowDefinition"""
    note: Mapped[str] = mapped_column(String(2000), default="")
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FlowState(Base):
    """What the nodes of one flow run share."""

    __tablename__ = "flow_states"

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ID)
    state: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    version: Mapped[int] = mapped_column(default=1)


class FlowNode(Base):
    """One node of one flow run: the checkpoint of record of the flow."""

    __tablename__ = "flow_nodes"
    __table_args__ = (Index(None, "child_execution_id"), group_is_named())

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(30))
    """pending, running, waiting_for_approval, completed, skipped, failed or cancelled."""
    visit: Mapped[int] = mapped_column(default=1)
    """Raised by each retry of this node."""
    child_execution_id: Mapped[str | None] = mapped_column(ID)
    output: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
