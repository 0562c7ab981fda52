"""What a crew remembers about a question: one embedding and one round trip, by meaning and by words at once.

ranking.py says in which order. What fails is left out and named in the answer.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from src.core.errors import AppError
from src.memory.embedders.base import Purpose, Vector
from src.memory.ranking import Found, Ranked, rank, without_repeats
from src.memory.records import RecalledRecord, Recollection
from src.memory.storage import MemoryStorage
from src.memory.texts import (
    condensed,
    is_expired,
    is_of_session,
    provenance,
    text_of,
    time_of,
)
from src.repositories.vector.base import (
    MAX_RESULTS,
    Hit,
    Query,
    Record,
    TextQuery,
    VectorQuery,
)
from src.repositories.vector.errors import StoreRefused
from src.repositories.vector.filters import EVERYTHING, OneOf, RecordFilter
from src.schemas.databricks_index_schemas import Columns, MemoryType

POOL = 30
"""Candidates of each list. From 20 to 200 what is found stays the same within half a point, and the time grows
(benchmarks/README.md)."""
MAX_QUERY = 4_000
"""Characters of a question that are embedded and searched for."""
_FILTER_VALUES = 900
"""Documents in one query; stores take 1,000 values."""


class By(StrEnum):
    MEANING = "meaning"
    WORDS = "words"
    PIN = "pin"


@dataclass(frozen=True)
class RecallRequest:
    query: str
    limit: int
    """Records, pinned ones included; all pinned ones are given even where there are more. 0: only those."""
    now: datetime
    types: tuple[MemoryType, ...] | None = None
    """None: all crew types of the plan. Those that the plan does not have are left out."""
    document_limit: int = 0
    pinned: tuple[tuple[MemoryType, str], ...] = ()
    without_session: str | None = None
    """An execution whose own records are not wanted: its tasks are written beside it, so what a later one
    found of an earlier one would be chance. What other runs found, too, is."""


@dataclass(frozen=True)
class _Target:
    type: MemoryType
    limit: int
    filter: RecordFilter = EVERYTHING


@dataclass(frozen=True)
class _Answer:
    """Of one call to the store."""

    type: MemoryType
    by: By
    hits: tuple[Hit, ...] = ()
    pinned: tuple[Record, ...] = ()
    error: AppError | None = None


async def recall(storage: MemoryStorage, request: RecallRequest) -> Recollection:
    """Raises the first error when nothing could be asked; what failed beside good answers is in `problems`."""
    began_s = time.perf_counter()
    answers = await _asked(storage, request)
    errors = [one.error for one in answers if one.error is not None]
    if errors and len(errors) == len(answers):
        raise errors[0]
    return Recollection(
        records=tuple(_records(storage, request, answers)),
        documents=tuple(_documents(request, answers)),
        backend=storage.backend,
        latency_ms=round((time.perf_counter() - began_s) * 1000, 2),
        problems=tuple(
            dict.fromkeys(f"{one.type} by {one.by}: {one.error}" for one in answers if one.error)
        ),
    )


async def _asked(storage: MemoryStorage, request: RecallRequest) -> list[_Answer]:
    """Text searches and pins start at once, vector searches when the query is embedded."""
    query = condensed(request.query, MAX_QUERY)
    targets = _targets(storage, request) if query else []
    async with asyncio.TaskGroup() as tasks:
        running: list[asyncio.Task[_Answer | None]] = [
            tasks.create_task(_fetched(storage, memory_type, ids))
            for memory_type, ids in _pins(storage, request).items()
        ]
        if targets:
            embedded = tasks.create_task(_embedded(storage, query))
            for target in targets:
                running.append(tasks.create_task(_said(storage, query, target)))
                running.append(tasks.create_task(_near(storage, embedded, target)))
    return [answer for answer in (one.result() for one in running) if answer is not None]


def _targets(storage: MemoryStorage, request: RecallRequest) -> list[_Target]:
    targets = []
    if request.limit > 0:
        pool = min(MAX_RESULTS, max(POOL, 3 * request.limit))
        wanted = storage.plan.crew_types if request.types is None else request.types
        targets = [_Target(one, pool) for one in storage.plan.crew_types if one in wanted]
    if request.document_limit > 0 and MemoryType.DOCUMENT in storage.plan.indexes:
        pool = min(MAX_RESULTS, max(POOL, 3 * request.document_limit))
        ids = storage.plan.document_ids
        for start in range(0, len(ids), _FILTER_VALUES):
            some = OneOf(Columns.PARENT_DOCUMENT, ids[start : start + _FILTER_VALUES])
            targets.append(_Target(MemoryType.DOCUMENT, pool, RecordFilter(where=(some,))))
    return targets


def _pins(storage: MemoryStorage, request: RecallRequest) -> dict[MemoryType, list[str]]:
    pins: dict[MemoryType, list[str]] = {}
    for memory_type, id in request.pinned:
        if memory_type in storage.plan.crew_types:
            pins.setdefault(memory_type, []).append(id)
    return pins


async def _embedded(storage: MemoryStorage, query: str) -> Vector | AppError:
    try:
        (vector,) = await storage.embedder.embed([query], Purpose.QUERY)
    except AppError as exc:
        return exc
    return vector


async def _near(
    storage: MemoryStorage, embedded: asyncio.Task[Vector | AppError], target: _Target
) -> _Answer:
    vector = await embedded
    if isinstance(vector, AppError):
        return _Answer(target.type, By.MEANING, error=vector)
    query = VectorQuery(vector, target.limit, target.filter)
    return await _searched(storage, target.type, By.MEANING, query)


async def _said(storage: MemoryStorage, text: str, target: _Target) -> _Answer | None:
    """None where the index has no text search: its vectors answer alone, and nothing failed."""
    query = TextQuery(text, target.limit, target.filter)
    answer = await _searched(storage, target.type, By.WORDS, query)
    if isinstance(answer.error, StoreRefused):
        storage.note_without_text(target.type)
        return None
    return answer


async def _searched(
    storage: MemoryStorage, memory_type: MemoryType, by: By, query: Query
) -> _Answer:
    try:
        return _Answer(memory_type, by, hits=tuple(await storage.search(memory_type, query)))
    except AppError as exc:
        return _Answer(memory_type, by, error=exc)


async def _fetched(storage: MemoryStorage, memory_type: MemoryType, ids: list[str]) -> _Answer:
    try:
        found = tuple(await storage.get(memory_type, ids))
    except AppError as exc:
        return _Answer(memory_type, By.PIN, error=exc)
    return _Answer(memory_type, By.PIN, pinned=found)


def _records(
    storage: MemoryStorage, request: RecallRequest, answers: Sequence[_Answer]
) -> list[RecalledRecord]:
    crew = [one for one in answers if one.type is not MemoryType.DOCUMENT]
    fetched = {(one.type, record.id): record for one in crew for record in one.pinned}
    pins = dict.fromkeys(pin for pin in request.pinned if pin in fetched)
    first = [Ranked(memory_type, fetched[memory_type, id], 1.0) for memory_type, id in pins]
    found = rank(
        [one for one in _found(crew, By.MEANING) if _is_wanted(request, one)],
        [one for one in _found(crew, By.WORDS) if _is_wanted(request, one)],
        request.now,
    )
    kept = without_repeats(first, found, storage.scope.crew_id, request.limit)
    return [
        _recalled(one, place, pinned=(one.type, one.record.id) in pins)
        for place, one in enumerate(kept, 1)
    ]


def _documents(request: RecallRequest, answers: Sequence[_Answer]) -> list[RecalledRecord]:
    knowledge = [one for one in answers if one.type is MemoryType.DOCUMENT]
    found = rank(
        list(_found(knowledge, By.MEANING)), list(_found(knowledge, By.WORDS)), request.now
    )
    kept = without_repeats((), found, "", request.document_limit)
    return [_recalled(one, place) for place, one in enumerate(kept, 1)]


def _found(answers: Sequence[_Answer], by: By) -> Iterator[Found]:
    return (Found(one.type, hit) for one in answers if one.by is by for hit in one.hits)


def _is_wanted(request: RecallRequest, found: Found) -> bool:
    # Not asked of the store: rows without a session or a time would fulfil no condition and be lost.
    fields = found.hit.record.fields
    if request.without_session is not None and is_of_session(
        found.type, fields, request.without_session
    ):
        return False
    return not is_expired(found.type, fields, request.now)


def _recalled(one: Ranked, place: int, *, pinned: bool = False) -> RecalledRecord:
    return RecalledRecord(
        type=one.type,
        id=one.record.id,
        crew_id=one.record.crew_id or "",
        text=text_of(one.type, one.record.fields),
        rank=place,
        score=round(one.score, 4),
        source=provenance(one.type, one.record),
        at=time_of(one.type, one.record.fields),
        pinned=pinned,
    )
