"""A crew that has a memory, for tests of what people do with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from src.bootstrap import Container
from src.core import ids
from src.memory.embedders.base import Purpose
from src.memory.plan import MemoryPlan
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text
from src.repositories.job import JobRepository
from src.repositories.memory import MemoryReceiptRepository, MemoryWriteRepository, WriteKey
from src.repositories.vector.base import NewRecord
from src.schemas.databricks_index_schemas import MemoryType
from src.services.jobs.job import job_read
from src.services.jobs.runner import JobRunnerService
from src.services.runs.ownership import Ownership
from src.worker.jobs import job_handlers
from tests.support.jobs import RememberedQueue
from tests.support.rows import SampleRows
from tests.support.worker_parts import WORKER, FakeLease

AGENT = {"role": "Analyst", "goal": "Look", "memory": True}
TASK = {"description": "Look", "expected_output": "A line", "agent": "a"}
BODY = {"agents_yaml": {"a": AGENT}, "tasks_yaml": {"t": TASK}, "model": "demo/demo"}
LESSONS = (
    "Invoices of Acme arrive late in December.",
    "The warehouse in Lyon counts stock on Mondays.",
    "Prices of copper are quoted in dollars a tonne.",
)


@dataclass(frozen=True)
class Crew:
    """One that ran once (its execution was cancelled)."""

    container: Container
    client: httpx.AsyncClient
    group_id: str
    identity: str
    execution_id: str
    crew_id: str | None

    async def storage(self, plan: MemoryPlan | None = None) -> MemoryStorage:
        plan = plan or await self.container.memory_plans.for_reading(self.group_id, self.identity)
        credentials = await self.container.credentials.for_run(self.group_id)
        return await self.container.memory_access.storage(self.group_id, plan, credentials)

    async def keep(self, type: MemoryType, fields: dict[str, Any], key: str | None = None) -> str:
        """Stores a record as a run would; returns its id."""
        storage = await self.storage()
        id = storage.scope.record_id(type, key or ids.new())
        text = embedded_text(type, fields)
        vector = (await storage.embedder.embed([text], Purpose.DOCUMENT))[0]
        await storage.write(type, [NewRecord(id, fields, vector)])
        return id

    async def lesson(self, content: str, key: str | None = None, **fields: Any) -> str:
        return await self.keep(MemoryType.LONG_TERM, lesson(content) | fields, key)

    async def observation(self, content: str, key: str | None = None, **fields: Any) -> str:
        return await self.keep(MemoryType.SHORT_TERM, observation(content) | fields, key)

    async def entity(self, name: str, description: str, **fields: Any) -> str:
        return await self.keep(MemoryType.ENTITY, entity(name, description) | fields)

    async def used(
        self, type: MemoryType, record_ids: Sequence[str], excerpt: str = "x", task: str = "t"
    ) -> None:
        """As if a task of this crew's execution had had them in front of it."""
        rows = [
            {
                "id": ids.new(),
                "group_id": self.group_id,
                "execution_id": self.execution_id,
                "attempt": 1,
                "task": task,
                "agent": "a",
                "via": "recall",
                "rank": rank,
                "record_type": type,
                "record_id": id,
                "crew_identity": self.identity,
                "score": 1.0,
                "backend": "default",
                "latency_ms": 1.0,
                "excerpt": excerpt,
                "at": self.container.clock.now(),
            }
            for rank, id in enumerate(record_ids, start=1)
        ]
        async with self.container.database.write() as uow:
            await uow.repo(MemoryReceiptRepository).add(rows)

    async def stored(self, type: MemoryType, record_ids: Sequence[str], task: str = "t") -> None:
        """As if a task of this crew's execution had left them behind."""
        now = self.container.clock.now()
        key = WriteKey(self.group_id, self.execution_id, 0, 1)
        records = [{"type": str(type), "id": id, "merged": False} for id in record_ids]
        async with self.container.database.write() as uow:
            writes = uow.repo(MemoryWriteRepository)
            await writes.add(key, task_key=task, identity=self.identity, request={}, now=now)
            await writes.save(key, records, now=now)


async def make_crew(
    container: Container, client: httpx.AsyncClient, *, name: str = "Prices", saved: bool = False
) -> Crew:
    body: dict[str, Any] = {**BODY, "crew_name": name}
    crew_id = None
    if saved:
        made = await client.post("/crews", json={"name": name, "definition": BODY})
        crew_id = made.json()["id"]
        body = {"crew_id": crew_id}
    started = await client.post("/executions", json=body)
    assert started.status_code == 202, started.text
    id = started.json()["id"]
    run = (await client.post(f"/executions/{id}/cancel")).json()
    return Crew(container, client, run["group_id"], run["crew_identity"], id, crew_id)


def lesson(content: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "content": content,
        "task_description": "Look",
        "quality": 0.8,
        "importance": 0.5,
        "timestamp": now,
        "last_accessed": now,
        "metadata": json.dumps({"sources": ["k"]}),
        "agent_id": "Analyst",
        "llm_model": "demo/demo",
        "tools_used": "[]",
        "version": 1,
    }


def observation(content: str, *, hours_old: float = 0.0) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(hours=hours_old)).isoformat()
    return {
        "content": content,
        "query_text": "Look",
        "session_id": "s",
        "interaction_sequence": 0,
        "timestamp": at,
        "created_at": at,
        "ttl_hours": 24,
        "metadata": "{}",
        "agent_id": "Analyst",
        "tools_used": "[]",
        "version": 1,
    }


def entity(name: str, description: str) -> dict[str, Any]:
    return {
        "entity_name": name,
        "entity_type": "company",
        "description": description,
        "relationships": json.dumps(["sells copper", {"observed_in": ["k"]}]),
        "timestamp": datetime.now(UTC).isoformat(),
        "agent_id": "Analyst",
    }


async def run_job(container: Container, group_id: str, id: str) -> dict[str, Any]:
    """As a worker does; the job's row as its API shows it."""
    async with container.database.write() as uow:
        await uow.repo(SampleRows).lease(expires_at=0.0)
    runner = JobRunnerService(
        container.database,
        container.clock,
        RememberedQueue(),
        container.settings.key_ring,
        job_handlers(container),
        Ownership(WORKER, FakeLease()),
    )
    await runner.run_job(id, group_id)
    async with container.database.read() as uow:
        row = await uow.repo(JobRepository).get(group_id, id)
    return job_read(row).model_dump(mode="json") | {
        "arguments": row.arguments,
        "state": row.state,
    }
