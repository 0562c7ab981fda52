"""Runs migrations on the configured database, or on the connection that a caller hands over."""

from typing import Any

from alembic import context
from sqlalchemy import pool

from src.core.database_engines import sync_engine
from src.core.settings import Settings
from src.models.base import UtcDateTime
from src.models.registry import metadata


def _is_ours(_object: Any, name: str | None, type_: str, reflected: bool, _other: Any) -> bool:
    # The run engine keeps its own tables in the same SQLite file and migrates them itself.
    return type_ != "table" or not reflected or name in metadata.tables


def _render(type_: str, value: Any, _rendering: Any) -> str | bool:
    if type_ == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _migrate(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=_is_ours,
        compare_type=True,
        render_item=_render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    with sync_engine(Settings(), poolclass=pool.NullPool).connect() as connection:
        _migrate(connection)


run()
