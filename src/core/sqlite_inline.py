"""SQLite for asyncio without a thread for every connection: statements run on the loop itself.

A statement on a local WAL file takes 20-100 us; handing it to a thread and back costs five to ten times
that, for each of the eight calls that aiosqlite makes in one small read (GET of one row: 360 a second with
aiosqlite, see benchmarks/README.md). The one thing that can block for long, waiting for another process's
write lock, is done by UnitOfWork with asyncio.sleep. PostgreSQL, and with it every installation with more
than one machine, uses asyncpg.
"""

import sqlite3
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_, in_greenlet


async def _nothing() -> None:
    """SQLAlchemy refuses a driver that never awaits, taking it for a blocking one by mistake."""


class _Cursor(sqlite3.Cursor):
    def execute(self, *arguments: Any) -> "_Cursor":
        super().execute(*arguments)
        if in_greenlet():
            await_(_nothing())
        return self

    def executemany(self, *arguments: Any) -> "_Cursor":
        super().executemany(*arguments)
        if in_greenlet():
            await_(_nothing())
        return self

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy asks of an asynchronous cursor whose rows it has yet to fetch."""


class _Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> "_Cursor":  # type: ignore[override]  # one factory is enough
        return super().cursor(_Cursor)


class InlineSQLiteDialect(SQLiteDialect_pysqlite):
    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        arguments, options = super().create_connect_args(url)
        return list(arguments), {**options, "factory": _Connection}

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


registry.register("sqlite.inline", __name__, "InlineSQLiteDialect")
