"""Two processes on one default store: what one wrote the other recalls at once, and nothing is lost."""

import asyncio
import multiprocessing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.embedders.local import LocalEmbedder
from src.memory.recall import RecallRequest, recall
from src.memory.records import Lessons, TaskObservation
from src.memory.storage import MemoryStorage
from src.memory.writing import remember
from src.repositories.vector.base import IndexSpec
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from src.repositories.vector.errors import IndexExists
from src.schemas.databricks_index_schemas import MemoryType

ROUNDS = 200
TYPES = (MemoryType.SHORT_TERM, MemoryType.LONG_TERM)


def two_processes(folder: Path) -> None:
    """Each writes, tells the other, and looks for what the other wrote, while both go on writing."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    results = context.Queue()
    folder.mkdir(parents=True)
    asyncio.run(_make_indexes(folder))
    processes = [
        context.Process(target=_work, args=(folder, name, pipe, results))
        for name, pipe in (("one", here), ("two", there))
    ]
    for process in processes:
        process.start()
    stale = [results.get(timeout=600) for _ in processes]
    for process in processes:
        process.join()
    kept = asyncio.run(_count(folder))
    expected = 2 * ROUNDS
    print(
        f"  two processes, {expected} tasks written: {sum(stale)} stale reads, "
        f"{expected - kept[MemoryType.SHORT_TERM]} observations and {expected - kept[MemoryType.LONG_TERM]} lessons lost"
    )


def _memory(folder: Path) -> MemoryStorage:
    plan = memory_plan(ActiveBackend(), ("c1" * 16,))
    store = EmbeddedVectorIndexRepository(folder)
    return MemoryStorage(store, LocalEmbedder(plan.embedder), plan, "group")


async def _make_indexes(folder: Path) -> None:
    memory = _memory(folder)
    for memory_type in memory.plan.crew_types:
        embedder = memory.plan.embedder
        spec = IndexSpec(memory.index(memory_type), embedder.dimension, embedder.name)
        try:
            await memory.repository.create_index(spec)
        except IndexExists:
            continue
    await memory.repository.close()


def _work(folder: Path, name: str, pipe: Connection, results: "multiprocessing.Queue[int]") -> None:
    results.put(asyncio.run(_rounds(_memory(folder), name, pipe)))


async def _rounds(memory: MemoryStorage, name: str, pipe: Connection) -> int:
    stale = 0
    for at in range(ROUNDS):
        marker = f"{name}{at:04}"
        await remember(memory, _observation(marker, at))
        pipe.send(marker)
        theirs = await asyncio.to_thread(pipe.recv)
        found = await recall(memory, RecallRequest(f"secret of {theirs}", 5, datetime.now(UTC)))
        stale += not any(theirs in record.text for record in found.records)
    await memory.repository.close()
    return stale


def _observation(marker: str, at: int) -> TaskObservation:
    return TaskObservation(
        key=marker,
        execution_id=marker,
        task_key="task",
        task_index=at,
        task_description=f"Find the secret of {marker}",
        output=f"The secret of {marker} is kept in drawer {at}",
        agent_role="Clerk",
        model="none",
        at=datetime.now(UTC),
        lessons=Lessons(f"The secret of {marker} is in drawer {at}, ask for it"),
    )


async def _count(folder: Path) -> dict[MemoryType, int]:
    memory = _memory(folder)
    kept = {memory_type: await memory.count(memory_type) for memory_type in TYPES}
    await memory.repository.close()
    return kept
