"""model calls are added up once, though the answer to a commit is lost

Revision ID: 3b7f1c92e6d4
Revises: 5d0e9a7c31b4
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3b7f1c92e6d4"
down_revision: str | Sequence[str] | None = "5d0e9a7c31b4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "usage_bills",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("execution_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_usage_bills_execution_id_executions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_bills")),
    )
    op.create_index(op.f("ix_usage_bills_execution_id"), "usage_bills", ["execution_id"])


def downgrade() -> None:
    op.drop_table("usage_bills")
