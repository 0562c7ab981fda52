"""A worker for batches without a process: its jobs and its runs go on when a test says so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from src.bootstrap import Container
from src.engines.base import RunScope, Segment
from src.services.jobs.handler import JobKind
from src.services.jobs.runner import JobRunnerService
from src.worker.jobs import job_handlers
from tests.support.jobs import RememberedQueue
from tests.support.worker_parts import WorkerParts

DEFINITION = {
    "agents_yaml": {"a": {"role": "Analyst", "goal": "Look at {topic}"}},
    "tasks_yaml": {
        "t": {"description": "Look at {topic}", "expected_output": "A line", "agent": "a"}
    },
    "model": "demo/demo",
}


@dataclass
class BatchWorker:
    container: Container
    client: httpx.AsyncClient
    parts: WorkerParts
    queue: RememberedQueue

    @classmethod
    async def make(
        cls,
        container: Container,
        client: httpx.AsyncClient,
        answer: Callable[[Mapping[str, Any]], str] = lambda inputs: f"seen {inputs['topic']}",
    ) -> "BatchWorker":
        """`answer` is what the crew says to the inputs of a row."""

        def work(run: RunScope, key: str) -> str:
            return answer(run.plan.inputs)

        parts = await WorkerParts.make(container, work)
        return cls(container, client, parts, RememberedQueue())

    def runner(self) -> JobRunnerService:
        own = self.container
        handler = job_handlers(own)[JobKind.BATCH_ADVANCE]
        return JobRunnerService(
            own.database,
            own.clock,
            self.queue,
            own.settings.key_ring,
            {JobKind.BATCH_ADVANCE: handler},
            self.parts.ownership,
        )

    async def queued_jobs(self) -> list[dict[str, Any]]:
        jobs = (await self.client.get("/jobs?limit=200")).json()["items"]
        return [job for job in jobs if (job["kind"], job["status"]) == ("batch_advance", "queued")]

    async def advance(self) -> int:
        """Runs the jobs that are queued; returns how many."""
        jobs = await self.queued_jobs()
        for job in jobs:
            await self.runner().run_job(job["id"], job["group_id"])
        return len(jobs)

    async def pending(self) -> list[dict[str, Any]]:
        """Executions in the queue, the oldest first."""
        answer = await self.client.get("/executions?status=PENDING&limit=200")
        found: list[dict[str, Any]] = answer.json()["items"][::-1]
        return found

    async def run(self, executions: Sequence[Mapping[str, Any]]) -> None:
        """To their ends, one after the other."""
        for one in executions:
            segment = Segment(one["id"], one["group_id"], one["attempt"])
            for wave in await self.parts.runs.prepare(segment):
                for key in wave:
                    await self.parts.runs.run_task(segment, key)
            await self.parts.runs.finish(segment)

    async def run_until_done(self, id: str, rounds: int = 100) -> dict[str, Any]:
        """The batch when it has ended."""
        for _ in range(rounds):
            await self.advance()
            await self.run(await self.pending())
            await self.advance()
            shown: dict[str, Any] = (await self.client.get(f"/batches/{id}")).json()
            if shown["status"] != "running":
                return shown
        raise AssertionError(f"not done after {rounds} rounds: {shown}")


async def make_crew(client: httpx.AsyncClient, definition: Any = DEFINITION) -> str:
    made = await client.post("/crews", json={"name": "Lookers", "definition": definition})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def make_batch(
    client: httpx.AsyncClient, topics: Sequence[str], **changes: Any
) -> dict[str, Any]:
    crew = changes.pop("crew_id", None) or await make_crew(client)
    items = [{"topic": topic} for topic in topics]
    body = {"name": "Topics", "crew_id": crew, "items": items, "concurrency": 3} | changes
    made = await client.post("/batches", json=body)
    assert made.status_code == 202, made.text
    shown: dict[str, Any] = made.json()
    return shown


async def items_of(client: httpx.AsyncClient, id: str, **query: Any) -> list[dict[str, Any]]:
    """All of them, page by page."""
    found: list[dict[str, Any]] = []
    params = {"limit": 100, **query}
    while True:
        page = (await client.get(f"/batches/{id}/items", params=params)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]
