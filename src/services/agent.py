from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.agent import Agent
from src.repositories.agent import AgentRepository
from src.schemas.agent import AgentCreate, AgentRead, AgentUpdate
from src.schemas.common import Page
from src.services.base import page_of, read_cursor


class AgentService:
    def __init__(self, database: Database, cursors: CursorSigner, clock: Clock) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock

    async def list(self, principal: Principal, paging: Paging) -> Page[AgentRead]:
        scope = ListScope(principal.group_id, "agents")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(AgentRepository).page(
                principal.group_id, limit=paging.limit + 1, before=before
            )
            return page_of(
                rows, paging.limit, AgentRead.model_validate, lambda row: row.id, self._cursors, scope
            )

    async def create(self, principal: Principal, body: AgentCreate) -> AgentRead:
        now = self._clock.now()
        row = Agent(
            id=ids.new(),
            group_id=principal.group_id,
            name=body.name,
            config=body.config.model_dump(mode="json"),
            created_at=now,
            updated_at=now,
        )
        async with self._database.write() as uow:
            await uow.repo(AgentRepository).add(row)
            return AgentRead.model_validate(row)

    async def get(self, principal: Principal, id: str) -> AgentRead:
        async with self._database.read() as uow:
            return AgentRead.model_validate(await uow.repo(AgentRepository).get(principal.group_id, id))

    async def update(
        self, principal: Principal, id: str, body: AgentUpdate, expected_version: int | None
    ) -> AgentRead:
        async with self._database.write() as uow:
            row = await uow.repo(AgentRepository).update(
                principal.group_id,
                id,
                body.model_dump(mode="json", exclude_none=True),
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return AgentRead.model_validate(row)

    async def delete(self, principal: Principal, id: str) -> None:
        async with self._database.write() as uow:
            await uow.repo(AgentRepository).delete(principal.group_id, id)
