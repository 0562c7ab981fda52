"""What is left of an execution when somebody deletes it, or when its time is over: nothing."""

from collections.abc import Sequence
from typing import Protocol

from src.core.errors import Conflict
from src.core.execution_status import TERMINAL, ExecutionStatus
from src.core.unit_of_work import UnitOfWork
from src.models.execution import Execution
from src.repositories.execution import ExecutionRepository
from src.repositories.execution_mention import ExecutionMentionRepository
from src.repositories.flow import FLOW, FlowRunRepository
from src.services.executions.family import require_free


class EngineRows(Protocol):
    async def forget(self, execution_id: str, segments: int) -> None: ...


class ExecutionRemoval:
    def __init__(self, queue: EngineRows) -> None:
        self._queue = queue

    async def remove(self, uow: UnitOfWork, group_id: str, id: str) -> None:
        """A flow with the runs of its nodes. Raises Conflict for one that is active, or that an active flow
        needs."""
        executions = uow.repo(ExecutionRepository)
        await executions.lock(group_id, id)
        row = await executions.get(group_id, id)
        if ExecutionStatus(row.status) not in TERMINAL:
            raise Conflict(f"this execution is {row.status}; cancel it before deleting it")
        await require_free(uow, row, for_retry=False)
        runs = [row]
        if row.kind == FLOW:
            runs += await uow.repo(FlowRunRepository).children(group_id, id)
        for run in runs:
            await uow.repo(ExecutionMentionRepository).forget(group_id, run.id)
            await executions.delete_whole(group_id, run.id)
        uow.after_commit(lambda: self._forget(runs))

    async def _forget(self, runs: Sequence[Execution]) -> None:
        for run in runs:
            if run.kind != FLOW:
                await self._queue.forget(run.id, run.segment)
