"""Memory records as people browse, search, change, pin and remove them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.bootstrap import Container
from src.core.cursor import CursorSigner, ListScope
from src.core.errors import BadRequest
from src.schemas.databricks_index_schemas import MemoryType
from tests.support.http import client_of
from tests.support.memories import LESSONS, Crew, make_crew, observation

LONG = "long_term"


@pytest.fixture
async def crew(each_container: Container) -> AsyncIterator[Crew]:
    async with client_of(each_container) as client:
        yield await make_crew(each_container, client)


async def _page(crew: Crew, **query: Any) -> dict[str, Any]:
    answer = await crew.client.get("/memory/records", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def _read(crew: Crew, id: str, type: str = LONG) -> dict[str, Any]:
    answer = await crew.client.get(f"/memory/records/{type}/{id}")
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def _change(crew: Crew, id: str, body: dict[str, Any], type: str = LONG) -> dict[str, Any]:
    answer = await crew.client.patch(f"/memory/records/{type}/{id}", json=body)
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def test_a_group_without_any_memory_has_an_empty_list(client: httpx.AsyncClient) -> None:
    answer = await client.get("/memory/records")
    assert answer.json() == {"items": [], "next_cursor": None}
    stats = (await client.get("/memory/stats")).json()
    assert [kind["count"] for kind in stats["types"].values()] == [0, 0, 0, 0]
    found = await client.post("/memory/search", json={"query": "anything"})
    assert found.json()["items"] == []


async def test_a_record_is_shown_with_its_crew_and_the_columns_of_its_type(crew: Crew) -> None:
    id = await crew.lesson(LESSONS[0])
    record = await _read(crew, id)
    assert record["text"] == LESSONS[0]
    assert record["crew"] == {"identity": crew.identity, "crew_id": None, "name": "Prices"}
    assert record["fields"]["task_description"] == "Look"
    assert record["fields"]["tools_used"] == []
    assert (record["pinned"], record["used"], record["version"]) == (False, 0, 1)
    assert record["created_at"] is not None
    assert record["expires_at"] is None
    assert "embedding" not in record["fields"]


async def test_pages_go_through_every_type_without_loss_or_repeat(crew: Crew) -> None:
    kept = {await crew.lesson(f"Lesson {number} about copper") for number in range(5)}
    kept |= {await crew.observation(f"Saw {number} ships") for number in range(4)}
    kept |= {await crew.entity(f"Firm {number}", "A firm") for number in range(3)}
    seen: list[str] = []
    cursor = None
    while True:
        page = await _page(crew, limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 12
    assert set(seen) == kept


async def test_a_page_of_one_type_is_in_the_order_of_ids(crew: Crew) -> None:
    kept = [await crew.lesson(f"Lesson {number}") for number in range(6)]
    items = (await _page(crew, type=LONG))["items"]
    assert [item["id"] for item in items] == sorted(kept)


async def test_a_saved_crew_shows_what_it_kept_before_it_was_edited(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        crew = await make_crew(each_container, client, saved=True)
        old = await crew.lesson(LESSONS[0])
        agent = {"role": "Senior analyst", "goal": "Look", "memory": True}
        definition = {
            "agents_yaml": {"a": agent},
            "tasks_yaml": {"t": {"description": "L", "expected_output": "x", "agent": "a"}},
            "model": "demo/demo",
        }
        await client.patch(f"/crews/{crew.crew_id}", json={"definition": definition})
        again = await client.post("/executions", json={"crew_id": crew.crew_id})
        run = (await client.post(f"/executions/{again.json()['id']}/cancel")).json()
        assert run["crew_identity"] != crew.identity
        items = (await _page(crew, crew_id=crew.crew_id))["items"]
        assert [item["id"] for item in items] == [old]
        assert items[0]["crew"]["crew_id"] == crew.crew_id
        assert (await _page(crew, crew_id=run["crew_identity"]))["items"] == []
        changed = await _change(crew, old, {"content": "Acme pays late."})
        assert changed["crew"]["identity"] == crew.identity
        assert changed["id"] == old


async def test_an_unknown_crew_is_not_found(crew: Crew) -> None:
    for unknown in ("0" * 32, "11111111-1111-4111-8111-111111111111"):
        for path in ("/memory/records", "/memory/stats", "/memory/health"):
            answer = await crew.client.get(path, params={"crew_id": unknown})
            assert answer.status_code == 404, path
    answer = await crew.client.get("/memory/records", params={"crew_id": "x"})
    assert answer.status_code == 422


async def test_a_crew_that_never_ran_has_no_records(client: httpx.AsyncClient) -> None:
    definition = {
        "agents_yaml": {"a": {"role": "A", "goal": "g"}},
        "tasks_yaml": {"t": {"description": "d", "expected_output": "e", "agent": "a"}},
    }
    made = await client.post("/crews", json={"name": "New", "definition": definition})
    answer = await client.get("/memory/records", params={"crew_id": made.json()["id"]})
    assert answer.json()["items"] == []


async def test_a_record_is_found_by_what_it_means(crew: Crew) -> None:
    ids = [await crew.lesson(text) for text in LESSONS]
    body = {"query": "When does Acme send invoices?", "limit": 2}
    found = (await crew.client.post("/memory/search", json=body)).json()
    assert found["items"][0]["record"]["id"] == ids[0]
    assert found["items"][0]["rank"] == 1
    assert 0 <= found["items"][0]["score"] <= 1
    assert len(found["items"]) <= 2
    assert found["backend"] == "default"


async def test_a_search_can_be_kept_to_types_and_to_a_crew(crew: Crew) -> None:
    await crew.lesson("Copper is red.")
    entity = await crew.entity("Copper Corp", "Mines copper")
    body = {"query": "copper", "types": ["entity"]}
    found = (await crew.client.post("/memory/search", json=body)).json()
    assert [item["record"]["id"] for item in found["items"]] == [entity]
    other = await make_crew(crew.container, crew.client, name="Other")
    body = {"query": "copper", "crew_id": other.identity}
    assert (await crew.client.post("/memory/search", json=body)).json()["items"] == []


async def test_a_changed_text_is_found_by_its_new_words_only(crew: Crew) -> None:
    id = await crew.lesson(LESSONS[0])
    changed = await _change(crew, id, {"content": "Zebras live in herds."})
    assert changed["text"] == "Zebras live in herds."
    assert changed["version"] == 2
    assert changed["fields"]["task_description"] == "Look"
    found = await crew.client.post("/memory/search", json={"query": "zebras in herds"})
    assert found.json()["items"][0]["record"]["id"] == id
    storage = await crew.storage()
    record = (await storage.get(MemoryType.LONG_TERM, [id]))[0]
    assert record.fields["embedding_model"] == storage.embedder.plan.name


async def test_weights_change_without_touching_the_text(crew: Crew) -> None:
    id = await crew.lesson(LESSONS[0])
    changed = await _change(crew, id, {"importance": 1.0, "quality": 0.25})
    assert (changed["fields"]["importance"], changed["fields"]["quality"]) == (1.0, 0.25)
    assert changed["text"] == LESSONS[0]


async def test_an_entity_keeps_where_it_was_seen_when_it_is_changed(crew: Crew) -> None:
    id = await crew.entity("Acme", "A shop")
    body = {"entity_name": "Acme Ltd", "description": "A chain", "relationships": ["owns Lyon"]}
    changed = await _change(crew, id, body, "entity")
    assert changed["fields"]["relationships"] == ["owns Lyon"]
    assert changed["sources"]
    assert "Acme Ltd (company)" in changed["text"]
    storage = await crew.storage()
    record = (await storage.get(MemoryType.ENTITY, [id]))[0]
    assert "observed_in" in str(record.fields["relationships"])


@pytest.mark.parametrize("type", ["long_term", "entity"])
async def test_a_change_made_for_an_older_version_is_refused(crew: Crew, type: str) -> None:
    is_lesson = type == "long_term"
    id = await (crew.lesson("Old") if is_lesson else crew.entity("Old", "old"))
    name = "content" if is_lesson else "description"
    before = (await _read(crew, id, type))["version"]
    await _change(crew, id, {name: "New"}, type)
    path, body = f"/memory/records/{type}/{id}", {name: "Newer"}
    headers = {"If-Match": f'"{before}"'}
    refused = await crew.client.patch(path, json=body, headers=headers)
    assert refused.status_code == 412
    now = (await _read(crew, id, type))["version"]
    headers = {"If-Match": f'"{now}"'}
    assert (await crew.client.patch(path, json=body, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("type", "body", "pointer"),
    [
        ("long_term", {"description": "x"}, "/description"),
        ("entity", {"content": "x"}, "/content"),
        ("entity", {"ttl_hours": 1}, "/ttl_hours"),
        ("short_term", {"importance": 0.1}, "/importance"),
        ("long_term", {"importance": 2}, "/importance"),
        ("long_term", {"colour": "red"}, "/colour"),
        ("long_term", {"content": None}, "/content"),
    ],
)
async def test_a_field_that_the_type_does_not_have_is_named(
    client: httpx.AsyncClient, type: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await client.patch(f"/memory/records/{type}/x", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_pinned_observation_does_not_expire_until_it_is_unpinned(crew: Crew) -> None:
    id = await crew.observation("The door code changed.")
    before = await _read(crew, id, "short_term")
    assert before["expires_at"] is not None
    pinned = await _change(crew, id, {"pinned": True}, "short_term")
    assert (pinned["pinned"], pinned["expires_at"]) == (True, None)
    again = await _change(crew, id, {"pinned": True}, "short_term")
    assert again["pinned"]
    assert again["version"] == pinned["version"]
    freed = await _change(crew, id, {"pinned": False}, "short_term")
    assert (freed["pinned"], freed["expires_at"]) == (False, before["expires_at"])


async def test_a_pinned_observation_takes_the_time_it_is_given_for_later(crew: Crew) -> None:
    id = await crew.observation("The door code changed.")
    await _change(crew, id, {"pinned": True}, "short_term")
    kept = await _change(crew, id, {"ttl_hours": 48}, "short_term")
    assert kept["expires_at"] is None
    freed = await _change(crew, id, {"pinned": False}, "short_term")
    assert freed["fields"]["ttl_hours"] == 48


async def test_a_removed_record_is_gone_with_its_pin(crew: Crew) -> None:
    id = await crew.lesson(LESSONS[0])
    other = await crew.lesson(LESSONS[1])
    await _change(crew, id, {"pinned": True})
    path = f"/memory/records/{LONG}/{id}"
    assert (await crew.client.delete(path)).status_code == 204
    assert (await crew.client.get(path)).status_code == 404
    assert (await crew.client.delete(path)).status_code == 404
    assert (await crew.client.patch(path, json={"importance": 1})).status_code == 404
    assert [item["id"] for item in (await _page(crew))["items"]] == [other]
    stats = (await crew.client.get("/memory/stats")).json()
    assert stats["types"][LONG]["pinned"] == 0


async def test_documents_are_not_changed_chunk_by_chunk(client: httpx.AsyncClient) -> None:
    path = "/memory/records/document/x"
    for answer in (await client.patch(path, json={"pinned": True}), await client.delete(path)):
        assert answer.status_code == 422
        assert "/knowledge/documents" in answer.json()["detail"]
    assert (await client.get(path)).status_code == 404


async def test_who_used_a_record_is_told(crew: Crew) -> None:
    used, unused = await crew.lesson(LESSONS[0]), await crew.lesson(LESSONS[1])
    await crew.used(MemoryType.LONG_TERM, [used])
    await crew.used(MemoryType.LONG_TERM, [used], task="other")
    assert (await _read(crew, used))["used"] == 1
    assert (await _read(crew, unused))["used"] == 0
    path = f"/memory/records/{LONG}/{used}/executions"
    items = (await crew.client.get(path)).json()["items"]
    assert [(item["execution_id"], item["times"]) for item in items] == [(crew.execution_id, 2)]
    assert items[0]["best_rank"] == 1
    path = f"/memory/records/{LONG}/{unused}/executions"
    assert (await crew.client.get(path)).json()["items"] == []
    path = f"/memory/records/{LONG}/nobody/executions"
    assert (await crew.client.get(path)).status_code == 404


async def test_clearing_a_crew_leaves_the_others_alone(crew: Crew) -> None:
    other = await make_crew(crew.container, crew.client, name="Other")
    kept = await other.lesson(LESSONS[0])
    for text in LESSONS:
        await crew.lesson(text)
    await crew.observation("Seen")
    params = {"crew_id": crew.identity, "type": LONG}
    answer = await crew.client.delete("/memory/records", params=params)
    assert answer.status_code == 200
    assert answer.json() == {"removed": {LONG: 3}, "job_id": None}
    left = (await _page(crew, crew_id=crew.identity))["items"]
    assert [item["type"] for item in left] == ["short_term"]
    params = {"crew_id": crew.identity}
    removed = (await crew.client.delete("/memory/records", params=params)).json()["removed"]
    assert removed == {"short_term": 1, "long_term": 0, "entity": 0}
    assert [item["id"] for item in (await _page(crew))["items"]] == [kept]
    assert (await crew.client.delete("/memory/records")).status_code == 422


async def test_counts_are_what_a_scan_finds_after_writes_and_deletes(crew: Crew) -> None:
    ids = [await crew.lesson(f"Lesson {number}") for number in range(7)]
    await crew.keep(MemoryType.SHORT_TERM, observation("Old news", hours_old=30))
    await crew.observation("News")
    await _change(crew, ids[0], {"pinned": True})
    await crew.client.delete(f"/memory/records/{LONG}/{ids[1]}")
    stats = (await crew.client.get("/memory/stats")).json()
    for type, figures in stats["types"].items():
        items = (await _page(crew, type=type, limit=200))["items"]
        assert figures["count"] == figures["scanned"] == len(items)
    lessons = stats["types"][LONG]
    assert (lessons["count"], lessons["pinned"], lessons["expired"]) == (6, 1, 0)
    assert stats["types"]["short_term"]["expired"] == 1
    assert lessons["text_bytes"] == sum(
        len(item["text"].encode()) for item in (await _page(crew, type=LONG))["items"]
    )
    assert stats["embedder"]["dimension"] == 256
    assert stats["crews_total"] == 1
    own = stats["crews"][0]
    assert own["crew"]["name"] == "Prices"
    assert own["counts"][LONG] == {"count": 6, "pinned": 1}


async def test_a_health_report_names_records_and_what_to_do(crew: Crew) -> None:
    twins = [await crew.lesson("Acme pays its invoices late."), ""]
    twins[1] = await crew.lesson("Acme pays its invoices late!")
    value = "dapi" + "0a" * 16
    secret = await crew.lesson(f"Sign in with {value} to see stock")
    expired = await crew.keep(MemoryType.SHORT_TERM, observation("Old news", hours_old=30))
    old = await crew.lesson(
        "Zebras live in herds", timestamp="2020-01-01T00:00:00+00:00", last_accessed=None
    )
    await crew.used(MemoryType.LONG_TERM, [twins[0]])
    await crew.stored(MemoryType.LONG_TERM, [twins[1]])
    answer = await crew.client.get("/memory/health")
    assert value not in answer.text
    report = answer.json()
    found = {finding["kind"]: finding for finding in report["findings"]}
    assert sorted(found["near_duplicate"]["record_ids"]) == sorted(twins)
    assert found["secret"]["record_ids"] == [secret]
    assert found["expired"]["record_ids"] == [expired]
    assert found["never_recalled"]["record_ids"] == [old]
    assert found["loop"]["record_ids"] == twins
    assert all(finding["suggestion"] for finding in report["findings"])
    assert report["counts"] == dict.fromkeys(
        ("near_duplicate", "never_recalled", "loop", "secret", "expired"), 1
    )
    assert all(scan["complete"] for scan in report["scans"])


async def test_a_cursor_belongs_to_its_filters(crew: Crew) -> None:
    for number in range(3):
        await crew.lesson(f"Lesson {number}")
    cursor = (await _page(crew, type=LONG, limit=1))["next_cursor"]
    for query in ({}, {"type": "entity"}, {"type": LONG, "crew_id": crew.identity}):
        answer = await crew.client.get("/memory/records", params={**query, "cursor": cursor})
        assert answer.status_code == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, *MemoryType]), st.text(max_size=36))
def test_a_cursor_comes_back_as_it_was_and_serves_no_other_scope(
    position: str, type: MemoryType | None, crew_id: str
) -> None:
    position = position.encode("utf-8", "ignore").decode()
    crew_id = crew_id.encode("utf-8", "ignore").decode()
    signer = CursorSigner(b"key")
    scope = ListScope("g", "memory-records", (("type", type), ("crew", crew_id)))
    cursor = signer.issue(f"{type}:{position}", scope)
    assert signer.read(cursor, scope) == f"{type}:{position}"
    others = (
        ListScope("h", "memory-records", scope.filters),
        ListScope("g", "memory-uses", scope.filters),
        ListScope("g", "memory-records", (("type", type), ("crew", crew_id + "x"))),
    )
    for other in others:
        with pytest.raises(BadRequest):
            signer.read(cursor, other)


async def test_a_person_can_teach_a_crew(crew: Crew) -> None:
    body = {"crew_id": crew.identity, "content": "Acme moved to Lyon."}
    made = await crew.client.post("/memory/records", json=body)
    assert made.status_code == 201, made.text
    record = made.json()
    assert (record["type"], record["text"]) == (LONG, "Acme moved to Lyon.")
    assert (await crew.client.get(made.headers["Location"])).json() == record
    found = await crew.client.post("/memory/search", json={"query": "Where is Acme?"})
    assert found.json()["items"][0]["record"]["id"] == record["id"]
    entity = {"type": "entity", "entity_name": "Acme", "entity_type": "shop", "description": "d"}
    made = await crew.client.post("/memory/records", json={"crew_id": crew.identity, **entity})
    assert made.json()["text"] == "Acme (shop): d"
    seen = {"type": "short_term", "content": "Rain."}
    made = await crew.client.post("/memory/records", json={"crew_id": crew.identity, **seen})
    assert made.json()["expires_at"] is not None


@pytest.mark.parametrize(
    "body",
    [
        {"type": "entity", "content": "x"},
        {"type": "long_term"},
        {"type": "long_term", "content": "x", "entity_name": "y"},
        {"type": "document", "content": "x"},
    ],
)
async def test_what_is_taught_must_fit_its_type(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await client.post("/memory/records", json={"crew_id": "0" * 32, **body})
    assert answer.status_code == 422
