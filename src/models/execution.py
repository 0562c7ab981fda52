"""Executions, their tasks (the checkpoint of record) and their append-only events."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named


class Execution(GroupOwned, Base):
    """One run of a crew. The large documents stand last, where a list need not read them."""

    __tablename__ = "executions"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(None, "group_id", "status", "id"),
        Index(None, "group_id", "crew_id", "id"),
        Index(None, "status", "updated_at"),
        Index(None, "parent_id"),
        group_is_named(),
    )

    kind: Mapped[str] = mapped_column(String(20), default="crew", server_default="crew")
    """crew or flow."""
    parent_id: Mapped[str | None] = mapped_column(ID)
    """The flow execution or batch that started it and hears of its end."""
    child_key: Mapped[str | None] = mapped_column(String(120))
    """Which node or row of its parent it is."""
    flow_id: Mapped[str | None] = mapped_column(ID)
    flow_version: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(30))
    crew_id: Mapped[str | None] = mapped_column(ID)
    crew_version: Mapped[int | None]
    crew_name: Mapped[str] = mapped_column(String(200))
    crew_identity: Mapped[str] = mapped_column(String(32))
    run_name: Mapped[str | None] = mapped_column(String(200))
    trigger: Mapped[str] = mapped_column(String(30))
    created_by: Mapped[str] = mapped_column(String(320))
    priority: Mapped[int] = mapped_column(default=5)
    attempt: Mapped[int] = mapped_column(default=1)
    segment: Mapped[int] = mapped_column(default=1)
    """Which workflow of this execution is, or was last, in the queue: `<id>:<segment>`."""
    event_seq: Mapped[int] = mapped_column(default=0)
    """Sequence number of the newest event; raised in the transaction that appends."""
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    llm_calls: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None]
    """None as long as no call had a known price."""
    models: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    """Which it may call, as [{"key", "provider"}]. None for a flow, whose parts say it, and for older ones."""
    identity_used: Mapped[str | None] = mapped_column(String(40))
    """Which Databricks credential answered: obo, oauth-client, stored-key, environment."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    inputs: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    result: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)


class ExecutionPlan(Base):
    """The frozen CrewPlan, written with the execution and never changed."""

    __tablename__ = "execution_plans"

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ID)
    plan: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    notes: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    """What the planning step wrote for each task: {task key: text}."""


class ExecutionCredential(Base):
    """The caller's forwarded Databricks token, sealed, for as long as the run may need it."""

    __tablename__ = "execution_credentials"

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ID)
    sealed_token: Mapped[str] = mapped_column(String)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExecutionTask(Base):
    """One task of one execution. A COMPLETED row is never run again, whatever replays."""

    __tablename__ = "execution_tasks"

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    agent: Mapped[str | None] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(30))
    review: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    """What people said about earlier answers: [{comment, output, by, at}]."""
    attempt: Mapped[int] = mapped_column(default=0)
    """How often it was started; more than once only when a worker was lost on the way."""
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    llm_calls: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    output: Mapped[str | None] = mapped_column(String)
    output_json: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)


class UsageBill(Base):
    """How many model calls of one attempt are added up everywhere, so that none is added twice when the
    answer to a commit is lost."""

    __tablename__ = "usage_bills"
    __table_args__ = (Index(None, "execution_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    execution_id: Mapped[str] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"))
    group_id: Mapped[str] = mapped_column(ID)
    calls: Mapped[int]
    before: Mapped[int] = mapped_column(default=0)
    """What `calls` was before it was last written."""


class ExecutionEvent(Base):
    """What happened, in order. Numbers run 1, 2, 3 … without a gap within an execution."""

    __tablename__ = "execution_events"
    __table_args__ = (group_is_named(),)

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    task: Mapped[str | None] = mapped_column(String(120))
    agent: Mapped[str | None] = mapped_column(String(120))
    span_id: Mapped[str] = mapped_column(String(36))
    parent_span_id: Mapped[str | None] = mapped_column(String(36))
    data: Mapped[JsonValue] = mapped_column(JSON_TYPE)


class WorkerLease(Base):
    """A worker process that is alive. Who deletes an expired row takes its work over."""

    __tablename__ = "worker_leases"
    __table_args__ = (Index(None, "expires_at"),)

    executor_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    app_version: Mapped[str] = mapped_column(String(60))
    expires_at: Mapped[float]
    """Seconds since the epoch on the database's clock (SQLite: this machine's)."""


class IdempotencyRecord(Base):
    """The first answer to a POST with an Idempotency-Key, replayed to every repeat for 24 hours."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"), group_is_named())

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
