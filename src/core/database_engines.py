"""How every connection to the database is made: engines for both kinds of code, and PostgreSQL connections
without an engine, for LISTEN and for vectors.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types (0.32)
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import src.core.sqlite_inline  # noqa: F401  # registers the dialect sqlite+inline
from src.core.settings import Settings

Connect = Callable[..., Awaitable[Any]]
"""asyncpg.connect, or what stands for it: takes a DSN and asyncpg's options."""


def sync_engine(settings: Settings, **options: Any) -> sa.Engine:
    """For code on threads: migrations, leases, the run engine."""
    return sa.create_engine(settings.sync_database_url, **options)


def async_engine(settings: Settings, **options: Any) -> AsyncEngine:
    """`connect_args` go to the driver."""
    if settings.is_sqlite:
        return create_async_engine(settings.sqlalchemy_url, **options)
    # By a function of ours and the plain DSN: given the URL, SQLAlchemy would hand sslmode and its like to
    # asyncpg as arguments that it does not know.
    arguments = options.pop("connect_args", {})
    connect = partial(postgres_connect(settings), settings.postgres_dsn, **arguments)
    return create_async_engine(settings.sqlalchemy_url, async_creator=connect, **options)


def postgres_connect(settings: Settings) -> Connect:
    """Makes connections of asyncpg; its first argument is `settings.postgres_dsn`."""
    connect: Connect = asyncpg.connect
    return connect
