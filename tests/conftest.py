"""Fixtures that any test may ask for. Each test has its own migrated database and data directory."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.clock import Clock
from src.core.settings import Settings
from tests.support import network
from tests.support.databases import PostgresServer, SqliteFiles, session_id
from tests.support.http import client_of

Kind = Literal["sqlite", "postgres"]
SettingsFor = Callable[..., Settings]
MakeContainer = Callable[..., Awaitable[Container]]
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.integration))

for _name in list(os.environ):
    # A developer's own keys and database must not change what tests see.
    if _name.lower() in Settings.model_fields:
        del os.environ[_name]
network.install()


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    network.attempts.clear()
    yield
    assert not network.attempts, f"a test tried to reach {network.attempts}"


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    server = PostgresServer(session_id(), shared / "postgres.lock")
    yield server
    server.stop()


@pytest.fixture
def settings_for(
    tmp_path: Path, sqlite_files: SqliteFiles, request: pytest.FixtureRequest
) -> Iterator[SettingsFor]:
    """`settings_for("postgres", kasal_auth_mode="token")`: a new migrated database at every call."""
    used: list[PostgresServer] = []

    def make(kind: Kind = "sqlite", **overrides: Any) -> Settings:
        if kind == "postgres":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            used.append(server)
            url = server.new()
        else:
            url = sqlite_files.new()
            overrides.setdefault("sqlite_path", Path(url.removeprefix("sqlite:///")))
        values = {"database_url": SecretStr(url), "kasal_data_dir": tmp_path, **overrides}
        return Settings(_env_file=None, **values)

    yield make
    for server in used:
        server.drop_all()


@pytest.fixture
async def make_container(settings_for: SettingsFor) -> AsyncIterator[MakeContainer]:
    """`await make_container(settings, clock=…)`; without settings, a new SQLite database."""
    made: list[Container] = []

    async def make(settings: Settings | None = None, clock: Clock | None = None) -> Container:
        made.append(Container(settings or settings_for(), clock))
        return made[-1]

    yield make
    for container in made:
        await container.close()


@pytest.fixture(params=BOTH)
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Runs the test once on each database; take it together with settings_for or make_container."""
    kind: Kind = request.param
    return kind


@pytest.fixture
async def container(make_container: MakeContainer) -> Container:
    """On SQLite, in local mode."""
    return await make_container()


@pytest.fixture
async def each_container(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> Container:
    """Once on SQLite and once on PostgreSQL, in local mode."""
    return await make_container(settings_for(database_kind))


@pytest.fixture
async def client(container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(container) as client:
        yield client
