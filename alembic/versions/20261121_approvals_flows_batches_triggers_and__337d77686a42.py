"""approvals, flows, batches, triggers and limits

Revision ID: 337d77686a42
Revises: 79dd03726fed
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "337d77686a42"
down_revision: str | Sequence[str] | None = "79dd03726fed"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("crew_id", sa.String(length=36), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("acts_for", sa.String(length=320), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_batches_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batches_group_id_id"), ["group_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_batches_status"), ["status"], unique=False)

    op.create_table(
        "flows",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_flows_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flows")),
    )
    with op.batch_alter_table("flows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flows_group_id_id"), ["group_id", "id"], unique=False)

    op.create_table(
        "group_limits",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("max_running", sa.Integer(), nullable=True),
        sa.Column("max_queued", sa.Integer(), nullable=True),
        sa.Column("monthly_usd", sa.Double(), nullable=True),
        sa.Column("monthly_tokens", sa.BigInteger(), nullable=True),
        sa.Column("keep_executions_days", sa.Integer(), nullable=True),
        sa.Column("keep_events_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_group_limits_group_named")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_group_limits")),
    )
    op.create_table(
        "model_rates",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("model", sa.String(length=160), nullable=False),
        sa.Column("next_request_at", sa.Double(), nullable=False),
        sa.Column("next_token_at", sa.Double(), nullable=False),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("waited_s", sa.Double(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_model_rates_group_named")),
        sa.PrimaryKeyConstraint("group_id", "model", name=op.f("pk_model_rates")),
    )
    op.create_table(
        "monthly_usage",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("llm_calls", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_monthly_usage_group_named")),
        sa.PrimaryKeyConstraint("group_id", "month", name=op.f("pk_monthly_usage")),
    )
    op.create_table(
        "triggers",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("crew_id", sa.String(length=36), nullable=True),
        sa.Column("flow_id", sa.String(length=36), nullable=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("sealed_old_secret", sa.String(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acts_for", sa.String(length=320), nullable=False),
        sa.Column("last_execution_id", sa.String(length=36), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_because", sa.String(length=500), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_triggers_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_triggers_group_id_name")),
    )
    with op.batch_alter_table("triggers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_triggers_group_id_id"), ["group_id", "id"], unique=False
        )

    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("include_outputs", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.String(length=500), nullable=True),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("sealed_old_secret", sa.String(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_webhooks_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_webhooks_group_id_name")),
    )
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhooks_group_id_id"), ["group_id", "id"], unique=False
        )

    op.create_table(
        "approvals",
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=True),
        sa.Column("task_index", sa.Integer(), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_expiry", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(length=320), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_approvals_group_named")),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_approvals_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint(
            "execution_id", "question", name=op.f("uq_approvals_execution_id_question")
        ),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approvals_group_id_status_id"),
            ["group_id", "status", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_approvals_status_expires_at"), ["status", "expires_at"], unique=False
        )

    op.create_table(
        "batch_items",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("execution_id", sa.String(length=36), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_batch_items_group_named")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_items_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "index", name=op.f("pk_batch_items")),
    )
    with op.batch_alter_table("batch_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batch_items_batch_id_status_index"),
            ["batch_id", "status", "index"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_batch_items_execution_id"), ["execution_id"], unique=False
        )

    op.create_table(
        "flow_nodes",
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("child_execution_id", sa.String(length=36), nullable=True),
        sa.Column("output", sa.JSON(), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_flow_nodes_group_named")),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_flow_nodes_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("execution_id", "key", name=op.f("pk_flow_nodes")),
    )
    with op.batch_alter_table("flow_nodes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_flow_nodes_child_execution_id"), ["child_execution_id"], unique=False
        )

    op.create_table(
        "flow_states",
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_flow_states_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("execution_id", name=op.f("pk_flow_states")),
    )
    op.create_table(
        "flow_versions",
        sa.Column("flow_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_flow_versions_group_named")),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_flow_versions_flow_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("flow_id", "number", name=op.f("pk_flow_versions")),
    )
    op.create_table(
        "trigger_calls",
        sa.Column("trigger_id", sa.String(length=36), nullable=False),
        sa.Column("delivery", sa.String(length=255), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("group_id <> ''", name=op.f("ck_trigger_calls_group_named")),
        sa.ForeignKeyConstraint(
            ["trigger_id"],
            ["triggers.id"],
            name=op.f("fk_trigger_calls_trigger_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("trigger_id", "delivery", name=op.f("pk_trigger_calls")),
    )
    with op.batch_alter_table("trigger_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trigger_calls_at"), ["at"], unique=False)

    with op.batch_alter_table("execution_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review", sa.JSON(), nullable=True))

    with op.batch_alter_table("executions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=20), server_default="crew", nullable=False)
        )
        batch_op.add_column(sa.Column("parent_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("child_key", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("flow_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("flow_version", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_executions_parent_id"), ["parent_id"], unique=False)

    with op.batch_alter_table("group_tools", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side_effect", sa.String(length=20), nullable=True))

    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requests_per_minute", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tokens_per_minute", sa.Integer(), nullable=True))

    op.create_table(
        "chores",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    op.create_table(
        "metric_totals",
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("bucket", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("metric", "label", "bucket", name=op.f("pk_metric_totals")),
    )
    op.create_index(
        "ix_memory_writes_unsaved",
        "memory_writes",
        ["status"],
        sqlite_where=sa.text("status <> 'saved'"),
        postgresql_where=sa.text("status <> 'saved'"),
    )


def downgrade() -> None:
    with op.batch_alter_table("group_tools", schema=None) as batch_op:
        batch_op.drop_column("side_effect")

    op.drop_index("ix_memory_writes_unsaved", "memory_writes")
    op.drop_table("metric_totals")
    op.drop_table("chores")

    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.drop_column("tokens_per_minute")
        batch_op.drop_column("requests_per_minute")

    with op.batch_alter_table("executions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_executions_parent_id"))
        batch_op.drop_column("flow_version")
        batch_op.drop_column("flow_id")
        batch_op.drop_column("child_key")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("execution_tasks", schema=None) as batch_op:
        batch_op.drop_column("review")

    with op.batch_alter_table("trigger_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trigger_calls_at"))

    op.drop_table("trigger_calls")
    op.drop_table("flow_versions")
    op.drop_table("flow_states")
    with op.batch_alter_table("flow_nodes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flow_nodes_child_execution_id"))

    op.drop_table("flow_nodes")
    with op.batch_alter_table("batch_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_items_execution_id"))
        batch_op.drop_index(batch_op.f("ix_batch_items_batch_id_status_index"))

    op.drop_table("batch_items")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approvals_status_expires_at"))
        batch_op.drop_index(batch_op.f("ix_approvals_group_id_status_id"))

    op.drop_table("approvals")
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhooks_group_id_id"))

    op.drop_table("webhooks")
    with op.batch_alter_table("triggers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_triggers_group_id_id"))

    op.drop_table("triggers")
    op.drop_table("monthly_usage")
    op.drop_table("model_rates")
    op.drop_table("group_limits")
    with op.batch_alter_table("flows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flows_group_id_id"))

    op.drop_table("flows")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_status"))
        batch_op.drop_index(batch_op.f("ix_batches_group_id_id"))

    op.drop_table("batches")
