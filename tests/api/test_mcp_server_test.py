"""Trying out an MCP server before any agent uses it."""

from collections.abc import Iterator

import pytest
from mcp.server.fastmcp import FastMCP

from tests.conftest import MakeContainer, SettingsFor
from tests.support.http import client_of
from tests.support.server_thread import free_port, serving


@pytest.fixture(scope="module")
def shop_url() -> Iterator[str]:
    shop = FastMCP("shop")

    @shop.tool()
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    with serving(shop.streamable_http_app(), lifespan="on") as url:
        yield f"{url}/mcp"


async def _tested(
    make_container: MakeContainer, settings_for: SettingsFor, url: str
) -> dict[str, object]:
    container = await make_container(settings_for(kasal_allow_private_urls=True))
    async with client_of(container) as client:
        body = {"name": "shop", "url": url, "headers": {"X-Key": "canary-789"}}
        created = (await client.post("/mcp-servers", json=body)).json()
        answer = await client.post(f"/mcp-servers/{created['id']}/test")
    assert answer.status_code == 200
    assert "canary-789" not in answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_a_server_that_answers_shows_its_tools(
    make_container: MakeContainer, settings_for: SettingsFor, shop_url: str
) -> None:
    found = await _tested(make_container, settings_for, shop_url)
    assert found["ok"] is True
    assert found["tools"] == [{"name": "add", "description": "Adds two numbers."}]


async def test_a_server_that_is_away_is_reported_with_the_reason(
    make_container: MakeContainer, settings_for: SettingsFor
) -> None:
    found = await _tested(make_container, settings_for, f"http://127.0.0.1:{free_port()}/mcp")
    assert found["ok"] is False
    assert found["error"] == {
        "code": "no-answer",
        "message": "MCP server 'shop' cannot be reached: All connection attempts failed",
    }
