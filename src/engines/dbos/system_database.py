"""The run engine's tables, in the application's own database: enqueueing joins the transaction that stores the
execution."""

from typing import TypedDict

import sqlalchemy as sa

from src.core.database_engines import sync_engine
from src.core.settings import Settings

_CONNECT_TIMEOUT_S = 10


class SystemDatabase(TypedDict):
    """Arguments of DBOS and its client; one of the two is None. An engine is ours to dispose of."""

    system_database_url: str | None
    system_database_engine: sa.Engine | None


def system_database(settings: Settings, pool_size: int) -> SystemDatabase:
    """SQLite by its address, because DBOS prepares those connections itself."""
    if settings.is_sqlite:
        url = settings.sync_database_url
        return SystemDatabase(system_database_url=url, system_database_engine=None)
    idle_ms = round(settings.idle_transaction_s * 1000)
    arguments = {
        "application_name": "kasal-engine",
        "connect_timeout": _CONNECT_TIMEOUT_S,
        "options": f"-c idle_in_transaction_session_timeout={idle_ms}",
    }
    engine = sync_engine(
        settings,
        connect_args=arguments,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        pool_pre_ping=True,
    )
    return SystemDatabase(system_database_url=None, system_database_engine=engine)


def dispose(database: SystemDatabase) -> None:
    if database["system_database_engine"] is not None:
        database["system_database_engine"].dispose()
