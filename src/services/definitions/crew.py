"""Saved crews: versions, import and export."""

import json
from collections.abc import Awaitable, Callable

import yaml

from src.core.clock import Clock
from src.core.cursor import CursorSigner
from src.core.errors import NotAvailable
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.repositories.crew import CrewFilter as CrewFilter
from src.repositories.crew import CrewRepository
from src.schemas.crew import (
    CrewChecked,
    CrewCheckRequest,
    CrewCreate,
    CrewImport,
    CrewRead,
    CrewSummary,
    CrewUpdate,
    ExportFormat,
)
from src.schemas.crew_config import CrewDefinition
from src.services.definitions.crew_import import crew_from_import
from src.services.definitions.versioned import Problems, VersionedService
from src.services.idempotency import Idempotency, Replayable

Check = Callable[[Principal, CrewDefinition], Awaitable[Problems]]

_IN_FILES = {"agents_yaml": "agents", "tasks_yaml": "tasks"}


class CrewService(VersionedService[CrewCreate, CrewUpdate, CrewSummary, CrewRead]):
    repository = CrewRepository
    summary = CrewSummary
    read = CrewRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        check: Check,
    ) -> None:
        """`check` finds what would keep a definition from running; saving goes ahead all the same."""
        super().__init__(database, cursors, clock)
        self._check = check

    async def check(self, principal: Principal, body: CrewCheckRequest) -> CrewChecked:
        return CrewChecked(problems=await self._check(principal, body.definition))

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

    async def _problems(self, principal: Principal, definition: CrewDefinition) -> Problems:
        return await self._check(principal, definition)
