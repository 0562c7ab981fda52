"""Rows of one group: the group is the first argument of every read and stands in every WHERE."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import Conflict, NotFound, VersionConflict
from src.core.ids import SYSTEM_GROUP_ID
from src.models.base import GroupOwned

M = TypeVar("M", bound=GroupOwned)


class GroupRepository(Generic[M]):
    model: ClassVar[type[Any]]
    noun: ClassVar[str]
    """As people say it: "the crew …"."""
    shared: ClassVar[bool] = False
    """Rows of the system group can be read, never changed, by every group."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def visible(self, group_id: str) -> Select[M]:
        return select(self.model).where(self._owned(group_id))

    async def get(self, group_id: str, id: str) -> M:
        row: M | None = await self.session.scalar(self.visible(group_id).where(self.model.id == id))
        if row is None:
            raise self._missing(id)
        return row

    async def page(
        self,
        group_id: str,
        *,
        limit: int,
        before: str | None = None,
        where: Sequence[ColumnElement[bool]] = (),
    ) -> list[M]:
        """Newest first, at most `limit` rows older than the row `before`."""
        query = self.visible(group_id).where(*where)
        if before is not None:
            query = query.where(self.model.id < before)
        rows = await self.session.scalars(query.order_by(self.model.id.desc()).limit(limit))
        return list(rows)

    async def add(self, row: M) -> M:
        self.session.add(row)
        await self._flush(row)
        return row

    async def update(
        self,
        group_id: str,
        id: str,
        values: dict[str, Any],
        *,
        now: datetime,
        expected_version: int | None = None,
    ) -> M:
        """Compare-and-set: with an expected version, a row changed meanwhile raises VersionConflict."""
        row = await self._own(group_id, id)
        seen = row.version if expected_version is None else expected_version
        statement = (
            update(self.model)
            .where(self.model.group_id == group_id, self.model.id == id, self.model.version == seen)
            .values(**values, version=seen + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        try:
            result = await self.session.execute(statement)
        except IntegrityError as exc:
            raise self._duplicate() from exc
        if getattr(result, "rowcount", 0) != 1:
            raise VersionConflict(
                f"this {self.noun} is at version {row.version}, the change was made for version "
                f"{seen}; read it again and repeat the change"
            )
        await self.session.refresh(row)
        return row

    async def delete(self, group_id: str, id: str) -> None:
        row = await self._own(group_id, id)
        await self.session.execute(
            delete(self.model).where(self.model.group_id == group_id, self.model.id == row.id)
        )

    async def _own(self, group_id: str, id: str) -> M:
        """Like get(), without the shared rows: what this group may change."""
        query = select(self.model).where(self.model.group_id == group_id, self.model.id == id)
        row: M | None = await self.session.scalar(query)
        if row is None:
            raise self._missing(id)
        return row

    def _owned(self, group_id: str) -> ColumnElement[bool]:
        if self.shared:
            owned: ColumnElement[bool] = self.model.group_id.in_((group_id, SYSTEM_GROUP_ID))
            return owned
        mine: ColumnElement[bool] = self.model.group_id == group_id
        return mine

    async def _flush(self, row: M) -> None:
        try:
            await self.session.flush([row])
        except IntegrityError as exc:
            raise self._duplicate() from exc

    def _missing(self, id: str) -> NotFound:
        return NotFound(f"there is no {self.noun} {id} in this group")

    def _duplicate(self) -> Conflict:
        return Conflict(f"a {self.noun} with this name exists already; choose another name")
