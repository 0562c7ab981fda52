"""What Kasal itself remembers about memory: configurations, lineages, writes to do, and who used what.

The records stand in vector indexes (repositories/vector), not here.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, JSON_TYPE, Base, GroupOwned, JsonValue, UtcDateTime, group_is_named

IDENTITY = String(32)
LINEAGE = String(80)
RECORD_ID = String(200)
MEMORY_TYPE = String(20)


class MemoryBackend(GroupOwned, Base):
    """One of a group's choices of where memory is. At most one is active; none is the built-in default."""

    __tablename__ = "memory_backends"
    __table_args__ = (
        UniqueConstraint("group_id", "name"),
        Index(None, "group_id", "id"),
        group_is_named(),
    )

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(default=False)
    config: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """schemas.memory_backend.MemoryConfig"""
    setup_job_id: Mapped[str | None] = mapped_column(ID)
    created_by: Mapped[str] = mapped_column(String(320))


class MemoryCrew(Base):
    """An identity that a crew has had. All identities of one lineage may be read by its next run."""

    __tablename__ = "memory_crews"
    __table_args__ = (
        Index(None, "group_id", "identity"),
        Index(None, "group_id", "crew_id"),
        group_is_named(),
    )

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    lineage: Mapped[str] = mapped_column(LINEAGE, primary_key=True)
    """The saved crew, and the run_name where its caller sets one; the identity itself for an inline crew."""
    identity: Mapped[str] = mapped_column(IDENTITY, primary_key=True)
    crew_id: Mapped[str | None] = mapped_column(ID)
    crew_name: Mapped[str] = mapped_column(String(200))
    run_name: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoryWriter(Base):
    """Who merges into the memory of one identity right now: two at once would lose each other's pieces."""

    __tablename__ = "memory_writers"
    __table_args__ = (group_is_named(),)

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    identity: Mapped[str] = mapped_column(IDENTITY, primary_key=True)
    writer: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoryWrite(Base):
    """What a finished task leaves to its crew's memory: written with the task, removed with the execution."""

    __tablename__ = "memory_writes"
    __table_args__ = (
        Index(None, "group_id", "status"),
        # Nearly all are saved, and workers and operators ask for the others of all groups.
        Index(
            "ix_memory_writes_unsaved",
            "status",
            sqlite_where=text("status <> 'saved'"),
            postgresql_where=text("status <> 'saved'"),
        ),
        group_is_named(),
    )

    execution_id: Mapped[str] = mapped_column(
        ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True
    )
    task_index: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    task_key: Mapped[str] = mapped_column(String(120))
    identity: Mapped[str] = mapped_column(IDENTITY)
    status: Mapped[str] = mapped_column(String(20))
    """held (until a person has approved the task's answer), pending, saved or failed."""
    attempt: Mapped[int]
    """Of the execution."""
    tries: Mapped[int] = mapped_column(default=0)
    request: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """Notes, recalled records, quality: what the task's row does not have."""
    lessons: Mapped[JsonValue | None] = mapped_column(JSON_TYPE)
    """The model's answer, kept before anything is written, so that it is asked once."""
    records: Mapped[JsonValue] = mapped_column(JSON_TYPE)
    """[{type, id, merged}] of all attempts, for the receipt and for removing what is stale."""
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    llm_calls: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MemoryReceipt(Base):
    """One record that one task had in front of it."""

    __tablename__ = "memory_receipts"
    __table_args__ = (
        Index(None, "group_id", "execution_id", "id"),
        Index(None, "group_id", "record_id", "id"),
        group_is_named(),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    group_id: Mapped[str] = mapped_column(ID)
    execution_id: Mapped[str] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    task: Mapped[str] = mapped_column(String(120))
    agent: Mapped[str | None] = mapped_column(String(120))
    via: Mapped[str] = mapped_column(String(20))
    """recall, search or knowledge."""
    rank: Mapped[int]
    record_type: Mapped[str] = mapped_column(MEMORY_TYPE)
    record_id: Mapped[str] = mapped_column(RECORD_ID)
    crew_identity: Mapped[str] = mapped_column(IDENTITY)
    """Under which the record is stored; empty for documents."""
    score: Mapped[float]
    backend: Mapped[str] = mapped_column(String(20))
    latency_ms: Mapped[float]
    excerpt: Mapped[str] = mapped_column(String(300))
    """The record may change or go; this is what it began with when it was used."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoryPin(Base):
    """A record that every task of its crew gets to read, and that nothing removes but a person."""

    __tablename__ = "memory_pins"
    __table_args__ = (Index(None, "group_id", "identity"), group_is_named())

    group_id: Mapped[str] = mapped_column(ID, primary_key=True)
    record_type: Mapped[str] = mapped_column(MEMORY_TYPE, primary_key=True)
    record_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    identity: Mapped[str] = mapped_column(IDENTITY)
    created_by: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
