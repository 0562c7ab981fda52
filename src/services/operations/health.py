from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.unit_of_work import Database
from src.repositories.fleet import FleetRepository
from src.repositories.schema_version import SchemaVersionRepository, expected_version


class HealthService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def reasons_not_ready(self) -> list[str]:
        """Empty when requests can be served and executions will be run."""
        try:
            async with self._database.read() as uow:
                current = await uow.repo(SchemaVersionRepository).current()
                if current != expected_version():
                    return [
                        f"the database schema is at {current or 'nothing'}, this version needs "
                        f"{expected_version()}: run `kasal migrate`"
                    ]
                now_s = self._clock.now().timestamp()
                if not await uow.repo(FleetRepository).has_live_worker(now_s):
                    return ["no worker is alive: start one with `kasal worker`"]
        except Unavailable as exc:
            return [exc.message]
        return []
