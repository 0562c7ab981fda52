"""Executions that belong together: a flow and its nodes. What the end of one means for the others."""

from dataclasses import dataclass
from typing import Protocol

from src.core.clock import Clock
from src.core.errors import Conflict
from src.core.events import EngineEvent, EventType
from src.core.execution_status import TERMINAL, ExecutionStatus, TaskStatus
from src.core.unit_of_work import UnitOfWork
from src.engines.base import ExecutionQueue
from src.models.execution import Execution
from src.repositories.execution import ExecutionRepository
from src.repositories.flow import FLOW, FlowRunRepository
from src.services.flows.jobs import FlowJobs


class Ending(Protocol):
    async def ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None: ...


@dataclass(frozen=True)
class Family:
    flows: FlowJobs
    queue: ExecutionQueue
    clock: Clock

    async def ended(
        self, uow: UnitOfWork, group_id: str, execution_id: str, ending: Ending
    ) -> None:
        """After an execution has moved to its terminal status. Locks go from a flow to its nodes, never back."""
        runs = uow.repo(FlowRunRepository)
        own = await runs.kin(group_id, execution_id)
        if own is None:
            return
        if own.kind == FLOW:
            await runs.close(group_id, execution_id, self.clock.now())
            for child in await runs.children(group_id, execution_id, active_only=True):
                await self.cancel(uow, child, "the end of its flow", ending)
        if own.parent_id is not None:
            parent = await runs.kin(group_id, own.parent_id)
            if parent is not None and parent.status not in TERMINAL:
                await self.flows.take_turn(uow, group_id, own.parent_id, parent.created_by)

    async def cancel(self, uow: UnitOfWork, row: Execution, by: str, ending: Ending) -> None:
        """Whatever the worker does: its later results are refused."""
        executions, now = uow.repo(ExecutionRepository), self.clock.now()
        ids = row.group_id, row.id
        if (await executions.lock(*ids)).status in TERMINAL:
            return
        event = EngineEvent.of_execution(*ids, EventType.EXECUTION_CANCELLED, now, {"by": by})
        await executions.append_events(*ids, [event], now=now)
        await executions.close_open_tasks(*ids, TaskStatus.CANCELLED, now)
        await executions.move(*ids, ExecutionStatus.CANCELLED, now=now, finished_at=now)
        await ending.ended(uow, *ids)
        if row.kind != FLOW:
            id, segment = row.id, row.segment
            uow.after_commit(lambda: self.queue.cancel(id, segment))


async def require_free(uow: UnitOfWork, row: Execution, *, for_retry: bool) -> None:
    """A node of a flow is not run again on its own, and not deleted while the flow counts on it."""
    if row.parent_id is None:
        return
    parent = await uow.repo(FlowRunRepository).kin(row.group_id, row.parent_id)
    if parent is None:
        return
    if for_retry:
        raise Conflict(
            f"this is the node {row.child_key!r} of the flow execution {row.parent_id}; retry that one from it"
        )
    if parent.status not in TERMINAL:
        raise Conflict(f"the flow execution {row.parent_id} still needs this one; cancel it first")
