"""Copying memory from one backend to another."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.engines.base import Credentials
from src.memory.plan import EmbedderPlan, MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import IndexSpec
from src.repositories.vector.errors import IndexExists, StoreUnavailable
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from src.schemas.databricks_index_schemas import MemoryType
from src.services.memory.reach import MemoryReach
from tests.conftest import Kind
from tests.support.embedders import HashedEmbedder
from tests.support.http import client_of
from tests.support.memories import LESSONS, Crew, make_crew, run_job

INDEXES = {f"{type}_index": f"other_{type}" for type in ("short_term", "long_term", "entity")}


@pytest.fixture
async def crew(each_container: Container) -> AsyncIterator[Crew]:
    async with client_of(each_container) as client:
        yield await make_crew(each_container, client)


async def _backend(client: httpx.AsyncClient, **body: Any) -> str:
    made = await client.post("/memory/backends", json={"name": "Other", "kind": "default", **body})
    assert made.status_code == 201, made.text
    id: str = made.json()["id"]
    return id


async def _migrate(crew: Crew, **body: Any) -> dict[str, Any]:
    answer = await crew.client.post("/memory/migrations", json=body)
    assert answer.status_code == 202, answer.text
    job = await run_job(crew.container, crew.group_id, answer.json()["id"])
    shown = (await crew.client.get(answer.headers["Location"])).json()
    assert shown["status"] == job["status"]
    return job


async def _records(crew: Crew) -> dict[str, Any]:
    page = (await crew.client.get("/memory/records", params={"limit": 200})).json()
    return {item["id"]: item for item in page["items"]}


async def _fill(crew: Crew) -> None:
    for text in LESSONS:
        await crew.lesson(text)
    pinned = await crew.observation("The door code changed.")
    await crew.client.patch(f"/memory/records/short_term/{pinned}", json={"pinned": True})
    await crew.entity("Acme", "A shop")


async def test_everything_is_there_afterwards_and_the_source_as_it_was(
    crew: Crew, database_kind: Kind
) -> None:
    await _fill(crew)
    before = await _records(crew)
    kinds: dict[str, Any] = {"kind": "default", "config": INDEXES}
    if database_kind == "postgres":
        kinds = {"kind": "pgvector"}
    target = await _backend(crew.client, **kinds)
    job = await _migrate(crew, to_backend_id=target)
    assert job["status"] == "done", job
    assert job["result"] == {
        "dry_run": False,
        "copied": {"short_term": 1, "long_term": 3, "entity": 1},
        "present": {"short_term": 0, "long_term": 0, "entity": 0},
        "renamed": 0,
        "verified": {"short_term": 1, "long_term": 3, "entity": 1},
        "different": [],
        "complete": True,
        "embedded_anew": False,
    }
    assert await _records(crew) == before
    await crew.client.post(f"/memory/backends/{target}/activate")
    assert await _records(crew) == before
    found = await crew.client.post("/memory/search", json={"query": "When does Acme pay?"})
    assert found.json()["items"]


async def test_migrating_again_copies_what_is_new_and_keeps_what_is_newer(crew: Crew) -> None:
    ids = [await crew.lesson(text) for text in LESSONS]
    target = await _backend(crew.client, config=INDEXES)
    await _migrate(crew, to_backend_id=target)
    await crew.lesson("One more.")
    await crew.client.post(f"/memory/backends/{target}/activate")
    body = {"content": "Changed in the target."}
    await crew.client.patch(f"/memory/records/long_term/{ids[0]}", json=body)
    job = await _migrate(crew, to_backend_id=target)
    assert job["result"]["copied"]["long_term"] == 1
    assert job["result"]["present"]["long_term"] == 3
    assert job["result"]["complete"]
    records = await _records(crew)
    assert records[ids[0]]["text"] == "Changed in the target."
    assert len(records) == 4


async def test_a_dry_run_counts_and_copies_nothing(crew: Crew) -> None:
    await _fill(crew)
    target = await _backend(crew.client, config=INDEXES)
    job = await _migrate(crew, to_backend_id=target, dry_run=True)
    assert job["result"]["source"] == {"short_term": 1, "long_term": 3, "entity": 1}
    assert job["result"]["target"] == {"short_term": 0, "long_term": 0, "entity": 0}
    await crew.client.post(f"/memory/backends/{target}/activate")
    assert await _records(crew) == {}


async def test_types_and_crews_can_be_chosen(crew: Crew) -> None:
    await _fill(crew)
    other = await make_crew(crew.container, crew.client, name="Other")
    await other.lesson("Not this one.")
    target = await _backend(crew.client, config=INDEXES)
    job = await _migrate(crew, to_backend_id=target, types=["long_term"], crew_id=crew.identity)
    assert job["result"]["copied"] == {"long_term": 3}


async def test_the_same_place_twice_or_none_at_all_is_refused(crew: Crew) -> None:
    unknown = "11111111-1111-4111-8111-111111111111"
    for body, status in (
        ({}, 422),
        ({"from_backend_id": unknown, "to_backend_id": unknown}, 422),
        ({"to_backend_id": unknown}, 404),
    ):
        answer = await crew.client.post("/memory/migrations", json=body)
        assert answer.status_code == status
    run = await crew.client.post("/memory/forget", json={"subject": "nobody"})
    assert (await crew.client.get(f"/memory/migrations/{run.json()['id']}")).status_code == 404


async def test_migrations_are_listed_without_other_jobs(crew: Crew) -> None:
    target = await _backend(crew.client, config=INDEXES)
    await crew.client.post("/memory/forget", json={"subject": "nobody"})
    job = await _migrate(crew, to_backend_id=target, dry_run=True)
    items = (await crew.client.get("/memory/migrations")).json()["items"]
    assert [item["id"] for item in items] == [job["id"]]


class TwoStores:
    """The built-in store, and one in memory for whatever is not the built-in default."""

    def __init__(self, crew: Crew) -> None:
        self._own = crew.container.memory_access
        self.target = InMemoryVectorIndexRepository()
        self.failures = 0

    async def storage(
        self, group_id: str, plan: MemoryPlan, credentials: Credentials
    ) -> MemoryStorage:
        if plan.backend_id is None:
            return await self._own.storage(group_id, plan, credentials)
        embedder = EmbedderPlan(provider="openai", model="letters", dimension=27, normalised=False)
        plan = plan.model_copy(update={"embedder": embedder})
        for type, index in plan.indexes.items():
            try:
                await self.target.create_index(IndexSpec(index.ref(type), 27, embedder.name))
            except IndexExists:
                continue
        stores = self

        class Failing(MemoryStorage):
            async def write(self, memory_type: Any, records: Any) -> int:
                if stores.failures:
                    stores.failures -= 1
                    raise StoreUnavailable("not now")
                return await super().write(memory_type, records)

        return Failing(self.target, HashedEmbedder(embedder), plan, group_id)


@pytest.fixture
def stores(crew: Crew) -> TwoStores:
    stores = TwoStores(crew)
    own = crew.container
    reach = MemoryReach(own.database, own.memory_plans, stores, own.credentials)
    own.__dict__["memory_reach"] = reach
    return stores


async def test_another_embedder_embeds_every_text_anew(crew: Crew, stores: TwoStores) -> None:
    await _fill(crew)
    embedder = {"provider": "openai", "model": "letters", "dimension": 27}
    config = {**INDEXES, "embedder": embedder}
    await crew.client.post("/api-keys", json={"name": "OPENAI_API_KEY", "value": "x"})
    target = await _backend(crew.client, config=config)
    job = await _migrate(crew, to_backend_id=target)
    assert job["result"]["embedded_anew"]
    assert job["result"]["complete"]
    await crew.client.post(f"/memory/backends/{target}/activate")
    records = await _records(crew)
    assert len(records) == 5
    lessons = [item for item in records.values() if item["type"] == "long_term"]
    assert {item["fields"]["embedding_model"] for item in lessons} == {"openai/letters"}


async def test_a_copy_that_broke_off_goes_on_where_it_was(crew: Crew, stores: TwoStores) -> None:
    await _fill(crew)
    target = await _backend(crew.client, config=INDEXES)
    stores.failures = 2
    answer = await crew.client.post("/memory/migrations", json={"to_backend_id": target})
    id = answer.json()["id"]
    statuses = [(await run_job(crew.container, crew.group_id, id))["status"] for _ in range(3)]
    assert statuses == ["queued", "queued", "done"]
    job = (await crew.client.get(f"/memory/migrations/{id}")).json()
    assert job["result"]["copied"] == {"short_term": 1, "long_term": 3, "entity": 1}
    assert job["result"]["complete"]
    storage = await crew.storage()
    assert await storage.count(MemoryType.LONG_TERM) == 3
