"""Shipped rows: put in once, updated as long as nobody touched them, never brought back once deleted."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from src.core import ids
from src.core.ids import SYSTEM_GROUP_ID
from src.models.base import Base
from src.models.group import Group
from src.models.model_config import ModelConfig
from src.models.output_schema import OutputSchema
from src.models.seed_mark import SeedMark
from src.models.tool import Tool


class SeedKind(StrEnum):
    MODELS = "models"
    OUTPUT_SCHEMAS = "output_schemas"
    TOOLS = "tools"
    EXAMPLE_CREWS = "example_crews"


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """An administrator changed or deleted it; their choice stands."""


@dataclass(frozen=True)
class _Table:
    model: type[Any]
    key_column: str


_TABLES = {
    SeedKind.MODELS: _Table(ModelConfig, "key"),
    SeedKind.OUTPUT_SCHEMAS: _Table(OutputSchema, "name"),
    SeedKind.TOOLS: _Table(Tool, "key"),
}


class SeedRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def upsert(
        self, kind: SeedKind, key: str, values: Mapping[str, Any], now: datetime
    ) -> Outcome:
        """`values` are columns of the system's row `key`. Idempotent."""
        table = _TABLES[kind]
        row = await self._row(table, key)
        seeded = seed_hash(values)
        if row is None:
            if await self._mark(SYSTEM_GROUP_ID, kind, key) is not None:
                return Outcome.KEPT
            self.session.add(_new_row(table, key, values, seeded, now))
            self.session.add(seed_mark(SYSTEM_GROUP_ID, kind, key, now))
            await self.session.flush()
            return Outcome.CREATED
        current = seed_hash({name: getattr(row, name) for name in values})
        if row.seed_hash != current:
            return Outcome.KEPT
        if current == seeded:
            return Outcome.UNCHANGED
        for name, value in values.items():
            setattr(row, name, value)
        row.seed_hash, row.updated_at = seeded, now
        if hasattr(row, "version"):
            row.version += 1
        await self.session.flush()
        return Outcome.UPDATED

    async def groups_without(self, kind: SeedKind, key: str) -> list[str]:
        """Personal groups that were never given this row."""
        given = select(SeedMark.group_id).where(SeedMark.kind == kind, SeedMark.key == key)
        groups = select(Group.id).where(Group.personal_user_id.is_not(None), Group.id.not_in(given))
        return list(await self.session.scalars(groups.order_by(Group.id)))

    async def add_all(self, rows: Sequence[Base]) -> None:
        """Parents before children."""
        for row in rows:
            self.session.add(row)
            await self.session.flush()

    async def _row(self, table: _Table, key: str) -> Any:
        query = select(table.model).where(getattr(table.model, table.key_column) == key)
        if hasattr(table.model, "group_id"):
            query = query.where(table.model.group_id == SYSTEM_GROUP_ID)
        return await self.session.scalar(query)

    async def _mark(self, group_id: str, kind: SeedKind, key: str) -> SeedMark | None:
        return await self.session.get(SeedMark, (group_id, kind, key))


def seed_hash(values: Mapping[str, Any]) -> str:
    """Without empty values, so that a column added later does not make every row look changed."""
    present = {name: value for name, value in values.items() if value is not None}
    text = json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed_mark(group_id: str, kind: SeedKind, key: str, now: datetime) -> SeedMark:
    return SeedMark(group_id=group_id, kind=kind, key=key, created_at=now)


def _new_row(
    table: _Table, key: str, values: Mapping[str, Any], seeded: str, now: datetime
) -> Base:
    columns = {table.key_column: key, "seed_hash": seeded, "updated_at": now, **values}
    if hasattr(table.model, "group_id"):
        columns |= {"id": ids.new(), "group_id": SYSTEM_GROUP_ID, "created_at": now}
    row: Base = table.model(**columns)
    return row
