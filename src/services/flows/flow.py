"""Saved flows."""

from src.core.clock import Clock
from src.core.cursor import CursorSigner
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.repositories.flow import FlowRepository
from src.schemas.flow import FlowCreate, FlowDefinition, FlowRead, FlowSummary, FlowUpdate
from src.services.definitions.versioned import Problems, VersionedService
from src.services.flows.check import FlowCheck


class FlowService(VersionedService[FlowCreate, FlowUpdate, FlowSummary, FlowRead]):
    repository = FlowRepository
    summary = FlowSummary
    read = FlowRead

    def __init__(
        self, database: Database, cursors: CursorSigner, clock: Clock, check: FlowCheck
    ) -> None:
        super().__init__(database, cursors, clock)
        self._check = check

    async def _problems(self, principal: Principal, definition: FlowDefinition) -> Problems:
        return await self._check.to_save(principal, definition)
