"""Setting memory up in a Databricks workspace: made, resumed, taken back. The emulator's clock is the only one."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, fields
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.job_status import JobStatus
from src.repositories.vector.base import NewRecord
from src.repositories.vector.filters import MemoryScope
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas, MemoryType
from src.schemas.job import JobRead
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.emulator.options import Options
from tests.emulator.server import ADMINISTRATOR, DatabricksEmulator
from tests.support.http import client_of
from tests.support.memories import Crew, make_crew
from tests.support.memory_jobs import Killed, MemoryWorker
from tests.support.people import Person, client_as, make_person

pytestmark = pytest.mark.integration
NEW = {"catalog": "main", "schema": "mem", "activate": True}
INDEXES = {
    "short_term_index": "main.mem.short",
    "long_term_index": "main.mem.long",
    "entity_index": "main.mem.entities",
    "document_index": "main.mem.documents",
    "endpoint_name": "crews",
}


@pytest.fixture(scope="module")
def running() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def workspace(running: DatabricksEmulator) -> DatabricksEmulator:
    running.reset()
    for one in fields(Options):
        setattr(running.options, one.name, getattr(Options(), one.name))
    return running


@dataclass(frozen=True)
class Lake:
    workspace: DatabricksEmulator
    container: Container
    client: httpx.AsyncClient
    worker: MemoryWorker

    async def started(self, **changes: Any) -> dict[str, Any]:
        answer = await self.client.post("/memory/backends/setup", json={**NEW, **changes})
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def backend(self, **config: Any) -> str:
        body = {"name": "Lake", "kind": "databricks", "config": {**INDEXES, **config}}
        answer = await self.client.post("/memory/backends", json=body)
        assert answer.status_code == 201, answer.text
        return f"/memory/backends/{answer.json()['id']}"

    async def set_up(self, path: str) -> dict[str, Any]:
        answer = await self.client.post(f"{path}/setup", json={})
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def statuses(self, path: str) -> dict[str, str]:
        found = (await self.client.post(f"{path}/verify")).json()
        return {one["name"]: one["status"] for one in (*found["endpoints"], *found["indexes"])}

    @property
    def there(self) -> tuple[set[str], set[str]]:
        """Endpoints and indexes of the workspace, behind the API."""
        found = self.workspace.workspace
        return set(found.endpoints), set(found.indexes)


@pytest.fixture
async def lake(
    workspace: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[Lake]:
    container = await make_container(_settings(settings_for, workspace))
    worker = await MemoryWorker.make(container, workspace.clock, _passing(workspace))
    async with client_of(container) as client:
        yield Lake(workspace, container, client, worker)


def _settings(settings_for: SettingsFor, emulator: DatabricksEmulator, **more: Any) -> Any:
    token = SecretStr(emulator.token)
    return settings_for(databricks_host=emulator.host, databricks_token=token, **more)


def _passing(emulator: DatabricksEmulator) -> Any:
    async def sleep(seconds: float) -> None:
        emulator.clock.advance(seconds)

    return sleep


def steps(job: JobRead) -> dict[str, str]:
    return {step.name: step.status for step in job.steps}


def made_of(job: JobRead) -> list[str]:
    assert job.result is not None, job.error
    found: list[str] = job.result["made"]
    return found


async def test_one_call_makes_endpoint_indexes_and_an_active_backend(lake: Lake) -> None:
    options = lake.workspace.options
    options.endpoint_provisioning_s, options.index_provisioning_s = 900, 120
    job = await lake.worker.run(await lake.started())
    assert job.status == JobStatus.DONE, job.error
    endpoints, indexes = lake.there
    assert (endpoints, len(indexes)) == ({"kasal_memory"}, 4)
    assert set(made_of(job)) == {"endpoint kasal_memory", *(f"index {name}" for name in indexes)}
    assert job.result is not None
    assert job.result["identity"] == {"source": "environment_pat", "user": ADMINISTRATOR}
    assert set(steps(job).values()) == {"done"}
    backend = (await lake.client.get(f"/memory/backends/{job.subject_id}")).json()
    assert backend["is_active"] is True
    assert set(await lake.statuses(f"/memory/backends/{job.subject_id}")) == endpoints | indexes
    for name in indexes:
        assert lake.workspace.workspace.rows_of(name) == {}
    created = lake.workspace.recorder.matching("POST", "*/endpoints/*/indexes")
    specs = [one.json["direct_access_index_spec"] for one in created]
    assert {one["embedding_vector_columns"][0]["embedding_dimension"] for one in specs} == {1024}
    shown = (await lake.client.get(f"/memory/backends/{job.subject_id}/indexes")).json()["items"]
    for one in shown:
        detail = await lake.client.get(f"/memory/backends/{job.subject_id}/indexes/{one['name']}")
        assert detail.json()["columns"] == DatabricksIndexSchemas.get_schema(one["type"])


async def test_what_is_there_is_used_and_only_the_rest_made(lake: Lake) -> None:
    lake.workspace.workspace.create_endpoint(
        {"name": "crews", "endpoint_type": "STANDARD"}, "someone"
    )
    path = await lake.backend()
    first = await lake.worker.run(await lake.set_up(path))
    assert "endpoint crews" not in made_of(first)
    await lake.client.delete(f"{path}/indexes/main.mem.short")
    assert await lake.statuses(path) == {
        "crews": "ready",
        "main.mem.short": "missing",
        "main.mem.long": "ready",
        "main.mem.entities": "ready",
        "main.mem.documents": "ready",
    }
    plan = (await lake.client.get(f"{path}/setup")).json()
    assert {item["name"]: item["action"] for item in plan["items"]}["main.mem.short"] == "create"
    again = await lake.worker.run(await lake.set_up(path))
    assert made_of(again) == ["index main.mem.short"]


async def test_a_plan_names_what_would_be_made_and_that_it_is_billed(lake: Lake) -> None:
    answer = await lake.client.post("/memory/backends/setup/plan", json=NEW)
    plan = answer.json()
    assert [item["action"] for item in plan["items"]] == ["create"] * 5
    assert "bills a vector search endpoint" in plan["cost"]
    assert plan["embedder"]["dimension"] == 1024
    assert lake.there == (set(), set())
    assert (await lake.client.get("/memory/backends")).json()["items"] == []
    assert not lake.workspace.recorder.matching("POST", "*/vector-search/*")


async def test_a_set_up_that_is_killed_anywhere_is_finished_by_the_next_worker(lake: Lake) -> None:
    for dies_at in range(1, 200):
        lake.workspace.reset()
        job = await lake.started(name=f"Lake {dies_at}")
        try:
            ended = await lake.worker.run(job, dies_at=dies_at)
        except Killed:
            ended = await lake.worker.run(job)
            assert ended.status == JobStatus.DONE, (dies_at, ended.error)
            endpoints, indexes = lake.there
            assert (len(endpoints), len(indexes), len(made_of(ended))) == (1, 4, 5), dies_at
            assert all(lake.workspace.workspace.rows_of(name) == {} for name in indexes)
        else:
            break
    assert ended.status == JobStatus.DONE and dies_at > 25


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("identity", {"method": "GET", "path": "*/endpoints"}),
    ("endpoint crews", {"method": "POST", "path": "*/endpoints"}),
    ("index main.mem.short", {"method": "POST", "path": "*/endpoints/*/indexes"}),
    ("index main.mem.long", {"method": "POST", "path": "*/endpoints/*/indexes", "skip": 1}),
    ("index main.mem.entities", {"method": "POST", "path": "*/endpoints/*/indexes", "skip": 2}),
    ("index main.mem.documents", {"method": "POST", "path": "*/endpoints/*/indexes", "skip": 3}),
    ("verify", {"path": "*/upsert-data", "skip": 2}),
    ("verify", {"path": "*/query", "times": None}),
    ("verify", {"path": "*/delete-data", "times": None}),
]


@pytest.mark.parametrize(("step", "fault"), REFUSALS)
async def test_a_step_that_fails_takes_back_what_was_made(
    lake: Lake, step: str, fault: dict[str, Any]
) -> None:
    lake.workspace.faults.add(status=403, message="not yours", **fault)
    path = await lake.backend()
    job = await lake.worker.run(await lake.set_up(path))
    assert job.status == JobStatus.FAILED
    assert job.error is not None and job.error.code == "setup-failed"
    assert "not yours" in job.error.message
    assert steps(job)[step] == "failed"
    assert lake.there == (set(), set())
    others = {status for name, status in steps(job).items() if name not in ("identity", step)}
    assert others <= {"undone"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endpoint_provisioning_s": 7200}, "endpoint crews: not ready after 60 minutes"),
        ({"index_provisioning_s": 7200}, "index main.mem.short: not ready after 20 minutes"),
    ],
)
async def test_what_never_gets_ready_is_taken_back(
    lake: Lake, options: dict[str, Any], said: str
) -> None:
    lake.workspace.options.change(options)
    job = await lake.worker.run(await lake.set_up(await lake.backend()))
    assert job.error is not None and said in job.error.message
    assert lake.there == (set(), set())


async def test_what_was_there_before_survives_a_failure(lake: Lake) -> None:
    path = await lake.backend()
    await lake.worker.run(await lake.set_up(path))
    for name in ("main.mem.entities", "main.mem.documents"):
        lake.workspace.workspace.delete_index(name)
    lake.workspace.faults.add(method="POST", path="*/endpoints/*/indexes", skip=1, status=403)
    job = await lake.worker.run(await lake.set_up(path))
    assert job.status == JobStatus.FAILED
    assert lake.there == ({"crews"}, {"main.mem.short", "main.mem.long"})


async def test_a_failure_that_is_killed_while_it_is_taken_back_goes_on(lake: Lake) -> None:
    for dies_at in range(1, 200):
        lake.workspace.reset()
        lake.workspace.faults.add(path="*/upsert-data", status=403, times=None)
        job = await lake.started(name=f"Lake {dies_at}")
        try:
            ended = await lake.worker.run(job, dies_at=dies_at)
        except Killed:
            ended = await lake.worker.run(job)
        else:
            break
        finally:
            assert lake.there == (set(), set()), dies_at
        assert ended.status == JobStatus.FAILED
    assert dies_at > 25


async def test_an_answer_that_was_lost_leaves_nothing_behind(lake: Lake) -> None:
    rules = ("*/vector-search/endpoints", "*/endpoints/*/indexes")
    for path in rules:
        lake.workspace.faults.add(method="POST", path=path, connection="reset", after_handler=True)
    lake.workspace.faults.add(path="*/upsert-data", status=403, times=None)
    job = await lake.worker.run(await lake.set_up(await lake.backend()))
    assert job.status == JobStatus.FAILED
    assert lake.there == (set(), set())


async def test_what_somebody_else_made_at_the_same_moment_is_left_alone(lake: Lake) -> None:
    job = await lake.set_up(await lake.backend())
    # Dies between the note that the endpoint is about to be made and making it.
    with pytest.raises(Killed):
        await lake.worker.run(job, dies_at=4)
    body = {"name": "crews", "endpoint_type": "STANDARD"}
    lake.workspace.workspace.create_endpoint(body, "someone else")
    lake.workspace.faults.add(path="*/upsert-data", status=403, times=None)
    ended = await lake.worker.run(job)
    assert ended.status == JobStatus.FAILED
    assert lake.there == ({"crews"}, set())


async def test_a_workspace_that_is_away_is_waited_for(lake: Lake) -> None:
    job = await lake.started()
    lake.workspace.faults.add(method="POST", path="*/endpoints/*/indexes", status=503, times=None)
    waiting = await lake.worker.run(job)
    assert waiting.status == JobStatus.QUEUED
    assert waiting.error is not None and waiting.error.code == "store-unavailable"
    lake.workspace.faults.clear()
    ended = await lake.worker.run(job)
    assert (ended.status, len(made_of(ended))) == (JobStatus.DONE, 5)


async def test_a_cancelled_set_up_is_taken_back(lake: Lake) -> None:
    job = await lake.started()
    with pytest.raises(Killed):
        await lake.worker.run(job, dies_at=12)
    assert lake.there != (set(), set())
    assert (await lake.client.post(f"/jobs/{job['id']}/cancel")).status_code == 200
    ended = await lake.worker.run(job)
    assert ended.status == JobStatus.CANCELLED
    assert lake.there == (set(), set())
    assert "undone" in steps(ended).values()


async def test_a_deleted_name_that_is_still_reserved_is_waited_for(lake: Lake) -> None:
    path = await lake.backend()
    await lake.worker.run(await lake.set_up(path))
    lake.workspace.options.pending_deletion_s = 60
    assert (await lake.client.delete(f"{path}/indexes/main.mem.long")).status_code == 204
    job = await lake.worker.run(await lake.set_up(path))
    assert made_of(job) == ["index main.mem.long"]


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
    settings = _settings(
        settings_for, workspace, kasal_auth_mode="token", kasal_system_admins="root@example.com"
    )
    container = await make_container(settings)
    worker = await MemoryWorker.make(container, workspace.clock, _passing(workspace))
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
    worker = await MemoryWorker.make(container, workspace.clock, _passing(workspace))
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


async def test_own_stores_are_set_up_in_the_same_way(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(database_kind))
    worker = await MemoryWorker.make(container, container.clock, _never)
    kind = "pgvector" if database_kind == "postgres" else "default"
    async with client_of(container) as client:
        body = {"name": "Own", "kind": kind}
        path = f"/memory/backends/{(await client.post('/memory/backends', json=body)).json()['id']}"
        job = (await client.post(f"{path}/setup", json={"activate": True})).json()
        ended = await worker.run(job)
        assert ended.status == JobStatus.DONE, ended.error
        assert len(made_of(ended)) == 4
        found = (await client.post(f"{path}/verify")).json()
        assert (found["ok"], len(found["indexes"])) == (True, 4)
        listed = (await client.get(f"{path}/indexes")).json()["items"]
        assert {one["row_count"] for one in listed} == {0}
        assert (await client.get(path)).json()["is_active"] is True


async def _never(seconds: float) -> None:
    raise AssertionError("nothing here has to be waited for")
