"""Who may read, change and move what crews remember."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from src.bootstrap import Container
from tests.conftest import MakeContainer, SettingsFor
from tests.support.people import client_as, make_person

ID = "11111111-1111-4111-8111-111111111111"
READS: list[tuple[str, str, Any]] = [
    ("GET", "/memory/records", None),
    ("POST", "/memory/search", {"query": "x"}),
    ("GET", "/memory/stats", None),
    ("GET", "/memory/health", None),
    ("GET", "/memory/migrations", None),
]
CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/memory/records", {"crew_id": ID, "content": "x"}),
    ("PATCH", "/memory/records/long_term/x", {"importance": 1}),
    ("DELETE", "/memory/records/long_term/x", None),
    ("DELETE", f"/memory/records?crew_id={ID}", None),
    ("POST", "/memory/forget", {"subject": "nobody", "crew_id": ID}),
]
MOVES: list[tuple[str, str, Any]] = [("POST", "/memory/migrations", {"to_backend_id": ID})]


@pytest_asyncio.fixture
async def members(
    settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Clients of one group by role."""
    container: Container = await make_container(settings_for(kasal_auth_mode="token"))
    ada = await make_person(container, "ada@example.com")
    clients = {"admin": client_as(container, ada)}
    group = (await clients["admin"].post("/groups", json={"name": "Team"})).json()["id"]
    clients["admin"] = client_as(container, ada, group_id=group)
    for role in ("operator", "editor"):
        person = await make_person(container, f"{role}@example.com")
        body = {"email": person.email, "role": role}
        added = await clients["admin"].post(f"/groups/{group}/members", json=body)
        assert added.status_code == 201
        clients[role] = client_as(container, person, group_id=group)
    yield clients
    for client in clients.values():
        await client.aclose()


async def _status(client: httpx.AsyncClient, call: tuple[str, str, Any]) -> int:
    method, path, body = call
    return (await client.request(method, path, json=body)).status_code


async def test_everybody_reads_editors_change_and_admins_move(
    members: dict[str, httpx.AsyncClient],
) -> None:
    for role, client in members.items():
        for call in READS:
            assert await _status(client, call) == 200, (role, call)
        for call in CHANGES:
            expected = 403 if role == "operator" else 404
            assert await _status(client, call) == expected, (role, call)
        for call in MOVES:
            expected = 404 if role == "admin" else 403
            assert await _status(client, call) == expected, (role, call)
