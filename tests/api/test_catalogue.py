"""What a group has switched off is not offered to its crews, nor chosen for them."""

from typing import Any

import httpx
from pydantic import SecretStr

from tests.conftest import MakeContainer, SettingsFor
from tests.support.http import client_of
from tests.support.plans import a_crew, a_task, an_agent

SERVER = {"name": "wiki", "url": "https://example.com/mcp", "enabled": False}


async def problems(client: httpx.AsyncClient, crew: dict[str, Any]) -> dict[str, str]:
    answer = await client.post("/executions", json=crew)
    return {error["pointer"]: error["code"] for error in answer.json().get("errors", ())}


async def test_a_switched_off_mcp_server_is_disabled_and_not_unknown(
    client: httpx.AsyncClient,
) -> None:
    created = await client.post("/mcp-servers", json=SERVER)
    assert created.status_code == 201, created.text
    crew = a_crew(agents={"analyst": an_agent(tools=["mcp:wiki", "mcp:other"])})

    assert await problems(client, crew) == {
        "/agents_yaml/analyst/tools/0": "disabled-tool",
        "/agents_yaml/analyst/tools/1": "unknown-tool",
    }


async def test_a_switched_off_model_is_not_chosen_for_crews_that_name_none(
    make_container: MakeContainer, settings_for: SettingsFor
) -> None:
    settings = settings_for(openai_api_key=SecretStr("sk-1"), anthropic_api_key=SecretStr("sk-2"))
    container = await make_container(settings)
    async with client_of(container) as client:
        model = {"key": "ours", "name": "gpt-4o-mini", "provider": "openai", "enabled": False}
        created = await client.post("/models", json=model)
        assert created.status_code == 201, created.text

        crew = a_crew(tasks={"moves": a_task()})
        started = await client.post("/executions", json=crew)
        assert started.status_code == 202, started.text
        crew = a_crew(model="openai/gpt-4o-mini")
        assert await problems(client, crew) == {"/model": "disabled-model"}


async def test_what_an_admin_says_of_a_tool_holds_for_the_very_next_run(
    client: httpx.AsyncClient,
) -> None:
    created = await client.post("/mcp-servers", json={**SERVER, "enabled": True})
    assert created.status_code == 201, created.text
    crew = a_crew(agents={"analyst": an_agent(tools=["mcp:wiki"])}, model="demo/demo")
    started = await client.post("/executions", json=crew)
    assert started.status_code == 202, started.text

    off = await client.patch(
        f"/mcp-servers/{created.json()['id']}", json={"enabled": False}, headers={"If-Match": "1"}
    )
    assert off.status_code == 200, off.text
    assert await problems(client, crew) == {"/agents_yaml/analyst/tools/0": "disabled-tool"}
