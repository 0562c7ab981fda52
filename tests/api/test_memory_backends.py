"""Where a group's memory is: choosing, checking, activating. What runs with it stands in tests/integration."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.memory.configuration import ActiveBackend, index_plans
from src.schemas.memory_backend import MemoryConfig
from src.services.people.identity import Caller
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.http import client_of
from tests.support.memories import make_crew
from tests.support.people import client_as, make_person

INDEXES = {
    "short_term_index": "main.mem.short",
    "long_term_index": "main.mem.long",
    "entity_index": "main.mem.entities",
}
DATABRICKS = {"name": "Lake", "kind": "databricks", "config": INDEXES}
OFF = {"enable_short_term": False, "enable_long_term": False, "enable_entity": False}


@pytest.fixture
async def lake(settings_for: SettingsFor, make_container: MakeContainer) -> Container:
    """With a workspace, which nothing here calls."""
    return await make_container(settings_for(databricks_host="https://example.com"))


@pytest.fixture
async def lake_client(lake: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(lake) as client:
        yield client


async def made(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/memory/backends", json={"name": "B", "kind": "default", **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pointers(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


async def test_a_backend_is_made_read_renamed_and_deleted(each_container: Container) -> None:
    async with client_of(each_container) as client:
        body = {"name": "Own", "kind": "default", "config": {"ttl_hours": 48}}
        created = await client.post("/memory/backends", json=body)
        assert created.status_code == 201
        location = created.headers["Location"]
        assert (await client.get(location)).json() == created.json()
        assert created.json()["is_active"] is False
        changed = await client.patch(location, json={"name": "Mine"}, headers={"If-Match": '"1"'})
        assert (changed.json()["name"], changed.json()["config"]["ttl_hours"]) == ("Mine", 48)
        late = await client.patch(location, json={"name": "Late"}, headers={"If-Match": '"1"'})
        assert late.status_code == 412
        assert [one["name"] for one in (await client.get("/memory/backends")).json()["items"]] == [
            "Mine"
        ]
        assert (
            await client.post("/memory/backends", json={**body, "name": "Mine"})
        ).status_code == 409
        assert (await client.delete(location)).status_code == 204
        assert (await client.get(location)).status_code == 404


async def test_only_one_backend_is_active_and_deleting_it_leaves_the_default(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        first = await made(client, name="First")
        second = await made(client, name="Second", config={"extraction_model": "demo/demo"})
        for one in (first, second, second):
            active = await client.post(f"/memory/backends/{one['id']}/activate")
            assert active.json()["is_active"] is True
        shown = (await client.get("/memory/backends")).json()["items"]
        assert {one["name"]: one["is_active"] for one in shown} == {"First": False, "Second": True}
        assert await memory_model(each_container) == "demo/demo"
        # A change of what is not active changes nothing.
        assert (await client.post(f"/memory/backends/{first['id']}/deactivate")).status_code == 200
        assert await memory_model(each_container) == "demo/demo"
        await client.delete(f"/memory/backends/{second['id']}")
        assert await memory_model(each_container) is None
        again = await client.post(f"/memory/backends/{first['id']}/activate")
        assert again.json()["is_active"] is True
        off = await client.post(f"/memory/backends/{first['id']}/deactivate")
        assert off.json()["is_active"] is False


async def memory_model(container: Container) -> str | None:
    principal = await container.identity.resolve(Caller(), None)
    return (await container.catalogues.of(principal, fresh=True)).memory_model


async def test_activation_tells_which_embedder_and_indexes_are_in_force(
    lake_client: httpx.AsyncClient,
) -> None:
    config = {**INDEXES, "endpoint_name": "memory", "enable_entity": False}
    backend = await made(lake_client, kind="databricks", config=config)
    active = (await lake_client.post(f"/memory/backends/{backend['id']}/activate")).json()
    assert active["effective"] == "databricks"
    assert active["embedder"] == {
        "name": "databricks/databricks-gte-large-en",
        "provider": "databricks",
        "model": "databricks-gte-large-en",
        "dimension": 1024,
    }
    assert active["indexes"] == [
        {"type": "short_term", "name": "main.mem.short", "endpoint": "memory"},
        {"type": "long_term", "name": "main.mem.long", "endpoint": "memory"},
    ]


async def test_a_configuration_with_everything_off_means_the_default(
    lake_client: httpx.AsyncClient,
) -> None:
    backend = await made(lake_client, kind="databricks", config=OFF)
    assert (backend["kind"], backend["effective"]) == ("databricks", "default")
    assert "Disabled Configuration" in backend["effective_reason"]
    assert [one["name"] for one in backend["indexes"]] == [
        "short_term_memory",
        "long_term_memory",
        "entity_memory",
        "document_embeddings",
    ]


async def test_every_problem_is_told_at_its_place(lake_client: httpx.AsyncClient) -> None:
    config = {
        "short_term_index": "short",
        "entity_index": "main.mem.short/../x",
        "document_index": "SHORT",
        "endpoint_name": "a b",
        "embedder": {"provider": "ollama", "model": "unheard-of"},
        "extraction_model": "nobody/knows",
    }
    answer = await lake_client.post("/memory/backends", json={**DATABRICKS, "config": config})
    assert pointers(answer) == {
        "/config/short_term_index": "index-name-twice",
        "/config/long_term_index": "no-index",
        "/config/entity_index": "index-name",
        "/config/document_index": "index-name-twice",
        "/config/endpoint_name": "endpoint-name",
        "/config/embedder/dimension": "embedder",
        "/config/extraction_model": "unknown-model",
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (DATABRICKS, "/kind"),
        ({"name": "P", "kind": "pgvector"}, "/kind"),
        (
            {"name": "D", "kind": "default", "config": {"endpoint_name": "e"}},
            "/config/endpoint_name",
        ),
        (
            {"name": "D", "kind": "default", "config": {"long_term_index": "A.b"}},
            "/config/long_term_index",
        ),
        (
            {"name": "D", "kind": "default", "config": {"embedder": {"provider": "databricks"}}},
            "/config/embedder/provider",
        ),
        ({"name": "D", "kind": "elsewhere"}, "/kind"),
        (
            {"name": "D", "kind": "default", "config": {"workspace_url": "https://example.com"}},
            "/config/workspace_url",
        ),
    ],
)
async def test_what_this_server_cannot_do_is_refused(
    client: httpx.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    assert list(pointers(await client.post("/memory/backends", json=body))) == [pointer]


@pytest.mark.integration
async def test_pgvector_is_there_on_postgres(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    async with client_of(await make_container(settings_for("postgres"))) as client:
        assert (await made(client, kind="pgvector"))["effective"] == "pgvector"


def test_groups_with_different_embedders_do_not_share_indexes() -> None:
    embedders = (
        None,
        {"provider": "openai"},
        {"provider": "openai", "model": "text-embedding-3-large"},
    )
    names = [
        plan.name
        for embedder in embedders
        for plan in index_plans(
            ActiveBackend(config=MemoryConfig.model_validate({"embedder": embedder}))
        ).values()
    ]
    assert len(set(names)) == 12
    assert max(map(len, names)) <= 50


async def test_the_embedder_of_records_that_are_there_cannot_be_changed(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        backend = await made(client)
        path = f"/memory/backends/{backend['id']}"
        other = {"config": {"embedder": {"provider": "ollama"}, "recall_limit": 5}}
        assert (await client.patch(path, json=other)).status_code == 200
        assert (await client.patch(path, json={"config": {}})).status_code == 200
        await (await make_crew(each_container, client)).lesson("Invoices arrive late.")
        refused = await client.patch(path, json=other)
        assert refused.status_code == 409
        assert "long_term_memory (1)" in refused.json()["detail"]
        assert "/memory/migrations" in refused.json()["detail"]
        same = {"config": {"embedder": {"provider": "local"}, "recall_limit": 5}}
        assert (await client.patch(path, json=same)).status_code == 200


async def test_members_read_and_only_admins_write(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(database_kind, kasal_auth_mode="token"))
    ada = await make_person(container, "ada@example.com")
    bob = await make_person(container, "bob@example.com")
    async with client_as(container, ada) as client:
        group = (await client.post("/groups", json={"name": "Team"})).json()["id"]
        member = {"email": "bob@example.com", "role": "editor"}
        await client.post(f"/groups/{group}/members", json=member)
    async with client_as(container, ada, group_id=group) as client:
        path = f"/memory/backends/{(await made(client))['id']}"
    async with client_as(container, bob, group_id=group) as client:
        for read in ("", "/setup", "/indexes", "/indexes/entity_memory"):
            assert (await client.get(path + read)).status_code == 200
        assert (await client.post(path + "/verify")).status_code == 200
        writes: list[tuple[str, str, Any]] = [
            ("GET", "/memory/backends/setup/workspace", None),
            ("POST", "/memory/backends", {"name": "x", "kind": "default"}),
            ("POST", "/memory/backends/setup", {"catalog": "a", "schema": "b"}),
            ("POST", "/memory/backends/setup/plan", {"catalog": "a", "schema": "b"}),
            ("PATCH", path, {"name": "x"}),
            ("DELETE", path, None),
            ("POST", path + "/activate", None),
            ("POST", path + "/deactivate", None),
            ("POST", path + "/setup", {}),
            ("DELETE", path + "/indexes/entity_memory", None),
            ("POST", path + "/indexes/entity_memory/empty", {"confirm": "entity_memory"}),
        ]
        for method, target, body in writes:
            answer = await client.request(method, target, json=body)
            assert answer.status_code == 403, f"{method} {target}: {answer.text}"


async def test_a_set_up_is_a_job_and_holds_changes_off_until_it_ends(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        path = f"/memory/backends/{(await made(client))['id']}"
        plan = (await client.get(path + "/setup")).json()
        assert {item["action"] for item in plan["items"]} == {"create"}
        assert [item["what"] for item in plan["items"]] == ["index"] * 4
        started = await client.post(path + "/setup", json={"activate": True})
        assert started.status_code == 202, started.text
        job = started.json()
        assert (job["kind"], job["status"]) == ("memory_setup", "queued")
        assert (await client.get(path)).json()["setup_job_id"] == job["id"]
        for method, target, body in (
            ("PATCH", "", {"name": "x"}),
            ("DELETE", "", None),
            ("POST", "/setup", {}),
            ("DELETE", "/indexes/entity_memory", None),
        ):
            held = await client.request(method, path + target, json=body)
            assert held.status_code == 409, held.text
            assert job["id"] in held.json()["detail"]
        assert started.headers["Location"] == f"/api/v1/jobs/{job['id']}"


async def test_a_set_up_needs_something_to_set_up(lake_client: httpx.AsyncClient) -> None:
    off = await made(lake_client, name="Off", config=OFF)
    no_endpoint = await made(lake_client, name="No endpoint", kind="databricks", config=INDEXES)
    for backend in (off, no_endpoint):
        answer = await lake_client.post(f"/memory/backends/{backend['id']}/setup", json={})
        assert answer.status_code == 409


async def test_emptying_asks_for_the_name_and_everybody_for_a_system_administrator(
    client: httpx.AsyncClient,
) -> None:
    path = f"/memory/backends/{(await made(client))['id']}/indexes"
    wrong = await client.post(f"{path}/entity_memory/empty", json={"confirm": "entities"})
    assert pointers(wrong) == {"/confirm": "confirm"}
    body = {"confirm": "elsewhere"}
    assert (await client.post(f"{path}/elsewhere/empty", json=body)).status_code == 404


async def test_an_index_in_use_or_with_records_of_others_is_not_deleted(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for(
        database_kind, kasal_auth_mode="token", kasal_system_admins="root@example.com"
    )
    container = await make_container(settings)
    people = [
        await make_person(container, f"{name}@example.com") for name in ("ada", "bob", "root")
    ]
    ada, bob, root = people
    async with client_as(container, ada) as client:
        backend = await made(client)
        await (await make_crew(container, client)).lesson("Ada's invoices arrive late.")
    async with client_as(container, bob) as client:
        await (await make_crew(container, client)).lesson("Bob's as well.")
    async with client_as(container, ada) as client:
        path = f"/memory/backends/{backend['id']}/indexes/long_term_memory"
        in_use = await client.delete(path)
        assert in_use.status_code == 409 and "in use" in in_use.json()["detail"]
        await made(client, name="Other", config={"long_term_index": "elsewhere"})
        other = (await client.get("/memory/backends")).json()["items"][0]
        await client.post(f"/memory/backends/{other['id']}/activate")
        shared = await client.delete(path)
        assert shared.status_code == 403 and "system administrator" in shared.json()["detail"]
        everybody = {"confirm": "long_term_memory", "everybody": True}
        assert (await client.post(f"{path}/empty", json=everybody)).status_code == 403
        detail = (await client.get(path)).json()
        # What others have in it is not told.
        assert (detail["row_count"], detail["embedder"]) == (1, "local/wordllama-256")
        assert detail["columns"]["embedding"] == "array<float>"
    async with client_as(container, root) as client:
        own = await made(client)
        await made(client, name="Other", config={"long_term_index": "elsewhere"})
        path = f"/memory/backends/{own['id']}/indexes/long_term_memory"
        other = (await client.get("/memory/backends")).json()["items"][0]
        await client.post(f"/memory/backends/{other['id']}/activate")
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).json()["status"] == "missing"


async def test_an_index_that_another_embedder_filled_is_named(container: Container) -> None:
    async with client_of(container) as client:
        backend = await made(client)
        await (await make_crew(container, client)).lesson("Invoices arrive late.")
        path = f"/memory/backends/{backend['id']}"
        config = {"embedder": {"provider": "ollama"}, "long_term_index": "long_term_memory"}
        other = await made(client, name="Other", config=config)
        found = (await client.post(f"/memory/backends/{other['id']}/verify")).json()
        status = {one["type"]: one["status"] for one in found["indexes"]}
        assert status["long_term"] == "wrong_dimension"
        assert (found["ok"], found["identity"], found["endpoints"]) == (False, None, [])
        own = (await client.post(f"{path}/verify")).json()
        assert {one["type"]: one["status"] for one in own["indexes"]}["long_term"] == "ready"
