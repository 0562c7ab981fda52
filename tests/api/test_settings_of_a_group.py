"""Provider keys, models, output schemas, MCP servers: what a group configures once."""

import httpx
import pytest

from src.bootstrap import Container
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.http import client_of
from tests.support.people import client_as, make_person
from tests.support.rows import SampleRows

KEY = {"name": "OPENAI_API_KEY", "value": "sk-canary-123", "description": "team key"}
MODEL = {"key": "house", "name": "gpt-5", "provider": "openai"}
SCHEMA = {
    "name": "prices",
    "json_schema": {"type": "object", "properties": {"a": {"type": "number"}}},
}
SERVER = {"name": "wiki", "url": "https://example.com/mcp", "headers": {"X-Token": "canary-456"}}


async def test_a_key_is_stored_sealed_and_never_shown(each_container: Container) -> None:
    async with client_of(each_container) as client:
        created = await client.post("/api-keys", json=KEY)
        assert created.status_code == 201, created.text
        listed = await client.get("/api-keys")
        assert "sk-canary-123" not in created.text + listed.text
        assert listed.json()["items"][0]["name"] == "OPENAI_API_KEY"
        group = created.json()["group_id"]
    found = await each_container.credentials.for_run(group)
    assert found.keys["OPENAI_API_KEY"].get_secret_value() == "sk-canary-123"
    assert await each_container.credentials.available_keys(group) == {"OPENAI_API_KEY"}


async def test_a_key_can_be_replaced_but_not_given_twice(container: Container) -> None:
    async with client_of(container) as client:
        created = (await client.post("/api-keys", json=KEY)).json()
        assert (await client.post("/api-keys", json=KEY)).status_code == 409
        changed = await client.patch(f"/api-keys/{created['id']}", json={"value": "sk-new"})
        assert changed.json()["version"] == 2
    found = await container.credentials.for_run(created["group_id"])
    assert found.keys["OPENAI_API_KEY"].get_secret_value() == "sk-new"


@pytest.mark.parametrize("value", ["", "   ", "two\nlines", "snow☃man"])
async def test_a_key_that_could_not_be_a_header_is_refused(
    client: httpx.AsyncClient, value: str
) -> None:
    refused = await client.post("/api-keys", json={**KEY, "value": value})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/value"


async def test_a_model_of_the_group_stands_in_for_the_shipped_one(
    client: httpx.AsyncClient,
) -> None:
    created = await client.post("/models", json=MODEL)
    assert created.status_code == 201, created.text
    again = await client.patch(created.headers["Location"], json={"temperature": 0.5})
    assert again.json()["temperature"] == 0.5
    cleared = await client.patch(created.headers["Location"], json={"temperature": None})
    assert cleared.json()["temperature"] is None


async def test_null_is_refused_where_it_means_nothing(client: httpx.AsyncClient) -> None:
    created = await client.post("/models", json=MODEL)
    refused = await client.patch(created.headers["Location"], json={"name": None})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/name"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://169.254.169.254/", "ftp://x.example"]
)
async def test_a_model_address_inside_the_network_is_refused(
    client: httpx.AsyncClient, url: str
) -> None:
    refused = await client.post("/models", json={**MODEL, "base_url": url})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/base_url"


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "array"}, "/json_schema/type"),
        (
            {"type": "object", "properties": {"a": {"type": "nonsense"}}},
            "/json_schema/properties/a/type",
        ),
        (
            {"type": "object", "properties": {"a": {"$ref": "https://example.com/x"}}},
            "/json_schema/properties/a/$ref",
        ),
    ],
)
async def test_a_schema_that_is_none_is_refused_at_the_faulty_place(
    client: httpx.AsyncClient, schema: dict[str, object], pointer: str
) -> None:
    refused = await client.post("/output-schemas", json={**SCHEMA, "json_schema": schema})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_headers_of_an_mcp_server_reach_a_run_and_nobody_else(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        created = await client.post("/mcp-servers", json=SERVER)
        assert created.status_code == 201, created.text
        assert created.json()["headers"] == {"set": True}
        group = created.json()["group_id"]
        found = await each_container.credentials.for_run(group, mcp_servers=["wiki"])
        assert found.tool_secrets["mcp:wiki"]["X-Token"].get_secret_value() == "canary-456"
        bare = await client.patch(created.headers["Location"], json={"headers": None})
        assert bare.json()["headers"] is None


async def test_a_tool_configuration_is_checked_merged_and_its_secrets_hidden(
    each_container: Container,
) -> None:
    async with each_container.database.write() as uow:
        await uow.repo(SampleRows).tool()
    async with client_of(each_container) as client:
        bad = await client.put(
            "/tools/sample", json={"config": {"limit": "tenfold", "token": "canary-tool-1"}}
        )
        assert bad.status_code == 422
        assert [error["pointer"] for error in bad.json()["errors"]] == ["/config/limit"]
        assert "tenfold" not in bad.text and "canary-tool-1" not in bad.text
        missing = await client.put("/tools/sample", json={"config": {"limit": 2}})
        assert [error["pointer"] for error in missing.json()["errors"]] == ["/config/token"]
        put = await client.put(
            "/tools/sample", json={"config": {"limit": 2, "token": "canary-tool-1"}}
        )
        assert put.status_code == 200, put.text
        assert put.json()["config"] == {"limit": 2, "unit": "m", "token": {"set": True}}
        kept = await client.put(
            "/tools/sample", json={"enabled": False, "config": put.json()["config"]}
        )
        assert (kept.json()["enabled"], kept.json()["version"]) == (False, 2)
        patched = await client.patch(
            "/tools/sample", json={"config": {"limit": 3}}, headers={"If-Match": '"2"'}
        )
        assert patched.json()["config"]["limit"] == 3
        late = await client.patch(
            "/tools/sample", json={"enabled": True}, headers={"If-Match": '"2"'}
        )
        assert late.status_code == 412
        listed = (await client.get("/tools")).json()["items"]
        assert [item["key"] for item in listed] == ["sample"]
        group = (await client.post("/models", json=MODEL)).json()["group_id"]
    found = await each_container.credentials.for_run(group, ["sample"])
    assert found.tool_secrets["sample"]["token"].get_secret_value() == "canary-tool-1"


async def test_shipped_models_are_everybodys_and_only_system_admins_change_them(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    admins = "root@example.com"
    container = await make_container(
        settings_for(database_kind, kasal_auth_mode="token", kasal_system_admins=admins)
    )
    async with container.database.write() as uow:
        shipped = await uow.repo(SampleRows).system_model("house")
    ada, root = [await make_person(container, email) for email in ("ada@example.com", admins)]
    async with client_as(container, ada) as client:
        assert [item["id"] for item in (await client.get("/models")).json()["items"]] == [shipped]
        assert (await client.patch(f"/models/{shipped}", json={"name": "x"})).status_code == 403
        assert (await client.delete(f"/models/{shipped}")).status_code == 403
        own = (await client.post("/models", json={**MODEL, "enabled": False})).json()["id"]
        assert [item["id"] for item in (await client.get("/models")).json()["items"]] == [own]
        assert (await client.get(f"/models/{shipped}")).status_code == 200
    async with client_as(container, root) as client:
        changed = await client.patch(f"/models/{shipped}", json={"temperature": 0.1})
        assert (changed.status_code, changed.json()["temperature"]) == (200, 0.1)
        assert (await client.patch(f"/models/{own}", json={"name": "x"})).status_code == 404
