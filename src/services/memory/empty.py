"""Removing what an index of a memory backend holds: of one group, or of everybody."""

from collections.abc import Mapping
from typing import Any

from src.core.unit_of_work import Database
from src.memory.configuration import active_backend
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.vector.base import IndexRef, VectorIndexRepository
from src.repositories.vector.filters import EVERYTHING
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.memory.backend_access import BackendAccess, group_scopes
from src.services.memory.index import named_ref


class MemoryEmptyHandler:
    """services.jobs.handler.JobHandler for memory_empty; the subject is the backend."""

    def __init__(self, database: Database, stores: BackendAccess) -> None:
        self._database = database
        self._stores = stores

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        """May be repeated; `removed` counts what was there in all tries together."""
        async with self._database.read() as uow:
            backends = uow.repo(MemoryBackendRepository)
            backend = active_backend(await backends.get(order.group_id, order.subject_id or ""))
            crews = await backends.crew_identities(order.group_id)
        ref = named_ref(backend, order.arguments["index"])
        step = f"empty {ref.name}"
        await progress.step(step, StepStatus.RUNNING)
        removed, recreated = int(progress.state.get("removed", 0)), False
        async with self._stores.open_for(order.group_id, backend, order.user_token) as repository:
            if order.arguments["everybody"]:
                done = await repository.empty_index(ref)
                removed, recreated = removed + done.removed, done.recreated
            else:
                removed = await _remove_own(repository, order.group_id, ref, crews, progress)
        detail = f"{removed} records were removed"
        await progress.step(step, StepStatus.DONE, detail + ("; made anew" if recreated else ""))
        return {"index": ref.name, "removed": removed, "recreated": recreated}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """What was removed stays removed; the job says how it ended."""


async def _remove_own(
    repository: VectorIndexRepository,
    group_id: str,
    ref: IndexRef,
    crews: list[str],
    progress: JobProgress,
) -> int:
    removed = int(progress.state.get("removed", 0))
    for scope in group_scopes(group_id, ref, crews):
        removed += await repository.delete_records(scope, ref, EVERYTHING)
        await progress.save({"removed": removed})
    return removed
