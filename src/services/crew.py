"""Saved crews: every change of a definition makes a version that never changes again."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import yaml

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import NotAvailable
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.models.crew import Crew, CrewVersion
from src.repositories.crew import CrewRepository
from src.schemas.common import FieldProblem, Page
from src.schemas.crew import (
    CrewCreate,
    CrewDiff,
    CrewImport,
    CrewRead,
    CrewSummary,
    CrewUpdate,
    CrewVersionRead,
    CrewVersionSummary,
    ExportFormat,
    Rollback,
)
from src.schemas.crew_config import CrewDefinition
from src.services.base import page_of, read_cursor
from src.services.crew_diff import diff
from src.services.crew_import import crew_from_import
from src.services.idempotency import Idempotency, Replayable

Problems = list[FieldProblem]
Check = Callable[[Principal, CrewDefinition], Awaitable[Problems]]

_IN_FILES = {"agents_yaml": "agents", "tasks_yaml": "tasks"}


class CrewService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        check: Check | None = None,
    ) -> None:
        """`check` finds what would keep a definition from running; saving goes ahead all the same."""
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._check = check

    async def list(self, principal: Principal, paging: Paging) -> Page[CrewSummary]:
        scope = ListScope(principal.group_id, "crews")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(CrewRepository).page(
                principal.group_id, limit=paging.limit + 1, before=before
            )
            return page_of(
                rows,
                paging.limit,
                CrewSummary.model_validate,
                lambda row: row.id,
                self._cursors,
                scope,
            )

    async def create(self, principal: Principal, body: CrewCreate) -> CrewRead:
        problems = await self._problems(principal, body.definition)
        async with self._database.write() as uow:
            return await self._add(uow, principal, body, problems)

    async def import_(
        self, principal: Principal, body: CrewImport, idempotency_key: str | None
    ) -> Replayable[CrewRead]:
        crew = crew_from_import(body)
        problems = await self._problems(principal, crew.definition)
        idempotency = Idempotency(principal, "crews/import", idempotency_key, body, self._clock)
        async with self._database.write() as uow:
            replayed = await idempotency.recall(uow, CrewRead)
            if replayed is not None:
                return replayed
            created = await self._add(uow, principal, crew, problems)
            await idempotency.remember(uow, 201, created)
        return Replayable(created, replayed=False)

    async def get(self, principal: Principal, id: str) -> CrewRead:
        async with self._database.read() as uow:
            crew, version = await uow.repo(CrewRepository).version(principal.group_id, id)
            return _show(crew, version.definition, [])

    async def update(
        self, principal: Principal, id: str, body: CrewUpdate, expected_version: int | None
    ) -> CrewRead:
        problems = await self._problems(principal, body.definition)
        columns = body.changes()
        for of_version in ("definition", "note"):
            columns.pop(of_version, None)
        async with self._database.write() as uow:
            crews = uow.repo(CrewRepository)
            _, current = await crews.version(principal.group_id, id)
            definition = current.definition
            if body.definition is not None:
                definition = _as_given(body.definition)
            changed = json.dumps(definition) != json.dumps(current.definition)
            crew = await crews.change(
                principal.group_id,
                id,
                columns,
                now=self._clock.now(),
                expected_version=expected_version,
                new_version=changed,
            )
            if changed:
                await self._add_version(uow, principal, crew, definition, body.note or "")
            return _show(crew, definition, problems)

    async def delete(self, principal: Principal, id: str) -> None:
        """With its versions; executions keep the plan they ran."""
        async with self._database.write() as uow:
            await uow.repo(CrewRepository).delete(principal.group_id, id)

    async def versions(
        self, principal: Principal, id: str, paging: Paging
    ) -> Page[CrewVersionSummary]:
        scope = ListScope(principal.group_id, "crew-versions", (("crew", id),))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(CrewRepository).versions(
                principal.group_id,
                id,
                limit=paging.limit + 1,
                before=None if before is None else int(before),
            )
            return page_of(
                rows,
                paging.limit,
                CrewVersionSummary.model_validate,
                lambda row: str(row.number),
                self._cursors,
                scope,
            )

    async def version(self, principal: Principal, id: str, number: int) -> CrewVersionRead:
        async with self._database.read() as uow:
            _, version = await uow.repo(CrewRepository).version(principal.group_id, id, number)
            return CrewVersionRead.model_validate(version)

    async def diff(self, principal: Principal, id: str, older: int, newer: int) -> CrewDiff:
        async with self._database.read() as uow:
            crews = uow.repo(CrewRepository)
            _, before = await crews.version(principal.group_id, id, older)
            _, after = await crews.version(principal.group_id, id, newer)
        changes = list(diff(before.definition, after.definition))
        return CrewDiff(from_=older, to=newer, changes=changes)

    async def rollback(
        self, principal: Principal, id: str, body: Rollback, expected_version: int | None
    ) -> CrewRead:
        """A new version with the old definition: history is never rewritten."""
        async with self._database.write() as uow:
            crews = uow.repo(CrewRepository)
            _, old = await crews.version(principal.group_id, id, body.to)
            crew = await crews.change(
                principal.group_id,
                id,
                {},
                now=self._clock.now(),
                expected_version=expected_version,
                new_version=True,
            )
            note = body.note or f"back to version {body.to}"
            await self._add_version(uow, principal, crew, old.definition, note)
            return _show(crew, old.definition, [])

    async def export(self, principal: Principal, id: str, format: ExportFormat) -> str:
        """A crew file in YAML or JSON, as POST /crews/import and `kasal run` read it."""
        if format not in ("yaml", "json"):
            raise NotAvailable(f"crews cannot be exported as {format} yet; use yaml or json")
        crew = await self.get(principal, id)
        document = {"name": crew.name, "description": crew.description}
        document |= {_IN_FILES.get(name, name): value for name, value in crew.definition.items()}
        if format == "json":
            return json.dumps(document, indent=2, ensure_ascii=False)
        return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)

    async def _problems(self, principal: Principal, definition: CrewDefinition | None) -> Problems:
        if self._check is None or definition is None:
            return []
        return await self._check(principal, definition)

    async def _add(
        self,
        uow: UnitOfWork,
        principal: Principal,
        body: CrewCreate,
        problems: Problems,
    ) -> CrewRead:
        now = self._clock.now()
        crew = Crew(
            id=ids.new(),
            group_id=principal.group_id,
            name=body.name,
            description=body.description,
            current_version=1,
            version=1,
            created_at=now,
            updated_at=now,
        )
        await uow.repo(CrewRepository).add(crew)
        definition = _as_given(body.definition)
        await self._add_version(uow, principal, crew, definition, body.note)
        return _show(crew, definition, problems)

    async def _add_version(
        self, uow: UnitOfWork, principal: Principal, crew: Crew, definition: Any, note: str
    ) -> None:
        version = CrewVersion(
            crew_id=crew.id,
            number=crew.current_version,
            group_id=crew.group_id,
            definition=definition,
            note=note,
            created_by=principal.email,
            created_at=crew.updated_at,
        )
        await uow.repo(CrewRepository).add_version(version)


def _as_given(definition: CrewDefinition) -> dict[str, Any]:
    """Without defaults: they would fill every diff, and a later default should reach old crews."""
    return definition.model_dump(mode="json", exclude_unset=True)


def _show(crew: Crew, definition: Any, problems: Problems) -> CrewRead:
    shown = CrewSummary.model_validate(crew).model_dump()
    return CrewRead(**shown, definition=definition, problems=problems)
