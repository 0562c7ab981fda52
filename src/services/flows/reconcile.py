"""No flow run stays active without anybody who goes on with it."""

from datetime import datetime

from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.repositories.execution import ExecutionRepository
from src.repositories.flow import FlowFleetRepository
from src.services.flows.jobs import FlowJobs
from src.services.jobs.handler import JobKind

log = get_logger(__name__)
_BATCH = 200


class FlowReconcileService:
    def __init__(self, database: Database, jobs: FlowJobs) -> None:
        self._database = database
        self._jobs = jobs

    async def reconcile(self, quiet_since: datetime) -> int:
        """Of runs in which nothing was written since then; returns how many it mended."""
        kind = JobKind.FLOW_ADVANCE
        async with self._database.read() as uow:
            stuck = await uow.repo(FlowFleetRepository).stuck(quiet_since, kind, _BATCH)
        for group_id, id in stuck:
            log.warning("nobody goes on with the flow execution {}", id)
            async with self._database.write() as uow:
                row = await uow.repo(ExecutionRepository).get(group_id, id)
                await self._jobs.take_turn(uow, group_id, id, row.created_by)
        return len(stuck)
