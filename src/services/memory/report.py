"""Figures about a memory that are true, and what a person might mend in it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from src.core.clock import Clock
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.memory import health
from src.memory.texts import embedded_text, is_expired, text_of, time_of
from src.repositories.memory_use import KnownCrew, MemoryUseRepository, TaskRecords
from src.repositories.vector.base import Record
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory import (
    CountRead,
    CrewStats,
    EmbedderRead,
    Finding,
    HealthFinding,
    HealthScan,
    MemoryHealth,
    MemoryStats,
    TypeStats,
)
from src.services.memory.reach import MemoryReach, Reach
from src.services.memory.shown import crew_read

SCANNED_FOR_STATS = 10_000
"""Records of one type: about a second in the built-in store, a few more on Databricks."""
SCANNED_FOR_HEALTH = 5_000
SHOWN_CREWS = 50
SHOWN_FINDINGS = 100
UNUSED_AFTER_DAYS = 30
_RECEIPTS = 20_000
_COUNTS_AT_ONCE = 4


@dataclass
class _Looked:
    """What one pass over the records of a type has seen."""

    scanned: int = 0
    expired: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    text_bytes: int = 0

    def add(self, type: MemoryType, record: Record, now: datetime) -> None:
        self.scanned += 1
        self.expired += is_expired(type, record.fields, now)
        self.text_bytes += len(text_of(type, record.fields).encode("utf-8", "replace"))
        at = time_of(type, record.fields)
        if at is not None:
            self.oldest = at if self.oldest is None else min(self.oldest, at)
            self.newest = at if self.newest is None else max(self.newest, at)


@dataclass
class _Found:
    findings: list[HealthFinding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, finding: HealthFinding) -> None:
        self.counts[finding.kind] += 1
        if self.counts[finding.kind] <= SHOWN_FINDINGS:
            self.findings.append(finding)


class MemoryReportService:
    def __init__(self, database: Database, clock: Clock, reach: MemoryReach) -> None:
        self._database = database
        self._clock = clock
        self._reach = reach

    async def stats(self, principal: Principal, crew: str | None) -> MemoryStats:
        """Counts are asked of the store; the figures beside them come from one pass over the records."""
        reach = await self._reach.open(principal.group_id, principal.forwarded_token, crew)
        async with self._database.read() as uow:
            pins = await uow.repo(MemoryUseRepository).pins(principal.group_id)
        pinned = Counter(pin for pin in pins if pin[1] in reach.crews)
        types = reach.types
        if crew is None and MemoryType.DOCUMENT in reach.plan.indexes:
            types = (*types, MemoryType.DOCUMENT)
        found = {}
        for type in types:
            looked = await self._look(reach, type)
            found[str(type)] = TypeStats(
                count=await reach.count(type),
                pinned=sum(count for (kind, _), count in pinned.items() if kind == type),
                **vars(looked),
            )
        lineages = _lineages(reach.crews.values())
        return MemoryStats(
            backend=reach.backend,
            backend_id=reach.plan.backend_id,
            embedder=EmbedderRead(
                name=reach.plan.embedder.name, dimension=reach.plan.embedder.dimension
            ),
            types=found,
            crews=await _crew_stats(reach, lineages[:SHOWN_CREWS], pinned),
            crews_total=len(lineages),
        )

    async def health(
        self, principal: Principal, crew: str | None, unused_after_days: int
    ) -> MemoryHealth:
        """Looks through at most SCANNED_FOR_HEALTH records of each type."""
        reach = await self._reach.open(principal.group_id, principal.forwarded_token, crew)
        # At once: what one type's records say is worked out while the next one's are read.
        examined = await asyncio.gather(
            *(self._examine(reach, type, unused_after_days) for type in reach.types)
        )
        found = _Found()
        for _, findings in examined:
            for finding in findings:
                found.add(finding)
        return MemoryHealth(
            findings=found.findings,
            counts={kind: found.counts[kind] for kind in Finding},
            scans=[scan for scan, _ in examined],
            duplicate_threshold=health.NEAR_DUPLICATE,
            unused_after_days=unused_after_days,
        )

    async def _look(self, reach: Reach, type: MemoryType) -> _Looked:
        looked, now = _Looked(), self._clock.now()
        async for page in reach.scan(type, SCANNED_FOR_STATS):
            for record in page:
                looked.add(type, record, now)
        return looked

    async def _examine(
        self, reach: Reach, type: MemoryType, days: int
    ) -> tuple[HealthScan, list[HealthFinding]]:
        records = [record async for page in reach.scan(type, SCANNED_FOR_HEALTH) for record in page]
        count = await reach.count(type)
        complete = len(records) < SCANNED_FOR_HEALTH
        scan = HealthScan(type=type, count=count, scanned=len(records), complete=complete)
        seen = await self._seen(reach.group_id, type, [record.id for record in records])
        # Patterns over all texts and a product of all vectors: other requests go on meanwhile.
        now = self._clock.now()
        return scan, await asyncio.to_thread(_findings, type, records, seen, now, days)

    async def _seen(self, group_id: str, type: MemoryType, ids: list[str]) -> "_Seen":
        async with self._database.read() as uow:
            uses = uow.repo(MemoryUseRepository)
            used = set(await uses.uses(group_id, type, ids))
            pinned = await uses.pinned(group_id, type, ids)
            read = await uses.read_by_tasks(group_id, type, ids, limit=_RECEIPTS)
            runs = {one.execution_id for one in read}
            stored = await uses.stored_by_tasks(group_id, type, runs)
        return _Seen(used | pinned, read, stored)


@dataclass(frozen=True)
class _Seen:
    """What is known of the records of one type beside themselves."""

    wanted: set[str]
    """Some run had it, or a person has pinned it."""
    read: list[TaskRecords]
    stored: list[TaskRecords]


def _findings(
    type: MemoryType, records: list[Record], seen: _Seen, now: datetime, days: int
) -> list[HealthFinding]:
    found = list(_of_single_records(type, records, now))
    old = now - timedelta(days=days)
    for record in records:
        at = time_of(type, record.fields)
        if at is not None and at < old and record.id not in seen.wanted:
            found.append(_never_recalled(type, record.id, at, days))
    found += _duplicates(type, records)
    vectors = {record.id: record.vector for record in records if record.vector is not None}
    loops = health.loops(
        {(one.execution_id, one.task): one.record_ids for one in seen.read},
        {(one.execution_id, one.task): one.record_ids for one in seen.stored},
        vectors,
    )
    return [*found, *(_loop(type, loop) for loop in loops)]


async def _crew_stats(
    reach: Reach, lineages: list[list[KnownCrew]], pinned: Mapping[tuple[str, str], int]
) -> list[CrewStats]:
    places = asyncio.Semaphore(_COUNTS_AT_ONCE)

    async def one(lineage: list[KnownCrew]) -> CrewStats:
        identities = [crew.identity for crew in lineage]
        async with places:
            storage = await reach.storage_of(identities[:200])
            counts = {
                str(type): CountRead(
                    count=await storage.count(type),
                    pinned=sum(pinned.get((type, identity), 0) for identity in identities),
                )
                for type in reach.types
            }
        return CrewStats(crew=crew_read(identities[0], lineage[0]), counts=counts)

    return list(await asyncio.gather(*(one(lineage) for lineage in lineages)))


def _lineages(crews: Iterable[KnownCrew]) -> list[list[KnownCrew]]:
    """Identities of one saved crew together, in the order in which they ran last."""
    found: dict[str, list[KnownCrew]] = {}
    for crew in crews:
        found.setdefault(crew.crew_id or crew.identity, []).append(crew)
    return list(found.values())


def _of_single_records(
    type: MemoryType, records: Iterable[Record], now: datetime
) -> Iterable[HealthFinding]:
    for record in records:
        kinds = health.secret_kinds(embedded_text(type, record.fields))
        if kinds:
            yield HealthFinding(
                kind=Finding.SECRET,
                type=type,
                record_ids=[record.id],
                detail=f"looks as if it holds a {' and a '.join(kinds)}",
                suggestion="delete the record or edit the secret out, and change the secret",
            )
        if is_expired(type, record.fields, now):
            yield HealthFinding(
                kind=Finding.EXPIRED,
                type=type,
                record_ids=[record.id],
                detail="past its time; no crew reads it any more",
                suggestion="delete it, or pin it to keep it",
            )


def _never_recalled(type: MemoryType, id: str, at: datetime, days: int) -> HealthFinding:
    return HealthFinding(
        kind=Finding.NEVER_RECALLED,
        type=type,
        record_ids=[id],
        detail=f"stored on {at:%Y-%m-%d} and had by no execution since, in more than {days} days",
        suggestion="delete it, or pin it where every run should know it",
    )


def _duplicates(type: MemoryType, records: list[Record]) -> list[HealthFinding]:
    """Within one crew each: what two crews know alike is no duplicate."""
    by_crew: dict[str | None, list[Record]] = {}
    for record in records:
        if record.vector is not None:
            by_crew.setdefault(record.crew_id, []).append(record)
    pairs = [
        pair
        for own in by_crew.values()
        for pair in health.near_duplicates(
            [record.id for record in own], [record.vector or () for record in own]
        )
    ]
    return [
        HealthFinding(
            kind=Finding.NEAR_DUPLICATE,
            type=type,
            record_ids=[pair.left, pair.right],
            detail="these two say nearly the same",
            score=round(pair.score, 4),
            suggestion="keep the better one and delete the other",
        )
        for pair in pairs
    ]


def _loop(type: MemoryType, loop: health.Loop) -> HealthFinding:
    return HealthFinding(
        kind=Finding.LOOP,
        type=type,
        record_ids=[loop.recalled, loop.stored],
        detail=f"task {loop.task} of execution {loop.execution_id} read the first and stored it again "
        "as the second",
        score=round(loop.score, 4),
        suggestion="delete the second; the crew repeats what it was told",
    )
