"""Where the memory of a run is, and whose memory it may read: resolved when the run starts."""

import hashlib
from collections.abc import Sequence

from src.core.clock import Clock
from src.core.unit_of_work import Database, UnitOfWork
from src.memory.configuration import active_backend, memory_plan
from src.memory.plan import MemoryPlan
from src.repositories.knowledge import KnowledgeRepository
from src.repositories.memory import MAX_IDENTITIES, CrewName, MemoryCrewRepository
from src.repositories.memory_backend import MemoryBackendRepository

NO_CREW = "0" * 32
"""Reads where no crew has run yet: no configuration has this identity."""
_HASH_CHARS = 32


class MemoryPlanService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def for_run(
        self,
        uow: UnitOfWork,
        group_id: str,
        *,
        crew_id: str | None,
        crew_name: str,
        identity: str,
        run_name: str | None,
    ) -> MemoryPlan:
        """Enters the identity in its lineage, in the transaction that stores the execution."""
        crews = uow.repo(MemoryCrewRepository)
        lineage = lineage_of(crew_id, identity, run_name)
        crew = CrewName(lineage, identity, crew_id, crew_name, run_name)
        await crews.register(group_id, crew, self._clock.now())
        earlier = [one for one in await crews.of_lineage(group_id, lineage) if one != identity]
        return await self._plan(uow, group_id, [identity, *earlier], crew_id)

    async def for_reading(self, group_id: str, crew: str | None = None) -> MemoryPlan:
        """For people: of a saved crew by its id all that it ever was, of an identity that one, of the group
        all crews, the newest 200. What the group does not have finds nothing."""
        async with self._database.read() as uow:
            crews = uow.repo(MemoryCrewRepository)
            if crew is None:
                found, crew_id = await crews.of_group(group_id), None
            else:
                found = await crews.of_crew(group_id, crew)
                crew_id = crew if found else None
                found = found or await crews.named(group_id, crew)
            return await self._plan(uow, group_id, found or [NO_CREW], crew_id)

    async def _plan(
        self, uow: UnitOfWork, group_id: str, identities: Sequence[str], crew_id: str | None
    ) -> MemoryPlan:
        active = active_backend(await uow.repo(MemoryBackendRepository).active(group_id))
        documents = await uow.repo(KnowledgeRepository).readable(group_id, crew_id)
        return memory_plan(active, identities[:MAX_IDENTITIES], documents)


def lineage_of(crew_id: str | None, identity: str, run_name: str | None) -> str:
    """A saved crew is the same crew after an edit; under a run name that its caller chose, another one. An
    inline crew is known by what it is made of."""
    if crew_id is None:
        return identity
    if run_name is None:
        return crew_id
    return f"{crew_id}:{hashlib.sha256(run_name.encode()).hexdigest()[:_HASH_CHARS]}"
