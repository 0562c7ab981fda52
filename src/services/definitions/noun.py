"""The use cases that every noun of a group has: list, create, get, update, delete."""

from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Forbidden
from src.core.ids import SYSTEM_GROUP_ID
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.models.base import GroupOwned
from src.repositories.base import GroupRepository
from src.schemas.common import OwnedRead, Page, Patch
from src.services.base import page_of, read_cursor

M = TypeVar("M", bound=GroupOwned)
C = TypeVar("C", bound=BaseModel)
U = TypeVar("U", bound=Patch)
R = TypeVar("R", bound=OwnedRead)


class NounService(Generic[M, C, U, R]):
    """A subclass names its repository and its schema, and says how a body becomes columns."""

    repository: ClassVar[type[GroupRepository[Any]]]
    read: ClassVar[type[OwnedRead]]

    def __init__(self, database: Database, cursors: CursorSigner, clock: Clock) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock

    async def list(self, principal: Principal, paging: Paging) -> Page[R]:
        scope = ListScope(principal.group_id, self.repository.model.__tablename__)
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows: list[M] = await uow.repo(self.repository).page(
                principal.group_id, limit=paging.limit + 1, before=before
            )
            return page_of(rows, paging.limit, self._show, lambda row: row.id, self._cursors, scope)

    async def create(self, principal: Principal, body: C) -> R:
        now = self._clock.now()
        owned = {"id": ids.new(), "group_id": principal.group_id}
        values = await self._new_values(principal, owned["id"], body)
        row = self.repository.model(**(owned | values), version=1, created_at=now, updated_at=now)
        async with self._database.write() as uow:
            return self._show(await uow.repo(self.repository).add(row))

    async def get(self, principal: Principal, id: str) -> R:
        async with self._database.read() as uow:
            return self._show(await uow.repo(self.repository).get(principal.group_id, id))

    async def update(
        self, principal: Principal, id: str, body: U, expected_version: int | None
    ) -> R:
        values = await self._changes(principal, id, body)
        async with self._database.write() as uow:
            owner = await self._owner(uow, principal, id)
            row = await uow.repo(self.repository).update(
                owner,
                id,
                values,
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return self._show(row)

    async def delete(self, principal: Principal, id: str) -> None:
        async with self._database.write() as uow:
            owner = await self._owner(uow, principal, id)
            await uow.repo(self.repository).delete(owner, id)

    async def _owner(self, uow: UnitOfWork, principal: Principal, id: str) -> str:
        """Whose row a change is for: the caller's group, or the system for its administrators."""
        if not self.repository.shared:
            return principal.group_id
        row = await uow.repo(self.repository).get(principal.group_id, id)
        if row.group_id == SYSTEM_GROUP_ID and not principal.is_system_admin:
            raise Forbidden(
                f"this {self.repository.noun} belongs to everybody; only a system administrator "
                "(KASAL_SYSTEM_ADMINS) may change it. Add one of your own under the same name instead"
            )
        return str(row.group_id)

    async def _new_values(self, principal: Principal, id: str, body: C) -> dict[str, Any]:
        return body.model_dump(mode="json")

    async def _changes(self, principal: Principal, id: str, body: U) -> dict[str, Any]:
        return body.changes()

    def _show(self, row: M) -> R:
        shown: Any = self.read.model_validate(row)
        return shown  # type: ignore[no-any-return]  # a class variable cannot be generic
