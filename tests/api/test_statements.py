"""Reads cost one statement, and one more to find out who asks; both are constant in the number of rows."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import event

from src.bootstrap import Container
from src.core.settings import Settings
from tests.support.databases import SqliteFiles
from tests.support.operations import SAMPLES, call, operations, seed
from tests.support.people import client_as, make_person
from tests.support.rows import SampleRows

pytestmark = pytest.mark.asyncio(loop_scope="module")
MORE = {
    # Membership of the group in the path, beside that of the group the request acts for.
    "GET /groups/{id}/members": 3,
    "GET /crews/{id}/diff": 3,
    "GET /flows/{id}/diff": 3,
    # The nodes, and the definition for their order.
    "GET /executions/{id}/nodes": 3,
    # The tasks, and what became of what they left to memory.
    "GET /executions/{id}/tasks": 3,
    # Whether the parent is there, and a page of it.
    "GET /executions/{id}/receipts": 3,
    "GET /schedules/{id}/firings": 3,
    # Limits with use and queue, and how models waited.
    "GET /limits": 3,
    # Counts of its rows, and what their executions have used.
    "GET /batches/{id}": 4,
    # Whether it is there, a page, and that there is no other.
    "GET /batches/{id}/export": 4,
    # Everything that could be used: keys, tools, models, servers, schemas, groups.
    "GET /me": 8,
}
OF_MEMORY = 12
"""The crew's lineage, the active backend, pins, documents and uses; the records come from a store."""
READS = [name for name in operations() if name.startswith("GET") and "stream" not in name]


@contextmanager
def statements(container: Container) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            seen.append(statement)

    engine = container.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Reader:
    container: Container
    client: httpx.AsyncClient
    ids: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(
    tmp_path_factory: pytest.TempPathFactory, sqlite_files: SqliteFiles
) -> AsyncIterator[Reader]:
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(sqlite_files.new()),
        kasal_data_dir=tmp_path_factory.mktemp("statements"),
        kasal_auth_mode="token",
    )
    container = Container(settings)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).tool()
    async with client_as(container, await make_person(container, "ada@example.com")) as client:
        ids = await seed(client, "mark", container.database)
        yield Reader(container, client, ids)
    await container.close()


@pytest.mark.parametrize("operation", READS)
async def test_a_read_costs_one_statement_and_one_for_who_asks(
    operation: str, reader: Reader
) -> None:
    with statements(reader.container) as seen:
        answer = await call(reader.client, operation, reader.ids)
    assert answer.status_code == SAMPLES[operation].ok
    usual = OF_MEMORY if operation.startswith("GET /memory/") else 2
    assert len(seen) <= MORE.get(operation, usual), "\n".join(seen)
