"""A crew's memory over a store that counts what it is asked."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from src.core.errors import AppError
from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.plan import MemoryPlan
from src.memory.recall import RecallRequest, recall
from src.memory.records import Entity, Lessons, Recollection, TaskObservation
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import (
    IndexRef,
    IndexSpec,
    NewRecord,
    Query,
    Record,
    TextQuery,
    VectorIndexRepository,
)
from src.repositories.vector.filters import MemoryScope, RecordFilter
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from src.schemas.databricks_index_schemas import Columns, MemoryType
from tests.support.embedders import HASHED, HashedEmbedder, hashed

GROUP = "group-a"
CREW = "c1" * 16
OLDER_CREW = "c0" * 16
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CREW_TYPES = (MemoryType.SHORT_TERM, MemoryType.LONG_TERM, MemoryType.ENTITY)
SHORT, LONG, ENTITY, DOCUMENT = MemoryType


class CountingStore(InMemoryVectorIndexRepository):
    """Notes each call, and in which round it was made: calls that wait for each other are in one round.

    Each call waits until no other one starts any more, as calls over a network do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rounds: list[list[str]] = []
        self.failures: dict[str, AppError] = {}
        """By `call index name`."""
        self._open: list[str] | None = None

    async def similarity_search(self, scope: MemoryScope, index: IndexRef, query: Query) -> Any:
        kind = "said" if isinstance(query, TextQuery) else "near"
        await self._call(kind, index)
        return await super().similarity_search(scope, index, query)

    async def fetch(self, scope: MemoryScope, index: IndexRef, ids: Sequence[str]) -> list[Record]:
        await self._call("fetch", index)
        return await super().fetch(scope, index, ids)

    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        await self._call("write", index)
        return await super().upsert(scope, index, records)

    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        await self._call("delete", index)
        return await super().delete_records(scope, index, filter)

    async def _call(self, kind: str, index: IndexRef) -> None:
        if self._open is None:
            self._open = []
            self.rounds.append(self._open)
        self._open.append(f"{kind} {index.type}")
        for _ in range(20):
            await asyncio.sleep(0)
        self._open = None
        failure = self.failures.get(f"{kind} {index.type}")
        if failure is not None:
            raise failure


def make_plan(*crew_ids: str, document_ids: tuple[str, ...] = (), **changes: Any) -> MemoryPlan:
    plan = memory_plan(ActiveBackend(), crew_ids or (CREW,), document_ids)
    return plan.model_copy(update={"embedder": HASHED, **changes})


async def make_memory(
    store: VectorIndexRepository, plan: MemoryPlan | None = None, group_id: str = GROUP
) -> MemoryStorage:
    """With its indexes, as far as they are not there."""
    plan = plan or make_plan()
    there = {one.name for one in await store.list_indexes()}
    for memory_type, index in plan.indexes.items():
        if index.name not in there:
            ref = index.ref(memory_type)
            await store.create_index(IndexSpec(ref, plan.embedder.dimension, plan.embedder.name))
    return MemoryStorage(store, HashedEmbedder(plan.embedder), plan, group_id)


async def put(
    memory: MemoryStorage,
    key: str,
    text: str,
    type: MemoryType = LONG,
    **fields: Any,
) -> str:
    """Straight into the store; returns the id."""
    column = Columns.DESCRIPTION if type is ENTITY else Columns.CONTENT
    id = memory.scope.record_id(type, key)
    vector = hashed(text, memory.plan.embedder.dimension)
    await memory.write(type, [NewRecord(id, {column: text, **fields}, vector)])
    return id


async def ask(memory: MemoryStorage, query: str, limit: int = 8, **more: Any) -> Recollection:
    return await recall(memory, RecallRequest(query, limit, NOW, **more))


def texts(found: Recollection) -> list[str]:
    return [record.text for record in found.records]


def observation(key: str = "run1-0", **changes: Any) -> TaskObservation:
    given: dict[str, Any] = {
        "execution_id": "run1",
        "task_key": "moves",
        "task_index": 0,
        "task_description": "List the five largest price moves",
        "output": "Coffee rose by 7 percent, tea fell by 3 percent.",
        "agent_role": "Market analyst",
        "model": "demo/demo",
        "at": NOW,
        **changes,
    }
    return TaskObservation(key=key, **given)


def learned(lesson: str = "", *entities: Entity, importance: float = 0.5) -> Lessons:
    return Lessons(lesson, importance, entities)


async def everything(memory: MemoryStorage) -> dict[MemoryType, dict[str, Record]]:
    """What the store holds for this memory, by type and id."""
    return {
        memory_type: {one.id: one for one in (await memory.scan(memory_type, limit=1000)).records}
        for memory_type in memory.plan.crew_types
    }


async def kept_texts(memory: MemoryStorage, type: MemoryType = LONG) -> list[str]:
    column = Columns.DESCRIPTION if type is ENTITY else Columns.CONTENT
    records = (await memory.scan(type, limit=1000)).records
    return sorted(str(one.fields[column]) for one in records)
