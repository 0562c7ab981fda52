"""What a busy team has after a year, and a small team beside it, in one installation.

Runs, events, receipts and records are written straight to where they are kept. The long runs and their crew are real: a worker
ran them with the demo model, and what their tasks told is told again until there is enough of it.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.browser.run_events import replace_events, stretched
from benchmarks.data import Rows, fill, insert_rows
from benchmarks.memory_texts import SHARES, record_fields
from src.bootstrap import Container
from src.core import ids
from src.memory.embedders.base import Purpose
from src.models.memory import MemoryReceipt
from src.repositories.vector.base import NewRecord
from src.schemas.databricks_index_schemas import MemoryType
from tests.support.processes import Installation

_STATUSES = ("COMPLETED",) * 8 + ("FAILED", "CANCELLED")
_COLUMN = 8
"""Tasks of a large crew that stand below each other."""


@dataclass(frozen=True)
class Size:
    runs: int
    events: int
    records: int
    nodes: int


LARGE = Size(runs=10_000, events=20_000, records=10_000, nodes=100)
SMALL = Size(runs=100, events=100, records=100, nodes=10)


@dataclass(frozen=True)
class Stock:
    """Of one group."""

    group_id: str
    size: Size
    run_id: str
    """Ended, with nearly `size.events` events."""
    crew_id: str


def make_stock(kasal: Installation, name: str, size: Size, texts: Sequence[str]) -> Stock:
    """Needs the API and a worker."""
    group = kasal.http.post("/api/v1/groups", json={"name": name}).raise_for_status().json()["id"]
    with _acting_in(kasal, group):
        run = _real_run(kasal)
        (question,) = kasal.http.get(f"/api/v1/executions/{run}/approvals").json()["items"]
        path = f"/api/v1/approvals/{question['id']}/decision"
        kasal.http.post(path, json={"decision": "approve"}).raise_for_status()
        kasal.wait_for_status(run, "COMPLETED")
        _stretch(kasal, group, run, size.events)
        rows = Rows(executions=size.runs, statuses=_STATUSES)
        runs = asyncio.run(fill(kasal.settings, rows, group))["executions"]
        identity = kasal.execution(run)["crew_identity"]
        asyncio.run(_remember(kasal, group, identity, runs, texts[: size.records]))
        crew = kasal.http.post("/api/v1/crews", json=crew_of(size.nodes)).raise_for_status()
    return Stock(group, size, run, crew.json()["id"])


def make_live_run(kasal: Installation, stock: Stock) -> str:
    """Waits for a decision with nearly all of its events behind it, and goes on when it has it."""
    with _acting_in(kasal, stock.group_id):
        run = _real_run(kasal)
        _stretch(kasal, stock.group_id, run, stock.size.events)
    return run


@contextmanager
def _acting_in(kasal: Installation, group_id: str) -> Iterator[None]:
    kasal.http.headers["X-Group-Id"] = group_id
    yield
    del kasal.http.headers["X-Group-Id"]


def _real_run(kasal: Installation) -> str:
    """Two tasks with a tool, a third that asks, two more."""
    task = {"expected_output": "A list", "agent": "analyst"}
    compute = "Compute 17*(3+4) and list the moves of {market}, with a reason for each"
    id = kasal.start(
        {
            "crew_name": "Price watch",
            "model": "demo/demo",
            "memory": True,
            "agents_yaml": {
                "analyst": {
                    "role": "Market analyst",
                    "goal": "Find the price moves that matter in {market}",
                    "backstory": "Ten years in retail data. " * 4,
                    "tools": ["calculator"],
                }
            },
            "tasks_yaml": {
                "gather": {**task, "description": compute},
                "weigh": {**task, "description": compute, "context": ["gather"]},
                "judge": {
                    **task,
                    "description": "Say which moves of {market} matter",
                    "context": ["weigh"],
                    "human_input": True,
                },
                "tell": {**task, "description": compute, "context": ["judge"]},
                "check": {**task, "description": compute, "context": ["tell"]},
            },
            "inputs": {"market": "bicycles"},
        }
    )
    kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
    return id


def _stretch(kasal: Installation, group_id: str, id: str, most: int) -> None:
    events = stretched(kasal.events(id), most)

    async def replace() -> None:
        container = Container(kasal.settings)
        await replace_events(container, id, group_id, events)
        await container.close()

    asyncio.run(replace())


async def _remember(
    kasal: Installation,
    group_id: str,
    identity: str,
    runs: Sequence[str],
    texts: Sequence[str],
) -> None:
    """Records as runs leave them, each read by one task of some run."""
    container = Container(kasal.settings)
    now = container.clock.now()
    reach = await container.memory_reach.open(group_id, None, identity)
    storage = await reach.storage_of([identity])
    vectors = await storage.embedder.embed(texts, Purpose.DOCUMENT)
    types = [type for type, share in SHARES.items() for _ in range(share)]
    batches: dict[MemoryType, list[NewRecord]] = {}
    receipts = []
    for at, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        type = types[at % len(types)]
        id = storage.scope.record_id(type, f"k{at:06}")
        fields = record_fields(type, at, text, now)
        batches.setdefault(type, []).append(NewRecord(id, fields, vector))
        receipts.append(
            {
                "id": ids.new(),
                "group_id": group_id,
                "execution_id": runs[at % len(runs)],
                "attempt": 1,
                "task": "gather",
                "agent": "analyst",
                "via": "recall",
                "rank": 1,
                "record_type": str(type),
                "record_id": id,
                "crew_identity": identity,
                "score": 0.7,
                "backend": storage.backend,
                "latency_ms": 9.0,
                "excerpt": text[:200],
                "at": now,
            }
        )
    for type, batch in batches.items():
        await storage.write(type, batch)
    await insert_rows(container, MemoryReceipt, receipts)
    await container.close()


def crew_of(nodes: int) -> dict[str, Any]:
    """A fifth of them agents; the tasks stand in columns, and each reads two of the column before."""
    agents = max(1, nodes // 5)
    tasks = nodes - agents
    return {
        "name": f"Crew of {nodes} nodes",
        "description": "As large as they come",
        "definition": {
            "agents_yaml": {
                f"analyst_{number}": {
                    "role": f"Market analyst {number}",
                    "goal": "Find the price moves that matter in {region}",
                    "backstory": "Ten years in retail data. " * 4,
                    "tools": ["calculator"],
                }
                for number in range(agents)
            },
            "tasks_yaml": {
                f"task_{number}": {
                    "description": f"List the moves of part {number} in {{region}} with their reasons",
                    "expected_output": "A list",
                    "agent": f"analyst_{number % agents}",
                    "context": _reads(number),
                }
                for number in range(tasks)
            },
        },
    }


def _reads(number: int) -> list[str]:
    if number < _COLUMN:
        return []
    column = number - number % _COLUMN - _COLUMN
    return [f"task_{column + number % _COLUMN}", f"task_{column + (number + 3) % _COLUMN}"]
