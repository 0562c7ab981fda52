"""Flows over demo agents, and a worker that is one loop: turns of flows and tasks of crews, no process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from src.bootstrap import Container
from src.engines.base import RunScope, Segment
from src.services.jobs.runner import JobRunnerService
from src.worker.jobs import job_handlers
from tests.support.worker_parts import WorkerParts


def agent(prompt: str = "Say something", **node: Any) -> dict[str, Any]:
    """A node with one agent over the demo model."""
    given = {"kind": "agent", "agent": {"role": "Analyst", "goal": "Look"}, "prompt": prompt}
    return {**given, "model": "demo/demo", **node}


def router(when: str, then: str = "yes", default: str = "no", **node: Any) -> dict[str, Any]:
    return {
        "kind": "router",
        "conditions": [{"when": when, "then": then}],
        "default": default,
        **node,
    }


def flow(nodes: dict[str, Any], *edges: str, **rest: Any) -> dict[str, Any]:
    """Edges as `a > b`, or `r > b: label`."""
    drawn = []
    for edge in edges:
        ends, _, label = edge.partition(":")
        source, target = (end.strip() for end in ends.split(">"))
        drawn.append({"from": source, "to": target, **({"label": label.strip()} if label else {})})
    return {"nodes": nodes, "edges": drawn, **rest}


Say = Callable[[RunScope, str], str]


@dataclass
class FlowWorker:
    """Does jobs and runs crews, one after the other, until nothing is left to do."""

    client: httpx.AsyncClient
    parts: WorkerParts
    jobs: JobRunnerService

    @classmethod
    async def make(cls, client: httpx.AsyncClient, container: Container, say: Say) -> "FlowWorker":
        parts = await WorkerParts.make(container, say)
        jobs = JobRunnerService(
            container.database,
            container.clock,
            container.queue,
            container.settings.key_ring,
            job_handlers(container),
            parts.ownership,
        )
        return cls(client, parts, jobs)

    async def work(self) -> None:
        while await self.turns() or await self.crews():
            continue

    async def turns(self) -> int:
        """How many jobs it found."""
        found = (await self.client.get("/jobs", params={"limit": 200})).json()["items"]
        waiting = [one for one in found if one["status"] == "queued"]
        for job in reversed(waiting):
            await self.jobs.run_job(job["id"], job["group_id"])
        return len(waiting)

    async def crews(self, *keys: str) -> int:
        """Runs crews that wait in the queue, all or those of these nodes; how many."""
        waiting = await self.waiting()
        mine = [one for one in waiting if not keys or one["child_key"] in keys]
        for run in mine:
            segment = Segment(run["id"], run["group_id"], run["attempt"])
            waves = await self.parts.runs.prepare(segment)
            done = [await self.parts.runs.run_task(segment, key) for wave in waves for key in wave]
            if all(done):
                await self.parts.runs.finish(segment)
            self.parts.runs.forget(segment)
        return len(mine)

    async def waiting(self) -> list[dict[str, Any]]:
        """Crews in the queue, oldest first."""
        answer = await self.client.get("/executions", params={"status": "PENDING", "limit": 200})
        return [one for one in reversed(answer.json()["items"]) if one["kind"] == "crew"]
