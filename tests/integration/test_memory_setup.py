"""Setting memory up in a Databricks workspace: made, resumed, taken back. The emulator's clock is the only one."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from src.core.job_status import JobStatus
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.emulator.server import ADMINISTRATOR, DatabricksEmulator
from tests.support.http import client_of
from tests.support.memory_jobs import Killed, MemoryWorker
from tests.support.memory_lake import NEW, Lake, emptied, made_of, open_lake, steps

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


async def test_the_workspace_says_who_asks_and_which_endpoints_are_there(lake: Lake) -> None:
    world = lake.workspace.workspace
    world.create_endpoint({"name": "shared", "endpoint_type": "STANDARD"}, "someone")
    workspace = (await lake.client.get("/memory/backends/setup/workspace")).json()
    assert (workspace["status"], workspace["remedy"]) == ("ready", "")
    assert workspace["endpoints"] == [{"name": "shared", "state": "online"}]
    assert workspace["identity"]["user"]
    lake.workspace.faults.add(status=403, message="not yours", method="GET", path="*/endpoints")
    refused = (await lake.client.get("/memory/backends/setup/workspace")).json()
    assert refused["status"] == "not_permitted"
    assert "DATABRICKS_TOKEN" in refused["remedy"]


async def test_a_plan_names_what_would_be_made_and_that_it_is_billed(lake: Lake) -> None:
    answer = await lake.client.post("/memory/backends/setup/plan", json=NEW)
    plan = answer.json()
    assert [item["action"] for item in plan["items"]] == ["create"] * 5
    assert "bills a vector search endpoint" in plan["cost"]
    assert plan["embedder"]["dimension"] == 1024
    assert lake.there == (set(), set())
    assert (await lake.client.get("/memory/backends")).json()["items"] == []
    assert not lake.workspace.recorder.matching("POST", "*/vector-search/*")


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.parametrize("is_visible", [True, False])
async def test_an_endpoint_that_others_began_to_use_is_kept(lake: Lake, is_visible: bool) -> None:
    lake.workspace.faults.add(path="*/upsert-data", status=403, times=None)
    job = await lake.set_up(await lake.backend())
    with pytest.raises(Killed):
        await lake.worker.run(job, dies_at=16)
    made = lake.workspace.recorder.matching("POST", "*/endpoints/*/indexes")[0]
    theirs = {**made.json, "name": "other.team.index"}
    lake.workspace.workspace.create_index(theirs, "crews", "someone else")
    if not is_visible:
        lake.workspace.faults.add(
            method="GET", path="*/endpoints/crews/indexes", body={"vector_indexes": []}, times=None
        )
    ended = await lake.worker.run(job)
    assert lake.there == ({"crews"}, {"other.team.index"})
    assert ended.error is not None
    assert "left behind: endpoint crews" in ended.error.message


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
