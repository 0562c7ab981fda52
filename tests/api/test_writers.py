"""Every 201 is stored, also when sixteen write at once, and readers go on meanwhile."""

import asyncio

import httpx
import pytest

from src.bootstrap import Container
from tests.support.http import client_of
from tests.support.operations import AGENT, DEFINITION

WRITERS = 16
WRITES = 25


async def test_sixteen_writers_lose_nothing_and_hold_nobody_up(each_container: Container) -> None:
    async with client_of(each_container) as client:
        await client.get("/me")
        stop = asyncio.Event()
        reader = asyncio.create_task(_read_until(client, stop))
        answers = await asyncio.gather(*(_write(client, number) for number in range(WRITERS)))
        stop.set()
        assert await reader > 0
        acknowledged = {id for ids in answers for id in ids}
        assert len(acknowledged) == WRITERS * WRITES
        assert acknowledged == await _stored(client)


@pytest.mark.parametrize("writers", [8])
async def test_changes_of_one_crew_at_once_get_a_version_each(
    each_container: Container, writers: int
) -> None:
    async with client_of(each_container) as client:
        body = {"name": "x", "definition": DEFINITION}
        at = (await client.post("/crews", json=body)).headers["Location"]

        async def change(number: int) -> int:
            definition = {**DEFINITION, "model": f"demo/{number}"}
            answer = await client.patch(at, json={"definition": definition})
            assert answer.status_code == 200, answer.text
            version: int = answer.json()["current_version"]
            return version

        versions = await asyncio.gather(*(change(number) for number in range(writers)))
    assert sorted(versions) == list(range(2, writers + 2))


async def _write(client: httpx.AsyncClient, number: int) -> list[str]:
    ids = []
    for turn in range(WRITES):
        body = {"name": f"{number}-{turn}", "config": AGENT}
        answer = await client.post("/agents", json=body)
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
    return ids


async def _read_until(client: httpx.AsyncClient, stop: asyncio.Event) -> int:
    reads = 0
    while not stop.is_set():
        assert (await client.get("/agents", params={"limit": 5})).status_code == 200
        reads += 1
    return reads


async def _stored(client: httpx.AsyncClient) -> set[str]:
    ids: set[str] = set()
    cursor: str | None = None
    while True:
        params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/agents", params=params)).json()
        ids |= {item["id"] for item in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return ids
