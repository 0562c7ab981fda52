"""Rows of the run engine that nobody asks for any more.

Statements on the tables of dbos 3.4: its garbage collection deletes all in one transaction.
"""

import sqlalchemy as sa

_STATUS = "workflow_status"
_PAYLOADS = ("workflow_input", "workflow_output", "operation_outputs")
"""Without foreign keys; what has them goes with the status row."""
_ENDED = ("SUCCESS", "ERROR", "CANCELLED")
_GIVEN_UP = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
_GIVEN_UP_FOR_MS = 24 * 3_600_000
"""Until then reconciliation has told the execution of it."""


def drop_ended(connection: sa.Connection, before_ms: int, limit: int) -> int:
    """Workflows that ended before then, oldest first; returns how many.

    To whoever looks for one of them an ended workflow and one that is gone mean the same.
    """
    status = _table(connection, _STATUS, "status", "completed_at", "updated_at")
    ended = sa.select(status.c.workflow_uuid).where(
        status.c.completed_at < before_ms, status.c.status.in_(_ENDED)
    )
    given_up = sa.select(status.c.workflow_uuid).where(
        status.c.updated_at < before_ms - _GIVEN_UP_FOR_MS, status.c.status == _GIVEN_UP
    )
    some = ended.order_by(status.c.completed_at).limit(limit)
    names = [*connection.scalars(some), *connection.scalars(given_up.limit(limit))]
    for name in (*_PAYLOADS, _STATUS):
        table = _table(connection, name)
        connection.execute(sa.delete(table).where(table.c.workflow_uuid.in_(names)))
    return len(names)


def _table(connection: sa.Connection, name: str, *columns: str) -> sa.TableClause:
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    return sa.table(name, *map(sa.column, ("workflow_uuid", *columns)), schema=schema)
