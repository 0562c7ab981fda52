"""Brings the database to the schema of this version; safe when several processes start together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from src.core.database_engines import sync_engine
from src.core.settings import Settings

DATABASE_FAILURES = (SQLAlchemyError, OSError)
"""What connecting may raise."""
CONNECTION_FAILURES = (OperationalError, OSError)
"""That part of it which is no fault of a migration."""
_INI = Path(__file__).resolve().parents[2] / "alembic.ini"
_LOCK_ID = 0x6B6173616C  # "kasal"
_LOCK_TIMEOUT_S = 120


@contextmanager
def migration_lock(settings: Settings) -> Iterator[None]:
    """One process at a time: a file beside a SQLite database, an advisory lock in PostgreSQL."""
    if settings.is_sqlite:
        path = Path(settings.sync_database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{path}.migration.lock", timeout=_LOCK_TIMEOUT_S):
            yield
        return
    engine = sync_engine(settings, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": _LOCK_ID})
        yield


def upgrade(settings: Settings) -> None:
    """Runs every migration that is missing. Hold the migration lock."""
    config = _config()
    with sync_engine(settings, poolclass=NullPool).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The database's revision (None: empty database) and the one this version needs. Connects."""
    needed = ScriptDirectory.from_config(_config()).get_current_head()
    engine = sync_engine(settings, poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), needed


def first_line(error: Exception) -> str:
    """Of what a driver says, without the statement."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0][:500]


def _config() -> Config:
    return Config(str(_INI))
