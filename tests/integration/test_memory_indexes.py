"""What a workspace answers about a group's indexes, and who may empty and delete them."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.job_status import JobStatus
from src.repositories.vector.base import NewRecord
from src.repositories.vector.filters import MemoryScope
from src.schemas.databricks_index_schemas import MemoryType
from tests.conftest import MakeContainer, SettingsFor
from tests.emulator.server import ADMINISTRATOR, DatabricksEmulator
from tests.support.http import client_of
from tests.support.memories import Crew, make_crew
from tests.support.memory_jobs import MemoryWorker
from tests.support.memory_lake import INDEXES, Lake, emptied, open_lake, passing, settings_of
from tests.support.people import Person, client_as, make_person

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def running() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def workspace(running: DatabricksEmulator) -> DatabricksEmulator:
    return emptied(running)


@pytest.fixture
async def lake(
    workspace: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[Lake]:
    async with open_lake(workspace, settings_for, make_container) as lake:
        yield lake


async def test_verifying_tells_missing_forbidden_and_unready_apart(lake: Lake) -> None:
    path = await lake.backend()
    assert set((await lake.statuses(path)).values()) == {"missing"}
    await lake.worker.run(await lake.set_up(path))
    assert set((await lake.statuses(path)).values()) == {"ready"}
    lake.workspace.faults.add(path="*mem.short", status=403, message="no SELECT")
    lake.workspace.faults.add(path="*mem.long", status=404, message="Index not found.")
    lake.workspace.faults.add(path="*/endpoints/crews", status=403, message="no CAN_USE")
    assert await lake.statuses(path) == {
        "crews": "not_permitted",
        "main.mem.short": "not_permitted",
        "main.mem.long": "missing",
        "main.mem.entities": "ready",
        "main.mem.documents": "ready",
    }
    lake.workspace.workspace.endpoints["crews"].stopped = True
    assert set((await lake.statuses(path)).values()) == {"not_ready"}


async def test_verifying_tells_what_is_wrong_and_what_to_do(lake: Lake) -> None:
    path = await lake.backend()
    await lake.worker.run(await lake.set_up(path))
    body = {
        "name": "Crossed",
        "kind": "databricks",
        "config": {
            **INDEXES,
            "short_term_index": INDEXES["entity_index"],
            "entity_index": INDEXES["short_term_index"],
            "embedder": {"provider": "openai"},
        },
    }
    other = (await lake.client.post("/memory/backends", json=body)).json()
    found = (await lake.client.post(f"/memory/backends/{other['id']}/verify")).json()
    by_type = {one["type"]: one for one in found["indexes"]}
    assert by_type["short_term"]["status"] == by_type["entity"]["status"] == "wrong_columns"
    assert by_type["long_term"]["status"] == "wrong_dimension"
    assert all(one["remedy"] and one["detail"] for one in found["indexes"])
    assert found["identity"] == {"source": "environment_pat", "user": ADMINISTRATOR}
    refused = await lake.worker.run(await lake.set_up(f"/memory/backends/{other['id']}"))
    assert refused.error is not None and "main.mem.entities" in refused.error.message


async def test_a_workspace_that_does_not_answer_is_unreachable(lake: Lake) -> None:
    path = await lake.backend()
    lake.workspace.faults.add(path="*", status=503, times=None)
    assert set((await lake.statuses(path)).values()) == {"unreachable"}


async def test_a_token_that_is_refused_is_never_a_missing_index(lake: Lake) -> None:
    path = await lake.backend()
    lake.workspace.faults.add(path="/api/*", status=401, message="Token is expired", times=None)
    assert set((await lake.statuses(path)).values()) == {"not_permitted"}


@pytest.fixture
async def two_groups(
    workspace: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[tuple[Container, MemoryWorker, Person, Person]]:
    settings = settings_of(
        settings_for, workspace, kasal_auth_mode="token", kasal_system_admins="root@example.com"
    )
    container = await make_container(settings)
    worker = await MemoryWorker.make(container, workspace.clock, passing(workspace))
    ada, root = [await make_person(container, f"{name}@example.com") for name in ("ada", "root")]
    yield container, worker, ada, root


async def test_a_shared_index_is_emptied_of_ones_own_records_and_deleted_by_nobody_but_an_administrator(
    two_groups: tuple[Container, MemoryWorker, Person, Person], workspace: DatabricksEmulator
) -> None:
    container, worker, ada, root = two_groups
    body = {"name": "Lake", "kind": "databricks", "config": INDEXES}
    name, paths = INDEXES["long_term_index"], {}
    for person in (ada, root):
        async with client_as(container, person) as client:
            made = (await client.post("/memory/backends", json=body)).json()
            path = paths[person] = f"/memory/backends/{made['id']}"
            job = (await client.post(f"{path}/setup", json={"activate": True})).json()
            assert (await worker.run(job)).status == JobStatus.DONE
            crew = await make_crew(container, client)
            for number in range(3):
                await write_lesson(crew, f"{number} of {person.email}")
    async with client_as(container, ada) as client:
        index = f"{paths[ada]}/indexes/{name}"
        assert (await client.get(index)).json()["row_count"] == 6
        await client.post(f"{paths[ada]}/deactivate")
        refused = await client.delete(index)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        everybody = {"confirm": name, "everybody": True}
        assert (await client.post(f"{index}/empty", json=everybody)).status_code == 403
        job = (await client.post(f"{index}/empty", json={"confirm": name})).json()
        ended = await worker.run(job)
        assert ended.result == {"index": name, "removed": 3, "recreated": False}
    left = workspace.workspace.rows_of(name).values()
    assert {row["group_id"] for row in left} == {root.group_id}
    async with client_as(container, root) as client:
        index = f"{paths[root]}/indexes/{name}"
        job = (await client.post(f"{index}/empty", json=everybody)).json()
        assert (await worker.run(job)).result == {"index": name, "removed": 3, "recreated": False}
        assert (await client.delete(index)).status_code == 409
        await client.post(f"{paths[root]}/deactivate")
        assert (await client.delete(index)).status_code == 204
    assert name not in workspace.workspace.indexes


async def write_lesson(crew: Crew, content: str) -> None:
    """With a vector of the tests' own: no model is asked."""
    plan = await crew.container.memory_plans.for_reading(crew.group_id, crew.identity)
    credentials = await crew.container.credentials.for_run(crew.group_id)
    store = await crew.container.memory_access.repository(plan.kind, crew.group_id, credentials)
    scope = MemoryScope(crew.group_id, (crew.identity,))
    id = scope.record_id(MemoryType.LONG_TERM, content.split()[0])
    record = NewRecord(id, {"content": content}, [1.0] + [0.0] * 1023)
    ref = plan.indexes[MemoryType.LONG_TERM].ref(MemoryType.LONG_TERM)
    await store.upsert(scope, ref, [record])


async def test_an_index_of_a_full_backend_is_not_given_to_another_embedder(lake: Lake) -> None:
    path = await lake.backend()
    await lake.worker.run(await lake.set_up(path))
    await lake.client.post(f"{path}/activate")
    crew = await make_crew(lake.container, lake.client)
    await write_lesson(crew, "1 lesson")
    config = {**INDEXES, "embedder": {"provider": "openai"}}
    refused = await lake.client.patch(path, json={"config": config})
    assert refused.status_code == 409 and "main.mem.long (1)" in refused.json()["detail"]


async def test_who_may_not_use_the_workspace_is_told_under_which_identity(
    workspace: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    token = workspace.identities.add_user("eve@example.com", ["USE_CATALOG main"])
    settings = settings_for(databricks_host=workspace.host, databricks_token=SecretStr(token))
    container = await make_container(settings)
    worker = await MemoryWorker.make(container, workspace.clock, passing(workspace))
    workspace.workspace.create_endpoint({"name": "crews", "endpoint_type": "STANDARD"}, "someone")
    async with client_of(container) as client:
        body = {"name": "Lake", "kind": "databricks", "config": INDEXES}
        path = f"/memory/backends/{(await client.post('/memory/backends', json=body)).json()['id']}"
        found = (await client.post(f"{path}/verify")).json()
        assert found["identity"] == {"source": "environment_pat", "user": "eve@example.com"}
        assert found["endpoints"][0]["status"] == "not_permitted"
        plan = (await client.get(f"{path}/setup")).json()
        assert plan["items"][0]["action"] == "blocked"
        ended = await worker.run((await client.post(f"{path}/setup", json={})).json())
    assert ended.error is not None and "CAN_USE" in ended.error.message


async def test_the_group_s_own_token_comes_before_the_installation_s(lake: Lake) -> None:
    path = await lake.backend()
    token = lake.workspace.identities.add_user("team@example.com")
    await lake.client.post("/api-keys", json={"name": "DATABRICKS_TOKEN", "value": token})
    found = (await lake.client.post(f"{path}/verify")).json()
    assert found["identity"] == {"source": "stored_pat", "user": "team@example.com"}
