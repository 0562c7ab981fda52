"""Endpoints of Databricks vector search, over the emulator."""

from collections.abc import AsyncIterator, Iterator

import pytest

from src.repositories.databricks.endpoints import EndpointState, HasEndpoints
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from src.repositories.vector.errors import (
    EndpointMissing,
    IndexExists,
    InvalidIndexName,
    NotPermitted,
)
from tests.conformance.databricks_support import another_repository, chain_of, new_repository
from tests.emulator.server import ADMINISTRATOR, DatabricksEmulator

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
async def store(server: DatabricksEmulator) -> AsyncIterator[DatabricksVectorIndexRepository]:
    found = new_repository(server)
    yield found
    await found.close()


async def test_an_endpoint_is_made_comes_online_with_time_and_is_deleted(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    server.options.endpoint_provisioning_s = 300
    made = await store.endpoints.create("memory")
    assert (made.state, made.kind) == (EndpointState.PROVISIONING, "STANDARD")
    assert made.creator == await store.user_name() == ADMINISTRATOR
    server.clock.advance(301)
    assert (await store.endpoints.get("memory")).state is EndpointState.ONLINE
    with pytest.raises(IndexExists):
        await store.endpoints.create("memory")
    await store.endpoints.delete("memory")
    with pytest.raises(EndpointMissing):
        await store.endpoints.get("memory")


async def test_a_list_has_all_pages(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    for number in range(101):
        body = {"name": f"e{number}", "endpoint_type": "STANDARD"}
        server.workspace.create_endpoint(body, "someone")
    assert len(await store.endpoints.list()) == 102


async def test_what_one_may_not_do_is_no_missing_endpoint(server: DatabricksEmulator) -> None:
    token = server.identities.add_user("eve@example.com", ["USE_CATALOG main"])
    store = another_repository(server, tokens=chain_of(token))
    server.workspace.create_endpoint({"name": "closed", "endpoint_type": "STANDARD"}, "someone")
    for call in (store.endpoints.get, store.endpoints.create, store.endpoints.delete):
        with pytest.raises(NotPermitted):
            await call("closed")
    await store.close()


async def test_who_may_not_ask_for_its_name_has_none(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    server.faults.add(path="*/scim/v2/Me", status=403, message="no scope iam.current-user:read")
    assert await store.user_name() == ""


async def test_a_name_that_is_no_name_never_reaches_a_url(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    asked = len(server.requests)
    with pytest.raises(InvalidIndexName):
        await store.endpoints.get("../x")
    assert len(server.requests) == asked
    assert isinstance(store, HasEndpoints)
