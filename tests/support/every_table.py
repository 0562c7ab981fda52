"""Looks at and fills tables without knowing them: what a new table forgets is found, too."""

import datetime
from typing import Any

import sqlalchemy as sa

from src.core.settings import Settings
from src.models.base import UtcDateTime
from src.models.registry import metadata

DOCUMENT = {"zeta": [1, "ü"], "alpha": None}
_SAMPLES: dict[type[Any], Any] = {int: 1, float: 0.5, bool: True, bytes: b"x"}


def sample(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        return DOCUMENT
    if isinstance(column.type, UtcDateTime):
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    kind = column.type.python_type
    # One text everywhere, so that children find their parents.
    return _SAMPLES.get(kind, "x" * min(getattr(column.type, "length", None) or 8, 8))


def mentions(settings: Settings, *texts: str) -> set[str]:
    """`table.column` of ours and of the run engine's that hold one of the texts anywhere."""
    found: set[str] = set()
    engine = sa.create_engine(settings.sync_database_url)
    with engine.connect() as connection:
        for table in _all_tables(connection):
            for row in connection.execute(sa.select(table)).mappings():
                found |= {
                    f"{table.name}.{name}"
                    for name, value in row.items()
                    if any(text in str(value) for text in texts)
                }
    engine.dispose()
    return found


def fill_about(settings: Settings, execution_id: str, group_id: str) -> set[str]:
    """A row about the execution in every table of ours that names executions; says which."""
    filled: set[str] = set()
    engine = sa.create_engine(settings.sync_database_url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            naming = [one.name for one in table.columns if one.name.endswith("execution_id")]
            if not naming:
                continue
            is_there = sa.select(table).where(table.c[naming[0]] == execution_id)
            if connection.execute(is_there).first() is None:
                given = {"group_id": group_id, **dict.fromkeys(naming, execution_id)}
                _insert(connection, table, given)
            filled.add(table.name)
    engine.dispose()
    return filled


def _insert(connection: sa.Connection, table: sa.Table, given: dict[str, Any]) -> None:
    """With the row that it belongs to, where that is not there."""
    row = {column.name: sample(column) for column in table.columns} | given
    for key in table.foreign_keys:
        owner = key.column.table
        is_there = sa.select(owner).where(key.column == row[key.parent.name])
        if connection.execute(is_there).first() is None:
            _insert(connection, owner, {"group_id": row["group_id"]})
    connection.execute(table.insert().values(row))


def _all_tables(connection: sa.Connection) -> list[sa.Table]:
    reflected = sa.MetaData()
    for schema in (None, "dbos") if connection.dialect.name == "postgresql" else (None,):
        reflected.reflect(connection, schema=schema)
    return list(reflected.tables.values())
