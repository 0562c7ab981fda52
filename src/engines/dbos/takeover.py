"""What the run engine's own API does not offer: who owns running work, and giving it back to the queue.

Statements on the table of dbos 3.4 instead of its `_recover_pending_workflows`: that one retries inside for
minutes when the database was away, and the beat of the lease, on the same thread, would stop with it.
tests/faults/test_takeover.py compares what they do with what dbos does.
"""

from collections.abc import Collection

import sqlalchemy as sa

from src.engines.dbos.queue import APP_VERSION, QUEUE

_COLUMNS = (
    "workflow_uuid",
    "status",
    "executor_id",
    "application_version",
    "owner_xid",
    "started_at_epoch_ms",
    "queue_name",
    "deduplication_id",
    "updated_at",
    "completed_at",
)
_OPEN = ("ENQUEUED", "DELAYED", "PENDING")


def _workflows(connection: sa.Connection) -> sa.TableClause:
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    return sa.table("workflow_status", *map(sa.column, _COLUMNS), schema=schema)


def _is_running(table: sa.TableClause) -> sa.ColumnElement[bool]:
    # A run of another version waits for a worker of that version.
    return sa.and_(table.c.status == "PENDING", table.c.application_version == APP_VERSION)


def owners(connection: sa.Connection) -> set[str]:
    """Worker processes that running workflows belong to, alive or not."""
    table = _workflows(connection)
    query = sa.select(table.c.executor_id).where(_is_running(table)).distinct()
    return {owner for owner in connection.scalars(query) if owner}


def running_of(connection: sa.Connection, owner: str) -> set[str]:
    """Workflows that belong to this worker process."""
    table = _workflows(connection)
    query = sa.select(table.c.workflow_uuid)
    return set(connection.scalars(query.where(_is_running(table), table.c.executor_id == owner)))


def give_back(
    connection: sa.Connection, owner: str, only: Collection[str] | None = None
) -> list[str]:
    """Puts the owner's running workflows, or some of them, at the queue's disposal; returns which.

    Repeating it is harmless: who takes a workflow from the queue becomes its owner. The old owner's token
    is gone, so nothing that it still does is recorded.
    """
    table = _workflows(connection)
    mine = [_is_running(table), table.c.executor_id == owner]
    if only is not None:
        mine.append(table.c.workflow_uuid.in_(only))
    moved = connection.scalars(
        sa.update(table)
        .where(*mine)
        .values(
            status="ENQUEUED",
            owner_xid=None,
            started_at_epoch_ms=None,
            queue_name=sa.func.coalesce(table.c.queue_name, QUEUE),
        )
        .returning(table.c.workflow_uuid)
    )
    return list(moved)


def retire(connection: sa.Connection, alive: Collection[str], now_ms: int) -> int:
    """Ends open workflows of earlier versions of which no worker is `alive`; returns how many.

    Nobody is left who could go on with their recorded steps. Reconciliation then finds runs without a
    workflow and begins their next segment in this version, from their first unfinished task. Those of a
    later version wait for its workers.
    """
    table = _workflows(connection)
    is_open = table.c.status.in_(_OPEN)
    others = sa.select(table.c.application_version).where(
        is_open, table.c.application_version != APP_VERSION
    )
    left = {
        version
        for version in connection.scalars(others.distinct())
        if version not in alive and int(version) < int(APP_VERSION)
    }
    if not left:
        return 0
    # As the run engine's own cancel_workflows().
    result = connection.execute(
        sa.update(table)
        .where(is_open, table.c.application_version.in_(left))
        .values(
            status="CANCELLED",
            owner_xid=None,
            queue_name=None,
            deduplication_id=None,
            started_at_epoch_ms=None,
            updated_at=now_ms,
            completed_at=now_ms,
        )
    )
    return result.rowcount
