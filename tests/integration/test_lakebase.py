"""Every way into the database, with a password that ends within seconds and is minted anew for the next login."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from src.cli.main import cli
from src.core import migration
from src.core.errors import Unavailable
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.engines.crewai.memory.pgvector_storage import open_pgvector_store
from src.engines.dbos.lease import make_lease_engine
from src.engines.dbos.queue import DbosQueue, migrate
from src.repositories.event_channel import EventChannel
from src.repositories.execution import EVENT_CHANNEL
from src.repositories.schema_version import SchemaVersionRepository
from src.repositories.vector.errors import StoreUnavailable
from tests.emulator.server import DatabricksEmulator
from tests.support.lakebase import LakebaseServer
from tests.support.processes import wait_until
from tests.support.tls_front import tls_front

pytestmark = pytest.mark.integration
T = TypeVar("T")
MINT = "/api/2.0/database/credentials"


@pytest.fixture(scope="module")
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def server(
    emulator: DatabricksEmulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LakebaseServer]:
    with LakebaseServer(emulator, life_s=2.0) as server:
        settings = server.settings(tmp_path_factory.mktemp("kasal"))
        with migration.migration_lock(settings):
            migration.upgrade(settings)
            migrate(settings)
        yield server


@pytest.fixture
def settings(
    server: LakebaseServer, emulator: DatabricksEmulator, tmp_path: Path
) -> Iterator[Settings]:
    yield server.settings(tmp_path)
    emulator.faults.clear()


def kasal(server: LakebaseServer, folder: Path, *arguments: str) -> Result:
    environment = {**server.environment, "KASAL_DATA_DIR": str(folder)}
    return CliRunner().invoke(cli, arguments, env=environment)


async def revision(database: Database) -> str | None:
    async with database.read() as uow:
        return await uow.repo(SchemaVersionRepository).current()


async def again(ask: Callable[[], Awaitable[T]], refusal: type[Exception]) -> T:
    """The first answer, from somebody who comes back for half a minute."""
    give_up_at = time.monotonic() + 30
    while True:
        try:
            return await ask()
        except refusal:
            if time.monotonic() > give_up_at:
                raise
            await asyncio.sleep(0.05)


def test_requests_go_on_when_connections_end_after_their_password(
    server: LakebaseServer, emulator: DatabricksEmulator, settings: Settings
) -> None:
    async def ask() -> None:
        database = Database(settings)
        before = len(emulator.databases.minted)
        for _ in range(3):
            assert await revision(database)
            await asyncio.to_thread(server.wait_until_password_has_ended)
            assert await revision(database), "an open connection needs no password"
            await asyncio.to_thread(server.end_connections)
        assert await revision(database)
        assert len(emulator.databases.minted) == before + 4
        await database.close()

    asyncio.run(ask())


def test_threads_log_in_with_a_fresh_password(server: LakebaseServer, settings: Settings) -> None:
    engine = make_lease_engine(settings)
    queue = DbosQueue(settings)
    for _ in range(3):
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT current_user")) == server.role
        assert asyncio.run(queue.states([("none", 1)])) == {}
        server.wait_until_password_has_ended()
        server.end_connections()
    queue.close()
    engine.dispose()


def test_a_password_that_another_process_has_replaced_is_asked_for_again(
    server: LakebaseServer, settings: Settings, tmp_path: Path
) -> None:
    """With a life that is longer than anything here: nothing but the rejection tells."""
    first, second = make_lease_engine(settings), make_lease_engine(server.settings(tmp_path))
    login = settings.database_login
    assert login is not None
    minted = login.credential()
    with second.connect():
        pass  # its password is the only one that counts from here on
    wait_until(lambda: login.rejected(minted), 60, "the first password is a second old")
    with first.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    for engine in (first, second):
        engine.dispose()


def test_notifications_come_through_after_the_connection_has_ended(
    server: LakebaseServer, settings: Settings
) -> None:
    heard: list[str] = []

    def tell(text: str) -> bool:
        server.execute(f"NOTIFY {EVENT_CHANNEL}, '{text}'")
        return text in heard

    async def listen() -> None:
        listening = asyncio.create_task(EventChannel(settings).listen(heard.append))
        for text in ("one", "two"):
            await asyncio.to_thread(wait_until, lambda text=text: tell(text), 30, "it is heard")
            await asyncio.to_thread(server.wait_until_password_has_ended)
            await asyncio.to_thread(server.end_connections)
        listening.cancel()

    asyncio.run(listen())


def test_memory_in_postgresql_logs_in_too(server: LakebaseServer, settings: Settings) -> None:
    async def list_twice() -> None:
        store = open_pgvector_store(settings)
        for _ in range(2):
            assert await again(store.repository.list_indexes, StoreUnavailable) == []
            await asyncio.to_thread(server.wait_until_password_has_ended)
            await asyncio.to_thread(server.end_connections)
        await store.repository.close()

    asyncio.run(list_twice())


def test_both_drivers_encrypt_unless_they_are_told_otherwise(
    server: LakebaseServer, tmp_path: Path
) -> None:
    with tls_front(server.port, tmp_path) as front:
        settings = server.settings(tmp_path, pgsslmode="", pgport=front.port)
        engine = make_lease_engine(settings)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 1")) == 1
        assert front.encrypted == 1
        engine.dispose()

        async def ask() -> None:
            database = Database(settings)
            assert await revision(database)
            await database.close()

        asyncio.run(ask())
        assert front.encrypted == 2


def test_no_password_goes_to_a_server_without_encryption(
    server: LakebaseServer, tmp_path: Path
) -> None:
    settings = server.settings(tmp_path, pgsslmode="")
    with pytest.raises(sa.exc.OperationalError, match="does not support SSL"):
        make_lease_engine(settings).connect()

    async def ask() -> None:
        database = Database(settings)
        with pytest.raises(Unavailable) as refused:
            await revision(database)
        assert "SSL" in str(refused.value.__cause__)
        await database.close()

    asyncio.run(ask())


def test_the_commands_migrate_seed_and_examine(server: LakebaseServer, tmp_path: Path) -> None:
    result = kasal(server, tmp_path, "migrate", "--seed")
    assert result.exit_code == 0, result.output
    examined = kasal(server, tmp_path, "doctor").stdout
    assert f"{server.role} is given passwords for kasal-db" in examined
    assert "PostgreSQL at revision" in examined


def test_a_refused_password_is_explained_at_start(
    server: LakebaseServer, emulator: DatabricksEmulator, settings: Settings, tmp_path: Path
) -> None:
    emulator.faults.add(path=MINT, status=403, times=None)
    for command in ("migrate", "doctor"):
        result = kasal(server, tmp_path, command)
        assert result.exit_code == 1
        assert f"refuses the service principal {server.role} a password" in result.output
        assert "Can connect and create" in result.output
        assert "Traceback" not in result.output


def test_a_request_is_told_to_come_back_while_nothing_is_minted(
    server: LakebaseServer, emulator: DatabricksEmulator, settings: Settings
) -> None:
    async def ask() -> None:
        database = Database(settings)
        emulator.faults.add(path=MINT, status=403, times=None)
        with pytest.raises(Unavailable, match="does not answer"):
            await revision(database)
        emulator.faults.clear()
        emulator.faults.add(path=MINT, status=503, times=3)
        assert await again(lambda: revision(database), Unavailable)
        await database.close()

    asyncio.run(ask())
