"""What a task leaves behind for its crew's memory, in the transaction that stores its result."""

from datetime import datetime

from src.core.text import storable
from src.core.unit_of_work import UnitOfWork
from src.engines.base import TaskOutput
from src.repositories.memory import MemoryReceiptRepository, MemoryWriteRepository, WriteKey
from src.schemas.databricks_index_schemas import MemoryType
from src.services.runs.context import Receipt, RunContext

_UNCHECKED_QUALITY = 0.8
"""Of an answer that no guardrail has looked at."""
_EXCERPT_CHARS = 300
_ID_CHARS = 200
"""Older products may have stored longer ids than ours; a task must not fail over its receipt."""


async def add_receipts(uow: UnitOfWork, context: RunContext) -> None:
    """Of every record that the task, or the attempt that failed, had in front of it."""
    receipts = uow.repo(MemoryReceiptRepository)
    await receipts.add([_receipt(context, one) for one in context.receipts])


async def leave_write(
    uow: UnitOfWork,
    context: RunContext,
    output: TaskOutput,
    now: datetime,
    *,
    held: bool = False,
) -> None:
    """Nothing where the task's agent has no memory. What is `held` is written when a person has approved."""
    key = key_of(context)
    plan = context.plan.memory
    if key is None or plan is None:
        return
    request = {
        "notes": storable(context.notes),
        "recalled": _recalled(context),
        "quality": _UNCHECKED_QUALITY if output.quality is None else output.quality,
        "tools": list(dict.fromkeys(context.tools_used)),
    }
    await uow.repo(MemoryWriteRepository).add(
        key,
        task_key=context.task.key,
        identity=plan.crew_ids[0],
        request=request,
        now=now,
        status="held" if held else "pending",
    )


async def pending_writes(uow: UnitOfWork, group_id: str, execution_id: str) -> tuple[WriteKey, ...]:
    """In the order of their tasks."""
    rows = await uow.repo(MemoryWriteRepository).of_execution(
        group_id, execution_id, only_pending=True
    )
    return tuple(WriteKey(group_id, execution_id, row.task_index, row.attempt) for row in rows)


def key_of(context: RunContext) -> WriteKey | None:
    """None where a finished task leaves nothing to memory."""
    plan, task = context.plan.memory, context.task
    if plan is None or not plan.crew_types or not context.plan.remembers(task.key):
        return None
    return WriteKey(context.group_id, context.execution_id, task.index, context.attempt)


def _recalled(context: RunContext) -> list[list[str]]:
    used = [one.record for one in context.receipts if one.record.type is not MemoryType.DOCUMENT]
    return [[str(type), id] for type, id in dict.fromkeys((one.type, one.id) for one in used)]


def _receipt(context: RunContext, one: Receipt) -> dict[str, object]:
    record = one.record
    return {
        "id": one.id,
        "group_id": context.group_id,
        "execution_id": context.execution_id,
        "attempt": context.attempt,
        "task": context.task.key,
        "agent": one.agent,
        "via": one.via,
        "rank": record.rank,
        "record_type": str(record.type),
        "record_id": record.id[:_ID_CHARS],
        "crew_identity": record.crew_id,
        "score": record.score,
        "backend": one.backend,
        "latency_ms": one.latency_ms,
        "excerpt": storable(record.text[:_EXCERPT_CHARS]),
        "at": one.at,
    }
