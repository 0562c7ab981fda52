"""schedules and batches start flows; a deleted execution is named nowhere

Revision ID: 8c41d7e0b2f6
Revises: 337d77686a42
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8c41d7e0b2f6"
down_revision: str | Sequence[str] | None = "337d77686a42"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAMED_IN = (
    ("schedule_firings", "execution_id"),
    ("schedules", "last_execution_id"),
    ("trigger_calls", "execution_id"),
    ("triggers", "last_execution_id"),
    ("batch_items", "execution_id"),
    ("flow_nodes", "child_execution_id"),
)


def upgrade() -> None:
    for table in ("schedules", "batches"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("flow_id", sa.String(length=36), nullable=True))
            batch_op.alter_column("crew_id", existing_type=sa.String(length=36), nullable=True)

    with op.batch_alter_table("schedule_firings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_firings_execution_id"), ["execution_id"], unique=False
        )
    with op.batch_alter_table("trigger_calls", schema=None) as batch_op:
        batch_op.alter_column("execution_id", existing_type=sa.String(length=36), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_trigger_calls_execution_id"), ["execution_id"], unique=False
        )

    executions = sa.table("executions", sa.column("id"))
    for table, column in _NAMED_IN:
        named = sa.table(table, sa.column(column))
        is_there = sa.select(executions.c.id).where(executions.c.id == named.c[column]).exists()
        gone = named.c[column].is_not(None) & ~is_there
        op.execute(sa.update(named).where(gone).values({column: None}))


def downgrade() -> None:
    # What the older version cannot say goes: calls without a run, schedules and batches of flows.
    op.execute("DELETE FROM trigger_calls WHERE execution_id IS NULL")
    op.execute("DELETE FROM batches WHERE crew_id IS NULL")
    op.execute("DELETE FROM schedules WHERE crew_id IS NULL")
    with op.batch_alter_table("trigger_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trigger_calls_execution_id"))
        batch_op.alter_column("execution_id", existing_type=sa.String(length=36), nullable=False)
    with op.batch_alter_table("schedule_firings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_firings_execution_id"))

    for table in ("batches", "schedules"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("crew_id", existing_type=sa.String(length=36), nullable=False)
            batch_op.drop_column("flow_id")
