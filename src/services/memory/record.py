"""Memory records as people browse, search, change and remove them.

What a crew writes and what a person changes never meet: both wait for their turn (memory_turns.py).
"""

from collections.abc import Mapping
from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, FieldError, Invalid, NotFound, VersionConflict
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.memory.embedders.base import Purpose, Vector
from src.memory.plan import CREW_TYPES
from src.memory.recall import RecallRequest, recall
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text
from src.repositories.memory import MemoryPinRepository
from src.repositories.memory_use import MemoryUseRepository, UsingExecution
from src.repositories.vector.base import NewRecord, Record
from src.repositories.vector.filters import RecordFilter, Scalar
from src.schemas.common import Page
from src.schemas.databricks_index_schemas import Columns, DatabricksIndexSchemas, MemoryType
from src.schemas.memory import (
    MemoryFound,
    MemorySearch,
    MemorySearchResult,
    RecordCreate,
    RecordRead,
    RecordUpdate,
    RecordUse,
)
from src.services.base import page_of, read_cursor
from src.services.memory.change import changed_fields, taught_fields
from src.services.memory.reach import MemoryReach, Reach
from src.services.memory.shown import shown, version_of
from src.services.memory.turns import MemoryTurns

_SEARCHED_CREWS = 200


class MemoryRecordService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        reach: MemoryReach,
        turns: MemoryTurns,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._reach = reach
        self._turns = turns

    async def list(
        self, principal: Principal, paging: Paging, type: MemoryType | None, crew: str | None
    ) -> Page[RecordRead]:
        """In the order of ids: stores know no other. Without a type, what crews remember, type by type."""
        scope = ListScope(principal.group_id, "memory-records", (("type", type), ("crew", crew)))
        cursor = read_cursor(self._cursors, paging, scope)
        reach = await self._open(principal, crew)
        if type is not None:
            reach.require(type)
        found = await _records(reach, (type,) if type else reach.types, cursor, paging.limit + 1)
        items = found[: paging.limit]
        last = items[-1] if len(found) > paging.limit else None
        return Page(
            items=await shown(self._database, principal.group_id, reach.crews, items),
            next_cursor=last and self._cursors.issue(f"{last[0]}:{last[1].id}", scope),
        )

    async def get(self, principal: Principal, type: MemoryType, id: str) -> RecordRead:
        reach = await self._open(principal)
        return await self._show(reach, type, await reach.get(type, id))

    async def search(self, principal: Principal, body: MemorySearch) -> MemorySearchResult:
        """As crews recall, by meaning and by words; of more than 200 crews the 200 that ran last."""
        reach = await self._open(principal, body.crew_id)
        types = tuple(body.types) if body.types else reach.types
        for type in types:
            reach.require(type)
        storage = reach.storages[0]
        if len(reach.crews) > _SEARCHED_CREWS:
            storage = await reach.storage_of([*reach.crews][:_SEARCHED_CREWS])
        request = RecallRequest(
            query=body.query,
            limit=body.limit if set(types) & set(CREW_TYPES) else 0,
            now=self._clock.now(),
            types=tuple(one for one in types if one in CREW_TYPES),
            document_limit=body.limit if MemoryType.DOCUMENT in types else 0,
        )
        found = await recall(storage, request)
        hits = sorted((*found.records, *found.documents), key=lambda hit: (-hit.score, hit.id))
        wanted: dict[MemoryType, list[str]] = {}
        for hit in hits[: body.limit]:
            wanted.setdefault(hit.type, []).append(hit.id)
        records = {
            (type, record.id): record
            for type, some in wanted.items()
            for record in await storage.get(type, some)
        }
        kept = [hit for hit in hits[: body.limit] if (hit.type, hit.id) in records]
        pairs = [(hit.type, records[hit.type, hit.id]) for hit in kept]
        reads = await shown(self._database, principal.group_id, reach.crews, pairs)
        items = [
            MemoryFound(rank=rank, score=hit.score, record=read)
            for rank, (hit, read) in enumerate(zip(kept, reads, strict=True), start=1)
        ]
        return MemorySearchResult(items=items, backend=found.backend, latency_ms=found.latency_ms)

    async def create(self, principal: Principal, body: RecordCreate) -> RecordRead:
        """Under the identity of the crew that ran last."""
        type = MemoryType(body.type)
        reach = await self._open(principal, body.crew_id)
        reach.require(type)
        if not reach.crews:
            raise Conflict("this crew has never run; its memory begins with its first run")
        identity = next(iter(reach.crews))
        storage = await reach.storage_of([identity])
        key = ids.new()
        fields = taught_fields(body, key, principal.email, self._clock.now(), reach.plan)
        text = embedded_text(type, fields)
        vector = (await storage.embedder.embed([text], Purpose.DOCUMENT))[0]
        id = storage.scope.record_id(type, key)
        async with self._turns.of(principal.group_id, identity):
            await storage.write(type, [NewRecord(id, fields, vector)])
        return await self._show(reach, type, await _found(storage, type, id))

    async def update(
        self,
        principal: Principal,
        type: MemoryType,
        id: str,
        body: RecordUpdate,
        expected_version: int | None,
    ) -> RecordRead:
        """Keeps the record where it is, and under the identity it was stored under."""
        changes = body.changes()
        _check_fields(type, changes)
        reach = await self._open(principal)
        owner = await reach.get(type, id)
        identity = owner.crew_id or ""
        storage = await reach.storage_of([identity])
        async with self._turns.of(principal.group_id, identity):
            record = await _found(storage, type, id)
            if expected_version is not None and version_of(record) != expected_version:
                raise VersionConflict(
                    f"this record is at version {version_of(record)}, the change was made for "
                    f"version {expected_version}; read it again and repeat the change"
                )
            fields = changed_fields(type, record, changes)
            if fields != dict(record.fields):
                vector = await self._vector(storage, type, record, fields)
                await storage.write(type, [NewRecord(id, fields, vector)])
            if "pinned" in changes:
                await self._pin(principal, (type, id), identity, pinned=changes["pinned"])
            return await self._show(reach, type, await _found(storage, type, id))

    async def delete(self, principal: Principal, type: MemoryType, id: str) -> None:
        _refuse_documents(type)
        reach = await self._open(principal)
        record = await reach.get(type, id)
        storage = await reach.storage_of([record.crew_id or ""])
        async with self._turns.of(principal.group_id, record.crew_id or ""):
            await storage.delete(type, RecordFilter(ids=(id,)))
            async with self._database.write() as uow:
                await uow.repo(MemoryPinRepository).remove(principal.group_id, (type, id))

    async def executions(
        self, principal: Principal, type: MemoryType, id: str, paging: Paging
    ) -> Page[RecordUse]:
        """Which executions had it in front of them, newest first; also of a record that is gone."""
        scope = ListScope(principal.group_id, "memory-uses", (("type", type), ("record", id)))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(MemoryUseRepository).executions(
                principal.group_id, type, id, limit=paging.limit + 1, before=before
            )
        if not rows and before is None:
            await (await self._open(principal)).get(type, id)
        return page_of(
            rows, paging.limit, _use_read, lambda row: row.execution_id, self._cursors, scope
        )

    async def _open(self, principal: Principal, crew: str | None = None) -> Reach:
        return await self._reach.open(principal.group_id, principal.forwarded_token, crew)

    async def _show(self, reach: Reach, type: MemoryType, record: Record) -> RecordRead:
        return (await shown(self._database, reach.group_id, reach.crews, [(type, record)]))[0]

    async def _vector(
        self,
        storage: MemoryStorage,
        type: MemoryType,
        record: Record,
        fields: dict[str, Scalar | None],
    ) -> Vector:
        text = embedded_text(type, fields)
        name = storage.plan.embedder.name
        if text == embedded_text(type, record.fields) and record.vector is not None:
            return record.vector
        fields[Columns.EMBEDDING_MODEL] = name
        return (await storage.embedder.embed([text], Purpose.DOCUMENT))[0]

    async def _pin(
        self, principal: Principal, record: tuple[str, str], identity: str, *, pinned: bool
    ) -> None:
        async with self._database.write() as uow:
            pins = uow.repo(MemoryPinRepository)
            if pinned:
                now = self._clock.now()
                await pins.add(principal.group_id, record, identity, by=principal.email, now=now)
            else:
                await pins.remove(principal.group_id, record)


async def _records(
    reach: Reach, types: tuple[MemoryType, ...], cursor: str | None, wanted: int
) -> list[tuple[MemoryType, Record]]:
    begin, _, after = (cursor or "").partition(":")
    found: list[tuple[MemoryType, Record]] = []
    for type in types[types.index(MemoryType(begin)) if begin in types else 0 :]:
        records = await reach.page(type, after if type == begin else None, wanted - len(found))
        found += [(type, record) for record in records]
        if len(found) >= wanted:
            break
    return found


async def _found(storage: MemoryStorage, type: MemoryType, id: str) -> Record:
    found = await storage.get(type, [id])
    if not found:
        raise NotFound(f"there is no {type} record {id} in this group")
    return found[0]


def _check_fields(type: MemoryType, changes: Mapping[str, Any]) -> None:
    _refuse_documents(type)
    columns = DatabricksIndexSchemas.get_schema(type)
    unknown = [name for name in changes if name != "pinned" and name not in columns]
    if unknown:
        message = f"{type} records have no {', '.join(unknown)}"
        errors = tuple(FieldError(f"/{name}", "field", message) for name in unknown)
        raise Invalid(message, errors=errors)


def _refuse_documents(type: MemoryType) -> None:
    if type not in CREW_TYPES:
        raise Invalid(
            "documents are changed as wholes: upload the file again, or delete it, under "
            "/knowledge/documents"
        )


def _use_read(row: UsingExecution) -> RecordUse:
    return RecordUse(
        execution_id=row.execution_id,
        crew_name=row.crew_name,
        status=row.status,
        started_at=row.started_at,
        times=row.receipts,
        best_rank=row.best_rank,
        last_at=row.last_at,
    )
