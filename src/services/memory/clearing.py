"""Removing all that a crew remembers, or all of one type."""

from collections.abc import Mapping, Sequence
from typing import Any

from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.repositories.memory_use import MemoryUseRepository
from src.repositories.vector.filters import EVERYTHING
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory import CrewMemoryType, MemoryCleared
from src.services.jobs.handler import JobKind, JobOrder, JobProgress, StepStatus
from src.services.jobs.job import JobService
from src.services.memory.reach import MemoryReach, Reach
from src.services.memory.turns import MemoryTurns

AT_ONCE = 2_000
"""Records that one request removes: 20 calls on Databricks, which takes 100 keys a call."""
CLEAR = "clear"


class MemoryClearing:
    def __init__(
        self, database: Database, reach: MemoryReach, turns: MemoryTurns, jobs: JobService
    ) -> None:
        self._database = database
        self._reach = reach
        self._turns = turns
        self._jobs = jobs

    async def clear(
        self, principal: Principal, crew: str, type: CrewMemoryType | None
    ) -> MemoryCleared:
        """Counts are what the store says was really removed."""
        reach = await self._reach.open(principal.group_id, principal.forwarded_token, crew)
        types = _chosen(reach, type)
        if sum([await reach.count(one) for one in types]) <= AT_ONCE:
            return MemoryCleared(removed=await self._remove(reach, types))
        async with self._database.write() as uow:
            job = await self._jobs.start(
                uow,
                group_id=principal.group_id,
                kind=JobKind.MEMORY_FORGET,
                subject_id=None,
                arguments={CLEAR: {"crew": crew, "type": type}},
                created_by=principal.email,
                user_token=principal.forwarded_token,
            )
        return MemoryCleared(removed={}, job_id=job.id)

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        """The job. What a lost worker removed before is not in its counts."""
        wanted = order.arguments[CLEAR]
        reach = await self._reach.open(order.group_id, order.user_token, wanted["crew"])
        removed: dict[str, int] = {}
        for type in _chosen(reach, wanted["type"]):
            await progress.step(type, StepStatus.RUNNING)
            removed |= await self._remove(reach, [type])
            await progress.step(type, StepStatus.DONE, f"{removed[type]} records removed")
        return {"removed": removed}

    async def _remove(self, reach: Reach, types: Sequence[MemoryType]) -> dict[str, int]:
        removed = dict.fromkeys(map(str, types), 0)
        for identity in reach.crews:
            storage = await reach.storage_of([identity])
            async with self._turns.of(reach.group_id, identity):
                for type in types:
                    removed[type] += await storage.delete(type, EVERYTHING)
        async with self._database.write() as uow:
            for type in types:
                pins = uow.repo(MemoryUseRepository)
                await pins.unpin_all(reach.group_id, type, list(reach.crews))
        return removed


def _chosen(reach: Reach, type: str | None) -> tuple[MemoryType, ...]:
    if type is None:
        return reach.types
    reach.require(MemoryType(type))
    return (MemoryType(type),)
