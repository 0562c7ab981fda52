"""How every connection to the database is made: engines for both kinds of code, and PostgreSQL connections
without an engine, for LISTEN and for vectors.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types (0.32)
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import src.core.sqlite_inline  # noqa: F401  # registers the dialect sqlite+inline
from src.core.database_login import Credential, DatabaseLogin
from src.core.errors import AppError
from src.core.settings import Settings

_RECYCLED = {"pool_recycle": 840}
"""Before a password is a quarter of an hour old, as the workspace's own clients do (2026-11)."""
_PATIENCE_S = 15.0
_REJECTED = "password authentication failed"
Connect = Callable[..., Awaitable[Any]]
"""asyncpg.connect, or what stands for it: takes a DSN and asyncpg's options."""


def sync_engine(settings: Settings, **options: Any) -> sa.Engine:
    """For code on threads: migrations, leases, the run engine."""
    login = settings.database_login
    if login is None:
        return sa.create_engine(settings.sync_database_url, **options)
    engine = sa.create_engine(settings.sync_database_url, **{**options, **_RECYCLED})
    sa.event.listen(engine, "do_connect", partial(_log_in, login))
    return engine


def async_engine(settings: Settings, **options: Any) -> AsyncEngine:
    """`connect_args` go to the driver."""
    if settings.is_sqlite:
        return create_async_engine(settings.sqlalchemy_url, **options)
    # By a function of ours and the plain DSN: given the URL, SQLAlchemy would hand sslmode and its like to
    # asyncpg as arguments that it does not know.
    arguments = options.pop("connect_args", {})
    connect = partial(postgres_connect(settings), settings.postgres_dsn, **arguments)
    if settings.database_login is not None:
        options |= _RECYCLED
    return create_async_engine(settings.sqlalchemy_url, async_creator=connect, **options)


def postgres_connect(settings: Settings) -> Connect:
    """Makes connections of asyncpg; its first argument is `settings.postgres_dsn`."""
    connect: Connect = asyncpg.connect
    login = settings.database_login
    return connect if login is None else partial(_log_in_async, login)


# A login that fails for want of a password fails as if the server could not be reached, each driver in its
# own way: everything above knows what to do then.


def _log_in(
    login: DatabaseLogin,
    dialect: sa.Dialect,
    _record: object,
    arguments: list[Any],
    options: dict[str, Any],
) -> Any:
    error: type[Exception] = dialect.loaded_dbapi.OperationalError
    patience_s = float(options.get("connect_timeout", _PATIENCE_S))

    def asked() -> Credential:
        try:
            return login.credential(patience_s)
        except AppError as exc:
            raise error(f"connection failed: {exc.message}") from exc

    def connected(credential: Credential) -> Any:
        password = credential.password.get_secret_value()
        return dialect.connect(*arguments, **{**options, "password": password})

    credential = asked()
    try:
        return connected(credential)
    except error as exc:
        # libpq tells no codes of failed logins, only the server's words.
        if _REJECTED not in str(exc) or not login.rejected(credential):
            raise
    return connected(asked())


async def _log_in_async(login: DatabaseLogin, dsn: str, **options: Any) -> Any:
    credential = await _asked(login)
    try:
        return await _connected(credential, dsn, options)
    except asyncpg.InvalidPasswordError as exc:
        if not login.rejected(credential):
            raise ConnectionError(f"{login.database} rejects a fresh password: {exc}") from exc
    try:
        return await _connected(await _asked(login), dsn, options)
    except asyncpg.InvalidPasswordError as exc:
        raise ConnectionError(f"{login.database} rejects a fresh password: {exc}") from exc


async def _asked(login: DatabaseLogin) -> Credential:
    try:
        return await login.credential_async()
    except AppError as exc:
        raise ConnectionError(exc.message) from exc


async def _connected(credential: Credential, dsn: str, options: Mapping[str, Any]) -> Any:
    return await asyncpg.connect(dsn, **options, password=credential.password.get_secret_value())
