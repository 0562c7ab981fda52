import asyncio

import httpx
import pytest

from tests.support.operations import DEFINITION


@pytest.mark.parametrize("after", ["0", "1", "2", "3", "2147483647"])
async def test_the_stream_of_an_ended_execution_ends_wherever_it_is_resumed(
    client: httpx.AsyncClient, after: str
) -> None:
    started = await client.post("/executions", json={**DEFINITION, "model": "demo/demo"})
    id = started.json()["id"]
    await client.post(f"/executions/{id}/cancel")
    async with asyncio.timeout(60):
        stream = await client.get(
            f"/executions/{id}/events/stream", headers={"Last-Event-ID": after}
        )
    expected = {"0": 2, "1": 1}.get(after, 0)
    assert stream.text.count("\ndata: ") == expected
