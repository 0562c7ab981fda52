"""The use cases of a noun with versions: every change of a definition makes one that never changes again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.versions import VersionedRepository
from src.schemas.common import FieldProblem, Page
from src.schemas.versions import (
    DefinitionDiff,
    Rollback,
    VersionedCreate,
    VersionedRead,
    VersionedSummary,
    VersionedUpdate,
    VersionRead,
    VersionSummary,
)
from src.services.base import page_of, read_cursor
from src.services.definitions.diff import diff

C = TypeVar("C", bound=VersionedCreate)
U = TypeVar("U", bound=VersionedUpdate)
S = TypeVar("S", bound=VersionedSummary)
R = TypeVar("R", bound=VersionedRead)
Problems = list[FieldProblem]


class Wanted(Protocol):
    """A frozen dataclass: which rows of a list, as the repository knows them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def where(self) -> Sequence[Any]: ...


class VersionedService(Generic[C, U, S, R]):
    """A subclass names its repository and its schemas, and says what it checks."""

    repository: ClassVar[type[VersionedRepository[Any, Any]]]
    summary: ClassVar[type[VersionedSummary]]
    read: ClassVar[type[VersionedRead]]

    def __init__(self, database: Database, cursors: CursorSigner, clock: Clock) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock

    async def list(
        self, principal: Principal, paging: Paging, wanted: Wanted | None = None
    ) -> Page[S]:
        filters = {} if wanted is None else asdict(wanted)
        scope = ListScope(
            principal.group_id,
            self.repository.model.__tablename__,
            tuple((name, None if value is None else str(value)) for name, value in filters.items()),
        )
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(self.repository).page(
                principal.group_id,
                limit=paging.limit + 1,
                before=before,
                where=() if wanted is None else wanted.where(),
            )
            return page_of(
                rows, paging.limit, self._summary, lambda row: row.id, self._cursors, scope
            )

    async def create(self, principal: Principal, body: C) -> R:
        problems = await self._problems(principal, body.definition)
        async with self._database.write() as uow:
            return await self._add(uow, principal, body, problems)

    async def get(self, principal: Principal, id: str) -> R:
        async with self._database.read() as uow:
            row, version = await uow.repo(self.repository).version(principal.group_id, id)
            return self._show(row, version.definition, [])

    async def update(
        self, principal: Principal, id: str, body: U, expected_version: int | None
    ) -> R:
        problems: Problems = []
        if body.definition is not None:
            problems = await self._problems(principal, body.definition)
        columns = body.changes()
        for of_version in ("definition", "note"):
            columns.pop(of_version, None)
        async with self._database.write() as uow:
            rows = uow.repo(self.repository)
            _, current = await rows.version(principal.group_id, id)
            definition = current.definition
            if body.definition is not None:
                definition = _as_given(body.definition)
            changed = json.dumps(definition) != json.dumps(current.definition)
            row = await rows.change(
                principal.group_id,
                id,
                columns,
                now=self._clock.now(),
                expected_version=expected_version,
                new_version=changed,
            )
            if changed:
                await self._add_version(uow, principal, row, definition, body.note or "")
            return self._show(row, definition, problems)

    async def delete(self, principal: Principal, id: str) -> None:
        """With its versions; executions keep the plan they ran."""
        async with self._database.write() as uow:
            await uow.repo(self.repository).delete(principal.group_id, id)

    async def versions(self, principal: Principal, id: str, paging: Paging) -> Page[VersionSummary]:
        noun = self.repository.noun
        scope = ListScope(principal.group_id, f"{noun}-versions", ((noun, id),))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(self.repository).versions(
                principal.group_id,
                id,
                limit=paging.limit + 1,
                before=None if before is None else int(before),
            )
            return page_of(
                rows,
                paging.limit,
                VersionSummary.model_validate,
                lambda row: str(row.number),
                self._cursors,
                scope,
            )

    async def version(self, principal: Principal, id: str, number: int) -> VersionRead:
        async with self._database.read() as uow:
            _, version = await uow.repo(self.repository).version(principal.group_id, id, number)
            return VersionRead.model_validate(version)

    async def diff(self, principal: Principal, id: str, older: int, newer: int) -> DefinitionDiff:
        async with self._database.read() as uow:
            rows = uow.repo(self.repository)
            _, before = await rows.version(principal.group_id, id, older)
            _, after = await rows.version(principal.group_id, id, newer)
        changes = list(diff(before.definition, after.definition))
        return DefinitionDiff(from_=older, to=newer, changes=changes)

    async def rollback(
        self, principal: Principal, id: str, body: Rollback, expected_version: int | None
    ) -> R:
        """A new version with the old definition: history is never rewritten."""
        async with self._database.write() as uow:
            rows = uow.repo(self.repository)
            _, old = await rows.version(principal.group_id, id, body.to)
            row = await rows.change(
                principal.group_id,
                id,
                {},
                now=self._clock.now(),
                expected_version=expected_version,
                new_version=True,
            )
            note = body.note or f"back to version {body.to}"
            await self._add_version(uow, principal, row, old.definition, note)
            return self._show(row, old.definition, [])

    async def _problems(self, principal: Principal, definition: Any) -> Problems:
        """What would keep it from running, though it is saved. Raises for what must not be saved."""
        return []

    async def _add(
        self, uow: UnitOfWork, principal: Principal, body: VersionedCreate, problems: Problems
    ) -> R:
        now = self._clock.now()
        row = self.repository.model(
            id=ids.new(),
            group_id=principal.group_id,
            name=body.name,
            description=body.description,
            current_version=1,
            version=1,
            created_at=now,
            updated_at=now,
        )
        await uow.repo(self.repository).add(row)
        definition = _as_given(body.definition)
        await self._add_version(uow, principal, row, definition, body.note)
        return self._show(row, definition, problems)

    async def _add_version(
        self, uow: UnitOfWork, principal: Principal, row: Any, definition: Any, note: str
    ) -> None:
        version = self.repository.version_model(
            **{self.repository.owner: row.id},
            number=row.current_version,
            group_id=row.group_id,
            definition=definition,
            note=note,
            created_by=principal.email,
            created_at=row.updated_at,
        )
        await uow.repo(self.repository).add_version(version)

    def _summary(self, row: Any) -> S:
        shown: Any = self.summary.model_validate(row)
        return shown  # type: ignore[no-any-return]  # a class variable cannot be generic

    def _show(self, row: Any, definition: Any, problems: Problems) -> R:
        summary = self.summary.model_validate(row).model_dump()
        shown: Any = self.read(**summary, definition=definition, problems=problems)
        return shown  # type: ignore[no-any-return]  # a class variable cannot be generic


def _as_given(definition: BaseModel) -> dict[str, Any]:
    """Without defaults: they would fill every diff, and a later default should reach old rows."""
    return definition.model_dump(mode="json", exclude_unset=True, by_alias=True)
