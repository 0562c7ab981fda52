"""The only place that owns database sessions, commits and rolls back.

A service method opens one `async with database.write() as uow:` (or `.read()`); the commit happens when
the block ends, before the response leaves. Side effects registered with `after_commit` run only then.
"""

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import orjson
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.pool import NullPool

from src.core.database_engines import async_engine
from src.core.errors import Unavailable
from src.core.logging import get_logger
from src.core.settings import Settings

log = get_logger(__name__)

Hook = Callable[[], Awaitable[None]]
_BUSY_TIMEOUT_MS = 2_000
"""For the rare moments when even a reader waits, such as recovery after a crash."""
_LOCK_TIMEOUT_S = 30.0


class Repository(Protocol):
    def __init__(self, session: AsyncSession) -> None: ...


R = TypeVar("R", bound=Repository)


class UnitOfWork:
    """One transaction. Not re-entrant: open another one for another use case."""

    def __init__(
        self, engine: AsyncEngine, *, write: bool, writer_lock: asyncio.Lock | None
    ) -> None:
        self._engine = engine
        self._write = write
        self._writer_lock = writer_lock
        self._session: AsyncSession | None = None
        self._hooks: list[Hook] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if self._session is not None:
            raise RuntimeError("a unit of work is not re-entrant")
        if self._write and self._writer_lock is not None:
            await self._stack.enter_async_context(self._writer_lock)
        try:
            self._session = await self._begin()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _begin(self) -> AsyncSession:
        if not self._write or self._engine.dialect.name != "sqlite":
            return AsyncSession(self._engine, expire_on_commit=False, autoflush=False)
        # A deferred transaction that upgrades to writing fails at once with "database is locked" when
        # another writer committed in between; IMMEDIATE takes the lock first, or is tried again.
        give_up_at = time.monotonic() + _LOCK_TIMEOUT_S
        while True:
            session = AsyncSession(self._engine, expire_on_commit=False, autoflush=False)
            try:
                await session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
                return session
            except OperationalError as exc:
                await session.close()
                if "locked" not in str(exc.orig):
                    raise
                if time.monotonic() > give_up_at:
                    raise Unavailable(
                        f"another process has kept the database locked for {_LOCK_TIMEOUT_S:.0f} s",
                        headers={"Retry-After": "5"},
                    ) from exc
            except BaseException:
                await session.close()
                raise
            await asyncio.sleep(random.uniform(0.001, 0.006))

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        session, hooks = self._session, self._hooks
        if session is None:
            raise RuntimeError("the unit of work was never opened")
        self._session, self._hooks = None, []
        try:
            async with self._stack, session:
                if kind is not None:
                    await session.rollback()
                elif not self._write:
                    session.expunge_all()  # closing would empty the rows that were read
                else:
                    await session.commit()
        except Exception as failure:
            if _is_outage(failure):
                raise _unavailable() from failure
            raise
        if kind is None:
            for hook in hooks:
                await hook()
        elif exc is not None and _is_outage(exc):
            raise _unavailable() from exc

    def repo(self, repository: type[R]) -> R:
        if self._session is None:
            raise RuntimeError("open the unit of work before asking for a repository")
        return repository(self._session)

    def after_commit(self, hook: Hook) -> None:
        self._hooks.append(hook)

    async def connection(self) -> AsyncConnection:
        """The transaction itself, for the run engine to enqueue in."""
        if self._session is None:
            raise RuntimeError("open the unit of work before asking for its connection")
        return await self._session.connection()


class Database:
    """Engine and units of work over one SQLite file or one PostgreSQL database."""

    def __init__(self, settings: Settings) -> None:
        self.engine = _make_engine(settings)
        # Reads need no BEGIN and no ROLLBACK: two round trips less. They see what is committed.
        self._read_engine = (
            self.engine
            if settings.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._writer_lock = asyncio.Lock() if self.engine.dialect.name == "sqlite" else None

    def write(self) -> UnitOfWork:
        return UnitOfWork(self.engine, write=True, writer_lock=self._writer_lock)

    def read(self) -> UnitOfWork:
        return UnitOfWork(self._read_engine, write=False, writer_lock=None)

    async def close(self) -> None:
        await self.engine.dispose()


def _make_engine(settings: Settings) -> AsyncEngine:
    if not settings.is_sqlite:
        return _make_postgres_engine(settings)
    options: dict[str, Any] = {"poolclass": NullPool}
    if not settings.use_nullpool:
        options = {"pool_size": 8, "max_overflow": 24}
    engine = async_engine(settings, hide_parameters=True, json_deserializer=_read_json, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _make_postgres_engine(settings: Settings) -> AsyncEngine:
    options: dict[str, Any] = {"poolclass": NullPool}
    if not settings.use_nullpool:
        options = {
            "pool_size": settings.database_pool_size,
            "max_overflow": 5,
            "pool_pre_ping": True,
            "pool_recycle": 1800,
        }
    server_settings = {
        "application_name": "kasal",
        "idle_in_transaction_session_timeout": str(round(settings.idle_transaction_s * 1000)),
    }
    return async_engine(
        settings,
        hide_parameters=True,
        json_deserializer=_read_json,
        connect_args={"server_settings": server_settings},
        **options,
    )


def _read_json(text: str) -> Any:
    """Documents are most of what a list reads; the fast parser knows neither NaN nor Infinity."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """Writers take the lock or fail at once; readers need no transaction, a statement is its own."""
    mode = connection.get_execution_options().get("sqlite_begin")
    if mode is None:
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        driver.execute(f"BEGIN {mode}")
    except sqlite3.OperationalError as exc:
        raise OperationalError(f"BEGIN {mode}", None, exc) from exc
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")


def _unavailable() -> Unavailable:
    return Unavailable(
        "the database does not answer right now; try again in a moment",
        headers={"Retry-After": "2"},
    )


_OUTAGE_SIGNS = ("locked", "deadlock", "connection", "shutting down", "starting up", "disk", "full")


def _is_outage(error: BaseException) -> bool:
    """Whether the same work may succeed a little later."""
    if isinstance(error, (OSError, PoolTimeout)):
        return True  # asyncpg reports a server that cannot be reached as the socket did
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    # Others quote what people sent, which may hold these words.
    may_tell = isinstance(error, OperationalError) or type(error) is DBAPIError
    text = str(error.orig).lower()
    return may_tell and any(sign in text for sign in _OUTAGE_SIGNS)
