"""Indexes, scopes and records for the conformance suite."""

import asyncio
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from src.repositories.vector.base import (
    Hit,
    IndexRef,
    IndexSpec,
    NewRecord,
    Record,
    ScanPage,
    VectorIndexRepository,
)
from src.repositories.vector.filters import EVERYTHING, MemoryScope, RecordFilter
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas, MemoryType

DIMENSION = 16
ALPHA = MemoryScope("group-a", ("a1" * 16,))
ALPHA_OTHER_CREW = MemoryScope("group-a", ("a2" * 16,))
ALPHA_LINEAGE = MemoryScope("group-a", ("a2" * 16, "a1" * 16))
BETA = MemoryScope("group-b", ("b1" * 16,))
BETA_SAME_CREW = MemoryScope("group-b", ("a1" * 16,))
"""Another group that somehow knows the id of ALPHA's crew."""
EVERY_TYPE = tuple(MemoryType)
MAIN_TEXT = {
    MemoryType.SHORT_TERM: "content",
    MemoryType.LONG_TERM: "content",
    MemoryType.ENTITY: "description",
    MemoryType.DOCUMENT: "content",
}


@dataclass(frozen=True)
class Names:
    """How the implementation under test wants its indexes named."""

    prefix: str = ""
    endpoint: str = ""

    def ref(self, memory_type: MemoryType = MemoryType.SHORT_TERM, name: str = "") -> IndexRef:
        return IndexRef(f"{self.prefix}{name or memory_type}", memory_type, self.endpoint)


async def made(store: VectorIndexRepository, ref: IndexRef, dimension: int = DIMENSION) -> IndexRef:
    await store.create_index(IndexSpec(ref, dimension, "toy"))
    return ref


def direction(*parts: float) -> tuple[float, ...]:
    """A unit vector with these first components."""
    padded = (*parts, *([0.0] * (DIMENSION - len(parts))))
    norm = math.hypot(*padded)
    return tuple(part / norm for part in padded)


def random_vector(rng: random.Random) -> tuple[float, ...]:
    return direction(*(rng.gauss(0, 1) for _ in range(DIMENSION)))


def make_record(
    scope: MemoryScope,
    ref: IndexRef,
    key: str,
    vector: Sequence[float] | None = None,
    text: str = "",
    **fields: Any,
) -> NewRecord:
    return NewRecord(
        id=scope.record_id(ref.type, key),
        fields={MAIN_TEXT[ref.type]: text or f"text of {key}", **fields},
        vector=direction(1.0) if vector is None else vector,
    )


def filled_record(scope: MemoryScope, ref: IndexRef, key: str, rng: random.Random) -> NewRecord:
    """A value in every column."""
    values: dict[str, Any] = {
        "string": f"Grüße 🚀 日本語 \"{key}\" 'x' \\ %_ \n end",
        "int": rng.randrange(1, 2**31),
        "bigint": 2**40 + rng.randrange(1000),
        "float": 0.25,
        "timestamp": "2026-11-21T10:00:00.123456+00:00",
    }
    kinds = DatabricksIndexSchemas.get_filter_columns(ref.type)
    fields = {column: values[kind] for column, kind in kinds.items()}
    return NewRecord(scope.record_id(ref.type, key), fields, random_vector(rng))


async def write(
    store: VectorIndexRepository,
    scope: MemoryScope,
    ref: IndexRef,
    *keys: str,
    **fields: Any,
) -> list[str]:
    records = [make_record(scope, ref, key, **fields) for key in keys]
    await store.upsert(scope, ref, records)
    return [record.id for record in records]


async def all_records(
    store: VectorIndexRepository,
    scope: MemoryScope,
    ref: IndexRef,
    *,
    page: int = 1000,
    filter: RecordFilter = EVERYTHING,
) -> list[Record]:
    found: list[Record] = []
    after = None
    while True:
        answer: ScanPage = await store.scan(scope, ref, after=after, limit=page, filter=filter)
        found += answer.records
        after = answer.next_after
        if after is None:
            return found


async def all_ids(store: VectorIndexRepository, scope: MemoryScope, ref: IndexRef) -> list[str]:
    return [record.id for record in await all_records(store, scope, ref)]


def ids_of(hits: Sequence[Hit]) -> list[str]:
    return [hit.record.id for hit in hits]


async def at_once(*calls: Any) -> list[Any]:
    return list(await asyncio.gather(*calls))
