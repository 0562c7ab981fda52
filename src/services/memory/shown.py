"""Memory records as people see them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from src.core.unit_of_work import Database
from src.memory.texts import metadata_of, moment, relationships_of, sources_of, text_of, time_of
from src.repositories.memory_use import KnownCrew, MemoryUseRepository, Use
from src.repositories.vector.base import Record
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.schemas.memory import RecordCrew, RecordRead

TTL_UNPINNED: Final = "ttl_hours_unpinned"
"""In the metadata of a pinned short-term record: how long it would be kept otherwise."""
_SHOWN_ELSEWHERE = {Columns.CONTENT, Columns.VERSION}
_JSON = {Columns.TOOLS_USED, Columns.DOC_METADATA}


async def shown(
    database: Database,
    group_id: str,
    crews: Mapping[str, KnownCrew],
    records: list[tuple[MemoryType, Record]],
) -> list[RecordRead]:
    """In their order, with their pins and with who used them."""
    by_type: dict[MemoryType, list[str]] = {}
    for type, record in records:
        by_type.setdefault(type, []).append(record.id)
    uses: dict[tuple[MemoryType, str], Use] = {}
    pinned: set[tuple[MemoryType, str]] = set()
    async with database.read() as uow:
        for type, ids in by_type.items():
            found = await uow.repo(MemoryUseRepository).uses(group_id, type, ids)
            uses |= {(type, id): use for id, use in found.items()}
            pins = await uow.repo(MemoryUseRepository).pinned(group_id, type, ids)
            pinned |= {(type, id) for id in pins}
    return [
        _read(
            type,
            record,
            crew=crews.get(record.crew_id or ""),
            use=uses.get((type, record.id)),
            pinned=(type, record.id) in pinned,
        )
        for type, record in records
    ]


def _read(
    type: MemoryType, record: Record, *, crew: KnownCrew | None, use: Use | None, pinned: bool
) -> RecordRead:
    accessed = [moment(record.fields.get(Columns.LAST_ACCESSED)), use.last_at if use else None]
    return RecordRead(
        type=type,
        id=record.id,
        crew=None if record.crew_id is None else crew_read(record.crew_id, crew),
        text=text_of(type, record.fields),
        fields=_fields(record),
        sources=_sources(type, record),
        created_at=time_of(type, record.fields),
        last_accessed_at=max((at for at in accessed if at is not None), default=None),
        expires_at=expires_at(type, record),
        pinned=pinned,
        used=use.executions if use else 0,
        version=version_of(record),
    )


def crew_read(identity: str, crew: KnownCrew | None) -> RecordCrew:
    return RecordCrew(
        identity=identity,
        crew_id=crew.crew_id if crew else None,
        name=crew.name if crew else None,
    )


def expires_at(type: MemoryType, record: Record) -> datetime | None:
    hours = record.fields.get(Columns.TTL_HOURS)
    created = moment(record.fields.get(Columns.CREATED_AT))
    if type is not MemoryType.SHORT_TERM or created is None:
        return None
    if not isinstance(hours, int) or hours <= 0:
        return None
    try:
        return created + timedelta(hours=hours)
    except OverflowError:  # so far ahead that it is kept for good
        return None


def version_of(record: Record) -> int:
    """The column where there is one, else nine digits that change with the content."""
    version = record.fields.get(Columns.VERSION)
    if isinstance(version, int):
        return version
    content = json.dumps(dict(record.fields), sort_keys=True).encode()
    return int(hashlib.sha256(content).hexdigest()[:12], 16) % 1_000_000_000


def _fields(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: value for name, value in record.fields.items() if name not in _SHOWN_ELSEWHERE
    }
    for name in values.keys() & _JSON:
        values[name] = _parsed(values[name])
    if Columns.METADATA in values:
        values[Columns.METADATA] = metadata_of(record.fields) or _parsed(values[Columns.METADATA])
    if Columns.RELATIONSHIPS in values:
        values[Columns.RELATIONSHIPS] = list(relationships_of(record.fields))
    return values


def _sources(type: MemoryType, record: Record) -> list[str]:
    """An observation is its own source."""
    own = metadata_of(record.fields).get("key") if type is MemoryType.SHORT_TERM else None
    return [str(own)] if own else list(sources_of(type, record.fields))


def _parsed(value: Any) -> Any:
    """Older products wrote plain text where others write JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
