"""What a person's change makes of a record's columns, and what columns a record has that a person adds."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from src.core.errors import Conflict
from src.memory.plan import MemoryPlan
from src.memory.texts import metadata_of, relationships_json, sources_of
from src.repositories.vector.base import Record
from src.repositories.vector.filters import MemoryScope, Scalar
from src.schemas.databricks_index_schemas import Columns, DatabricksIndexSchemas, MemoryType
from src.schemas.memory import RecordCreate
from src.services.memory.shown import TTL_UNPINNED

Fields = dict[str, Scalar | None]


def changed_fields(type: MemoryType, record: Record, changes: Mapping[str, Any]) -> Fields:
    """All columns as they are to be stored; the version counts what really changed."""
    scope = MemoryScope(record.group_id, (record.crew_id or "",))
    if scope.owner_of(type, record.id) is None:
        raise Conflict(
            "this record was stored by another product, under an id that names no crew: it can be read "
            "and deleted, not changed"
        )
    before = dict(record.fields)
    fields = before | {name: changes[name] for name in changes if name in before}
    if Columns.RELATIONSHIPS in changes:
        sources = sources_of(type, record.fields)
        fields[Columns.RELATIONSHIPS] = relationships_json(changes[Columns.RELATIONSHIPS], sources)
    if type is MemoryType.SHORT_TERM and {"pinned", Columns.TTL_HOURS} & set(changes):
        _keep_or_expire(fields, record, changes)
    columns = DatabricksIndexSchemas.get_schema(type)
    if fields != before and Columns.VERSION in columns:
        version = before.get(Columns.VERSION)
        fields[Columns.VERSION] = version + 1 if isinstance(version, int) else 1
    return fields


def taught_fields(body: RecordCreate, key: str, by: str, now: datetime, plan: MemoryPlan) -> Fields:
    """As a run's own, so that recall, merging and forgetting treat it alike."""
    at = now.isoformat()
    fields: Fields = {
        Columns.TIMESTAMP: at,
        Columns.AGENT: by,
        Columns.TOOLS_USED: "[]",
        Columns.EMBEDDING_MODEL: plan.embedder.name,
    }
    if body.type == "entity":
        return fields | {
            Columns.ENTITY_NAME: body.entity_name,
            Columns.ENTITY_TYPE: body.entity_type,
            Columns.DESCRIPTION: body.description,
            Columns.RELATIONSHIPS: relationships_json(body.relationships, [key]),
        }
    about = {"by": by, "key": key, "sources": [key]}
    fields |= {
        Columns.CONTENT: body.content,
        Columns.METADATA: json.dumps(about, ensure_ascii=False),
        Columns.VERSION: 1,
    }
    if body.type == "short_term":
        return fields | {Columns.CREATED_AT: at, Columns.TTL_HOURS: plan.ttl_hours}
    return fields | {
        Columns.QUALITY: 1.0,
        Columns.IMPORTANCE: body.importance,
        Columns.LAST_ACCESSED: at,
    }


def _keep_or_expire(fields: Fields, record: Record, changes: Mapping[str, Any]) -> None:
    """A pinned record has no end (0), whoever looks at it; how long it had is kept for the day it is unpinned."""
    about = metadata_of(record.fields)
    was_kept = TTL_UNPINNED in about
    stored = about.pop(TTL_UNPINNED, record.fields.get(Columns.TTL_HOURS))
    hours = changes.get(Columns.TTL_HOURS, stored)
    is_kept = changes.get("pinned", was_kept)
    if is_kept:
        about[TTL_UNPINNED] = hours
    fields[Columns.TTL_HOURS] = 0 if is_kept else hours
    if is_kept or was_kept:
        fields[Columns.METADATA] = json.dumps(about, ensure_ascii=False)
