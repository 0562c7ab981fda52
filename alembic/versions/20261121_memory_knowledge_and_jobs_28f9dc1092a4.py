"""memory, knowledge and jobs

Revision ID: 28f9dc1092a4
Revises: dfc80f6e8b3b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "28f9dc1092a4"
down_revision: str | Sequence[str] | None = "dfc80f6e8b3b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("sealed_token", sa.String(), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_jobs_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_group_id_id"), ["group_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_jobs_group_id_subject_id"), ["group_id", "subject_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_jobs_status_updated_at"), ["status", "updated_at"], unique=False
        )

    op.create_table(
        "knowledge_documents",
        sa.Column("crew_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("document_type", sa.String(length=20), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("backend_id", sa.String(length=36), nullable=True),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_knowledge_documents_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_documents")),
    )
    with op.batch_alter_table("knowledge_documents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_documents_group_id_crew_id"),
            ["group_id", "crew_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_documents_group_id_id"), ["group_id", "id"], unique=False
        )

    op.create_table(
        "memory_backends",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("setup_job_id", sa.String(length=36), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_backends_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_backends")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_memory_backends_group_id_name")),
    )
    with op.batch_alter_table("memory_backends", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memory_backends_group_id_id"), ["group_id", "id"], unique=False
        )

    op.create_table(
        "memory_crews",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("lineage", sa.String(length=80), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("crew_id", sa.String(length=36), nullable=True),
        sa.Column("crew_name", sa.String(length=200), nullable=False),
        sa.Column("run_name", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_crews_group_named")),
        sa.PrimaryKeyConstraint("group_id", "lineage", "identity", name=op.f("pk_memory_crews")),
    )
    with op.batch_alter_table("memory_crews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memory_crews_group_id_crew_id"), ["group_id", "crew_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_memory_crews_group_id_identity"), ["group_id", "identity"], unique=False
        )

    op.create_table(
        "memory_pins",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("record_type", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=200), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_pins_group_named")),
        sa.PrimaryKeyConstraint(
            "group_id", "record_type", "record_id", name=op.f("pk_memory_pins")
        ),
    )
    with op.batch_alter_table("memory_pins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memory_pins_group_id_identity"), ["group_id", "identity"], unique=False
        )

    op.create_table(
        "memory_writers",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_writers_group_named")),
        sa.PrimaryKeyConstraint("group_id", "identity", name=op.f("pk_memory_writers")),
    )
    op.create_table(
        "knowledge_contents",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["knowledge_documents.id"],
            name=op.f("fk_knowledge_contents_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_knowledge_contents")),
    )
    op.create_table(
        "memory_receipts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=200), nullable=False),
        sa.Column("crew_identity", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("backend", sa.String(length=20), nullable=False),
        sa.Column("latency_ms", sa.Double(), nullable=False),
        sa.Column("excerpt", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_receipts_group_named")),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_memory_receipts_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_receipts")),
    )
    with op.batch_alter_table("memory_receipts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memory_receipts_group_id_execution_id_id"),
            ["group_id", "execution_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_memory_receipts_group_id_record_id_id"),
            ["group_id", "record_id", "id"],
            unique=False,
        )

    op.create_table(
        "memory_writes",
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("task_index", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("task_key", sa.String(length=120), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("lessons", sa.JSON(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("llm_calls", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_memory_writes_group_named")),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_memory_writes_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("execution_id", "task_index", name=op.f("pk_memory_writes")),
    )
    with op.batch_alter_table("memory_writes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memory_writes_group_id_status"), ["group_id", "status"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("memory_writes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memory_writes_group_id_status"))

    op.drop_table("memory_writes")
    with op.batch_alter_table("memory_receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memory_receipts_group_id_record_id_id"))
        batch_op.drop_index(batch_op.f("ix_memory_receipts_group_id_execution_id_id"))

    op.drop_table("memory_receipts")
    op.drop_table("knowledge_contents")
    op.drop_table("memory_writers")
    with op.batch_alter_table("memory_pins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memory_pins_group_id_identity"))

    op.drop_table("memory_pins")
    with op.batch_alter_table("memory_crews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memory_crews_group_id_identity"))
        batch_op.drop_index(batch_op.f("ix_memory_crews_group_id_crew_id"))

    op.drop_table("memory_crews")
    with op.batch_alter_table("memory_backends", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memory_backends_group_id_id"))

    op.drop_table("memory_backends")
    with op.batch_alter_table("knowledge_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_documents_group_id_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_documents_group_id_crew_id"))

    op.drop_table("knowledge_documents")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_status_updated_at"))
        batch_op.drop_index(batch_op.f("ix_jobs_group_id_subject_id"))
        batch_op.drop_index(batch_op.f("ix_jobs_group_id_id"))

    op.drop_table("jobs")
