import httpx

from src.bootstrap import Container
from tests.support.http import client_of

AGENT = {"name": "Analyst", "config": {"role": "Analyst", "goal": "Find price moves"}}


async def test_an_agent_is_created_read_changed_and_deleted(each_container: Container) -> None:
    async with client_of(each_container) as client:
        created = await client.post("/agents", json=AGENT)
        assert created.status_code == 201
        location = created.headers["Location"]
        changed = await client.patch(location, json={"name": "Reader"}, headers={"If-Match": '"1"'})
        assert (changed.json()["name"], changed.json()["version"]) == ("Reader", 2)
        assert (await client.delete(location)).status_code == 204
        assert (await client.get(location)).status_code == 404


async def test_a_change_made_for_an_older_version_is_refused(client: httpx.AsyncClient) -> None:
    location = (await client.post("/agents", json=AGENT)).headers["Location"]
    await client.patch(location, json={"name": "First"})
    late = await client.patch(location, json={"name": "Second"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.json()["code"] == "version-conflict"


async def test_a_list_is_paged_newest_first_without_gap_or_repeat(
    client: httpx.AsyncClient,
) -> None:
    made = [(await client.post("/agents", json=AGENT)).json()["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/agents", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
