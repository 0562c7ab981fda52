"""Rows of one group: the group is the first argument of every read and stands in every WHERE."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

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
    shared_by: ClassVar[str] = "id"
    """Column under which a group's own row stands in for a shared one in lists."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def visible(self, group_id: str) -> Select[M]:
        return select(self.model).where(self._owned(group_id))

    async def get(self, group_id: str, id: str) -> M:
        row: M | None = await self.session.scalar(
            _one_visible(type(self)), {"group_id": group_id, "id": id}
        )
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
        query = self.visible(group_id).where(*where, *self._unshadowed(group_id))
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
        mine = (self.model.group_id == group_id, self.model.id == id)
        seen = () if expected_version is None else (self.model.version == expected_version,)
        statement = (
            update(self.model)
            .where(*mine, *seen)
            .values(**values, version=self.model.version + 1, updated_at=now)
            .returning(self.model)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        try:
            row: M | None = await self.session.scalar(statement)
        except IntegrityError as exc:
            raise self._duplicate() from exc
        if row is None:
            current = await self._own(group_id, id)
            raise VersionConflict(
                f"this {self.noun} is at version {current.version}, the change was made for version "
                f"{expected_version}; read it again and repeat the change"
            )
        return row

    async def delete(self, group_id: str, id: str) -> None:
        mine = (self.model.group_id == group_id, self.model.id == id)
        result = await self.session.execute(delete(self.model).where(*mine))
        if getattr(result, "rowcount", 0) != 1:
            raise self._missing(id)

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

    def _unshadowed(self, group_id: str) -> tuple[ColumnElement[bool], ...]:
        if not self.shared or group_id == SYSTEM_GROUP_ID:
            return ()
        own = aliased(self.model)
        name = getattr(own, self.shared_by)
        shadow = select(own.id).where(
            own.group_id == group_id, name == getattr(self.model, self.shared_by)
        )
        return (or_(self.model.group_id == group_id, ~shadow.exists()),)

    async def _flush(self, row: M) -> None:
        try:
            await self.session.flush([row])
        except IntegrityError as exc:
            raise self._duplicate() from exc

    def _missing(self, id: str) -> NotFound:
        return NotFound(f"there is no {self.noun} {id} in this group")

    def _duplicate(self) -> Conflict:
        return Conflict(f"a {self.noun} with this name exists already; choose another name")


_STATEMENTS: dict[type[Any], Select[Any]] = {}


def _one_visible(repository: type[GroupRepository[Any]]) -> Select[Any]:
    """For GroupRepository.get. Kept, because putting it together takes as long as running it."""
    if repository not in _STATEMENTS:
        model = repository.model
        group_id: BindParameter[str] = bindparam("group_id")
        owners = (group_id, SYSTEM_GROUP_ID) if repository.shared else (group_id,)
        owned = or_(*(model.group_id == owner for owner in owners))
        _STATEMENTS[repository] = select(model).where(owned, model.id == bindparam("id"))
    return _STATEMENTS[repository]
