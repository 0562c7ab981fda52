"""The only place where concrete classes meet. Everything is built on first use."""

from functools import cached_property

from src.core.clock import Clock, SystemClock
from src.core.cursor import CursorSigner
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.services.agent import AgentService
from src.services.identity import IdentityService


class Container:
    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings)

    @cached_property
    def cursors(self) -> CursorSigner:
        return CursorSigner(self.settings.key_ring.signing_secret())

    @cached_property
    def identity(self) -> IdentityService:
        return IdentityService(
            self.database, self.settings, self.clock, welcome_rows=lambda group_id: []
        )

    @cached_property
    def agents(self) -> AgentService:
        return AgentService(self.database, self.cursors, self.clock)

    async def close(self) -> None:
        await self.database.close()
