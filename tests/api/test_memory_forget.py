"""Forgetting: what goes, what stays, and what the order itself remembers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.bootstrap import Container
from src.memory.forgetting import FORGOTTEN
from src.models.execution import Execution, ExecutionEvent, ExecutionTask
from src.models.registry import metadata
from src.schemas.databricks_index_schemas import MemoryType
from tests.support.http import client_of
from tests.support.memories import LESSONS, Crew, make_crew, run_job
from tests.support.rows import NOW

SUBJECT = "Jane Doe"


class Traces:
    """What a run of this crew would have left about the subject."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, crew: Crew, text: str) -> None:
        id = crew.execution_id
        pieces = [text[:8], text[8:]]
        events = [
            *({"type": "llm_chunk", "span_id": "call", "data": {"text": one}} for one in pieces),
            {"type": "tool_completed", "span_id": "tool", "data": {"result": {"said": [text]}}},
            {"type": "log", "span_id": "log", "data": {"message": "100% fine"}},
        ]
        for seq, event in enumerate(events, start=100):
            row = {"execution_id": id, "group_id": crew.group_id, "seq": seq, "at": NOW, **event}
            await self.session.execute(insert(ExecutionEvent), [row])
        await self.session.execute(
            update(Execution)
            .where(Execution.id == id)
            .values(
                inputs={"who": text, "what": "stock"}, result={"raw": f"# {text}", "json": None}
            )
        )
        await self.session.execute(
            update(ExecutionTask)
            .where(ExecutionTask.execution_id == id)
            .values(output=f"About {text}", output_json={text: 1})
        )

    async def everything(self) -> str:
        """Every row of every table."""
        found: list[Any] = []
        for table in metadata.sorted_tables:
            found += [list(row) for row in await self.session.execute(table.select())]
        return json.dumps(found, default=str, ensure_ascii=False)


@pytest.fixture
async def crew(each_container: Container) -> AsyncIterator[Crew]:
    async with client_of(each_container) as client:
        yield await make_crew(each_container, client)


async def _forget(crew: Crew, **body: Any) -> dict[str, Any]:
    answer = await crew.client.post("/memory/forget", json=body)
    assert answer.status_code == 202, answer.text
    job = await run_job(crew.container, crew.group_id, answer.json()["id"])
    assert job["status"] == "done", job
    return job


async def _leave_traces(crew: Crew, text: str) -> None:
    async with crew.container.database.write() as uow:
        await uow.repo(Traces).of(crew, text)


async def _everything(crew: Crew) -> str:
    async with crew.container.database.read() as uow:
        return await uow.repo(Traces).everything()


async def _ids(crew: Crew) -> set[str]:
    page = (await crew.client.get("/memory/records")).json()
    return {item["id"] for item in page["items"]}


async def test_a_subject_is_gone_from_records_and_from_every_table(crew: Crew) -> None:
    kept = await crew.lesson(LESSONS[0])
    gone = [
        await crew.lesson(f"{SUBJECT} prefers tea."),
        await crew.observation("Somebody called.", query_text="Who is jane  doe?"),
        await crew.entity(SUBJECT, "A customer"),
    ]
    await crew.client.patch(f"/memory/records/long_term/{gone[0]}", json={"pinned": True})
    await crew.used(MemoryType.LONG_TERM, [gone[0], kept], excerpt=f"{SUBJECT} prefers tea.")
    await _leave_traces(crew, f"Ms {SUBJECT}")
    job = await _forget(crew, subject="jane doe")
    assert await _ids(crew) == {kept}
    assert SUBJECT.lower() not in (await _everything(crew)).lower()
    result = job["result"]
    assert result["records"] == {"short_term": 1, "long_term": 1, "entity": 1}
    assert {id for _, id in result["record_ids"]} == set(gone)
    assert result["texts"]["events"] == 3
    assert result["texts"]["receipts"] == 2
    assert (result["complete"], result["remaining"]) == (True, {})
    run = (await crew.client.get(f"/executions/{crew.execution_id}")).json()
    assert run["inputs"] == {"who": FORGOTTEN, "what": "stock"}
    assert run["result"]["raw"] == FORGOTTEN


async def test_a_dry_run_changes_nothing_and_says_what_would_go(crew: Crew) -> None:
    id = await crew.lesson(f"{SUBJECT} prefers tea.")
    await _leave_traces(crew, f"Ms {SUBJECT}")
    job = await _forget(crew, subject=SUBJECT, dry_run=True)
    assert job["result"]["record_ids"] == [["long_term", id]]
    assert job["result"]["texts"]["tasks"] == 2
    assert (job["result"]["dry_run"], job["result"]["complete"]) == (True, False)
    assert await _ids(crew) == {id}
    run = (await crew.client.get(f"/executions/{crew.execution_id}")).json()
    assert run["inputs"]["who"] == f"Ms {SUBJECT}"
    assert SUBJECT not in json.dumps(job)


async def test_the_order_does_not_remember_what_was_forgotten(crew: Crew) -> None:
    await crew.lesson(f"{SUBJECT} prefers tea.")
    job = await _forget(crew, subject=SUBJECT)
    assert job["arguments"] == {"forgotten": True}
    assert "tea" not in json.dumps(job)


@pytest.mark.parametrize("subject", ["100%", "f_ne", "%%%", "[a-z]+"])
async def test_a_subject_means_only_what_it_says(crew: Crew, subject: str) -> None:
    id = await crew.lesson("All is fine.")
    await _leave_traces(crew, "somebody else")
    job = await _forget(crew, subject=subject)
    assert job["result"]["records"] == {}
    assert await _ids(crew) == {id}
    # The trace says "100% fine".
    assert job["result"]["texts"] == ({"events": 1} if subject == "100%" else {})


async def test_a_run_is_forgotten_with_what_it_left_behind(crew: Crew) -> None:
    run = crew.execution_id
    own = [
        await crew.lesson("Copper rose.", key=f"{run}.0-l-1"),
        await crew.lesson("Merged.", metadata=json.dumps({"sources": ["x.0", f"{run}.0"]})),
        await crew.observation("Seen.", session_id=run),
        await crew.entity("Acme", "d", relationships=json.dumps([{"observed_in": [f"{run}.0"]}])),
    ]
    await crew.stored(MemoryType.LONG_TERM, own[:1])
    other = await crew.lesson(LESSONS[1])
    job = await _forget(crew, execution_id=run)
    assert await _ids(crew) == {other}
    assert job["result"]["complete"]
    assert (await crew.client.get(f"/executions/{run}")).status_code == 404


async def test_a_run_that_goes_on_is_not_forgotten(crew: Crew) -> None:
    body = {
        "agents_yaml": {"a": {"role": "A", "goal": "g"}},
        "tasks_yaml": {"t": {"description": SUBJECT, "expected_output": "e", "agent": "a"}},
        "model": "demo/demo",
    }
    active = (await crew.client.post("/executions", json=body)).json()["id"]
    refused = await crew.client.post("/memory/forget", json={"execution_id": active})
    assert refused.status_code == 409
    job = await _forget(crew, subject=SUBJECT)
    assert job["result"]["skipped_executions"] == [active]
    assert not job["result"]["complete"]


async def test_what_means_the_same_is_forgotten_by_its_meaning(crew: Crew) -> None:
    near, far = await crew.lesson("Acme pays its invoices late."), await crew.lesson(LESSONS[2])
    job = await _forget(crew, query="Acme pays its invoices late", min_similarity=0.7)
    assert [id for _, id in job["result"]["record_ids"]] == [near]
    assert await _ids(crew) == {far}


async def test_what_another_crew_knows_stays_where_only_one_is_meant(crew: Crew) -> None:
    other = await make_crew(crew.container, crew.client, name="Other")
    kept = await other.lesson(f"{SUBJECT} prefers tea.")
    await crew.lesson(f"{SUBJECT} prefers coffee.")
    await _forget(crew, subject=SUBJECT, crew_id=crew.identity)
    assert await _ids(crew) == {kept}


async def test_memory_of_a_backend_that_is_not_active_is_searched_too(crew: Crew) -> None:
    old = await crew.lesson(f"{SUBJECT} prefers tea.")
    config = {f"{type}_index": f"other_{type}" for type in ("short_term", "long_term", "entity")}
    body = {"name": "Other", "kind": "default", "config": config}
    made = (await crew.client.post("/memory/backends", json=body)).json()
    activated = await crew.client.post(f"/memory/backends/{made['id']}/activate")
    assert activated.is_success, activated.text
    new = await crew.lesson(f"{SUBJECT} prefers coffee.")
    assert await _ids(crew) == {new}
    job = await _forget(crew, subject=SUBJECT)
    assert {id for _, id in job["result"]["record_ids"]} == {old, new}
    assert job["result"]["complete"]


async def test_a_document_is_forgotten_by_its_name(crew: Crew) -> None:
    file = {"file": ("tea.txt", b"Tea is brewed at 80 degrees. Green tea is not boiled.")}
    made = (await crew.client.post("/knowledge/documents", files=file)).json()
    await run_job(crew.container, crew.group_id, made["job_id"])
    found = (await crew.client.get("/memory/records", params={"type": "document"})).json()["items"]
    assert found
    ids = [item["id"] for item in found]
    await crew.used(MemoryType.DOCUMENT, ids, excerpt="Tea is brewed at 80 degrees. Green")
    job = await _forget(crew, source="tea.txt")
    assert job["result"]["documents"] == [made["id"]]
    assert job["result"]["texts"] == {"receipts": len(ids)}
    assert job["result"]["complete"], job["result"]
    left = (await crew.client.get("/memory/records", params={"type": "document"})).json()["items"]
    assert left == []
    assert (await crew.client.get(f"/knowledge/documents/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"subject": "Jane", "query": "x"}, {"subject": "a b"}, {"source": ""}, {"subject": None}],
)
async def test_an_order_names_one_thing(crew: Crew, body: dict[str, Any]) -> None:
    assert (await crew.client.post("/memory/forget", json=body)).status_code == 422


async def test_a_large_memory_is_cleared_by_a_job(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.memory.clearing.AT_ONCE", 1)
    for text in LESSONS:
        await crew.lesson(text)
    answer = await crew.client.delete("/memory/records", params={"crew_id": crew.identity})
    assert answer.status_code == 202
    job = await run_job(crew.container, crew.group_id, answer.json()["job_id"])
    assert job["result"] == {"removed": {"short_term": 0, "long_term": 3, "entity": 0}}
    assert await _ids(crew) == set()
