"""What a decision does, in its one transaction: to the approval, the task, and the execution that waited."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from src.core.approval import ApprovalKind, ApprovalStatus, Decision
from src.core.events import EngineEvent, EventType
from src.core.execution_status import TERMINAL, ExecutionStatus, TaskStatus
from src.core.text import storable
from src.core.unit_of_work import UnitOfWork
from src.engines.base import ExecutionQueue
from src.models.approval import Approval
from src.models.execution import ExecutionTask
from src.repositories.approval import ApprovalRepository
from src.repositories.execution import ExecutionRepository
from src.repositories.execution_task import ExecutionTaskRepository
from src.repositories.memory import MemoryWriteRepository
from src.services.executions.endings import Endings

REJECTED = "approval.rejected"

GateDecided = Callable[[UnitOfWork, str, str], Awaitable[None]]
"""Group and execution of a flow whose gate was decided: starts what goes on from there."""


@dataclass(frozen=True)
class Verdict:
    decision: Decision
    status: ApprovalStatus
    comment: str
    by: str | None
    """None for one that expired."""
    at: datetime


class ApprovalEffects:
    def __init__(self, queue: ExecutionQueue, endings: Endings, gate_decided: GateDecided) -> None:
        self._queue = queue
        self._endings = endings
        self.gate_decided = gate_decided

    async def apply(self, uow: UnitOfWork, row: Approval, verdict: Verdict) -> bool:
        """False when somebody else was first. `row` is as it was read, and is refreshed."""
        place = row.group_id, row.execution_id
        # The execution before its approvals and tasks, as everybody does who writes about a run.
        executions = uow.repo(ExecutionRepository)
        state = await executions.lock(*place)
        approvals = uow.repo(ApprovalRepository)
        values = {
            "status": verdict.status,
            "comment": verdict.comment or None,
            "decided_by": verdict.by,
        }
        if not await approvals.decide(row.group_id, row.id, values, verdict.at):
            return False
        row = await approvals.fresh(row)
        if state.status in TERMINAL:
            return True
        told = [_event(row, verdict, EventType.APPROVAL_DECIDED, _decided(row, verdict))]
        if row.kind == ApprovalKind.GATE:
            await executions.append_events(*place, told, now=verdict.at)
            await self.gate_decided(uow, *place)
        else:
            await self._task(uow, row, verdict, told)
        await self._endings.decided(uow, row)
        return True

    async def _task(
        self, uow: UnitOfWork, row: Approval, verdict: Verdict, told: list[EngineEvent]
    ) -> None:
        executions = uow.repo(ExecutionRepository)
        place = row.group_id, row.execution_id
        assert row.task_index is not None
        task = (await executions.tasks(*place))[row.task_index]
        values = _values_of_task(row, verdict, task)
        span = await uow.repo(ExecutionTaskRepository).span_of(*place, task.key)
        await uow.repo(ExecutionTaskRepository).change(
            *place, task.index, TaskStatus.WAITING_FOR_APPROVAL, values
        )
        if values["status"] == TaskStatus.COMPLETED:
            await uow.repo(MemoryWriteRepository).release(*place, task.index)
            told.append(
                _event(row, verdict, EventType.TASK_COMPLETED, _completed(task), task, span)
            )
        failed = values["status"] == TaskStatus.FAILED
        if failed:
            error = {"code": REJECTED, "message": values["error_message"]}
            if task.started_at is not None:
                data = {"error": error}
                told.append(_event(row, verdict, EventType.TASK_FAILED, data, task, span))
            told.append(_event(row, verdict, EventType.EXECUTION_FAILED, {"error": error}))
        if failed:
            await self._fail(uow, row, verdict, values["error_message"], told)
        else:
            await executions.append_events(*place, told, now=verdict.at)
            await self._go_on(uow, row, verdict)

    async def _go_on(self, uow: UnitOfWork, row: Approval, verdict: Verdict) -> None:
        """In a new segment, once nothing of the execution waits. One that still runs beside the task goes on
        from there when it has ended (services/runs/journal.py: leave)."""
        place = row.group_id, row.execution_id
        executions = uow.repo(ExecutionRepository)
        if TaskStatus.WAITING_FOR_APPROVAL in await uow.repo(ExecutionTaskRepository).statuses(
            *place
        ):
            return
        execution = await executions.get(*place)
        moved = await executions.try_move(
            *place,
            ExecutionStatus.PENDING,
            now=verdict.at,
            only_from={ExecutionStatus.WAITING_FOR_APPROVAL},
            segment=execution.segment + 1,
        )
        if moved:
            await self._queue.enqueue(
                uow,
                execution_id=row.execution_id,
                segment=execution.segment + 1,
                group_id=row.group_id,
                priority=execution.priority,
            )

    async def _fail(
        self,
        uow: UnitOfWork,
        row: Approval,
        verdict: Verdict,
        message: str,
        told: list[EngineEvent],
    ) -> None:
        place = row.group_id, row.execution_id
        executions = uow.repo(ExecutionRepository)
        await executions.append_events(*place, told, now=verdict.at)
        await executions.close_open_tasks(*place, TaskStatus.CANCELLED, verdict.at)
        await executions.move(
            *place,
            ExecutionStatus.FAILED,
            now=verdict.at,
            finished_at=verdict.at,
            error_code=REJECTED,
            error_message=message,
        )
        await self._endings.ended(uow, *place)


def _values_of_task(row: Approval, verdict: Verdict, task: ExecutionTask) -> dict[str, Any]:
    """Of the task's row."""
    if row.kind != ApprovalKind.TOOL and verdict.decision is Decision.REJECT:
        return {
            "status": TaskStatus.FAILED,
            "finished_at": verdict.at,
            "error_code": REJECTED,
            "error_message": _refusal(row, verdict),
        }
    if row.kind == ApprovalKind.TASK_AFTER and verdict.decision is Decision.APPROVE:
        return {"status": TaskStatus.COMPLETED}
    # What it was started for until now was no accident: only lost workers are counted.
    again: dict[str, Any] = {"status": TaskStatus.PENDING, "attempt": 0}
    if verdict.decision is Decision.REVISE:
        said = {
            "comment": verdict.comment,
            "output": task.output,
            "by": verdict.by,
            "at": verdict.at.isoformat(),
        }
        again["review"] = [*(task.review or []), said]
        again |= {"output": None, "output_json": None, "finished_at": None}
    return again


def _refusal(row: Approval, verdict: Verdict) -> str:
    if verdict.by is None:
        return f"nobody decided about task {row.task!r} in time, which rejects it"
    begins = row.kind == ApprovalKind.TASK_BEFORE
    what = f"the beginning of task {row.task!r}" if begins else f"the answer of task {row.task!r}"
    reason = f": {verdict.comment}" if verdict.comment else ""
    return f"{verdict.by} rejected {what}{reason}"


def _decided(row: Approval, verdict: Verdict) -> dict[str, Any]:
    return {
        "approval_id": row.id,
        "kind": row.kind,
        "decision": verdict.decision,
        "status": verdict.status,
        "by": verdict.by,
        "comment": verdict.comment,
    }


def _completed(task: ExecutionTask) -> dict[str, Any]:
    usage = {
        "prompt_tokens": task.prompt_tokens,
        "completion_tokens": task.completion_tokens,
        "llm_calls": task.llm_calls,
        "cost_usd": task.cost_usd,
    }
    return {"output": task.output, "json": task.output_json, "usage": usage}


def _event(
    row: Approval,
    verdict: Verdict,
    type: EventType,
    data: dict[str, Any],
    task: ExecutionTask | None = None,
    span: str | None = None,
) -> EngineEvent:
    of_task = type is not EventType.EXECUTION_FAILED
    return EngineEvent(
        execution_id=row.execution_id,
        group_id=row.group_id,
        type=type,
        at=verdict.at,
        span_id=span or row.execution_id,
        parent_span_id=row.execution_id if span else None,
        task=row.task if of_task else None,
        agent=task.agent if task else None,
        data=storable(data),
    )
