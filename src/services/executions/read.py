"""Rows of executions and of their tasks as clients see them."""

from collections.abc import Mapping
from typing import Any

from src.core.events import Usage
from src.core.execution_status import ExecutionStatus, TaskStatus
from src.models.execution import Execution, ExecutionTask
from src.models.memory import MemoryWrite
from src.schemas.common import ErrorRead, trusted
from src.schemas.execution import (
    ExecutionRead,
    ExecutionTaskRead,
    MemoryWriteStatus,
    ModelUse,
    ResultRead,
    TaskMemoryRead,
    UsageRead,
)

_SAME_NAME = [name for name in ExecutionRead.model_fields if name in Execution.__table__.columns]


def execution_read(row: Execution, used: Usage | None = None) -> ExecutionRead:
    """`used` is what the nodes of a flow used, in place of its own counts."""
    # The loaded columns themselves: going through mapped attributes is a tenth of what a list costs.
    loaded = vars(row)
    values = {name: loaded[name] for name in _SAME_NAME}
    result = loaded["result"]
    values |= {
        "status": ExecutionStatus(loaded["status"]),
        "error": ErrorRead.stored(loaded["error_code"], loaded["error_message"]),
        "result": result and _result_read(result),
        "models": _models_read(loaded["models"]),
        "usage": _usage_read(loaded if used is None else vars(used)),
    }
    return trusted(ExecutionRead, values)


def _models_read(stored: list[dict[str, Any]] | None) -> list[ModelUse] | None:
    return None if stored is None else [trusted(ModelUse, dict(one)) for one in stored]


def _result_read(result: dict[str, Any]) -> ResultRead:
    return trusted(ResultRead, {"raw": result["raw"], "json_": result["json"]})


def task_read(row: ExecutionTask, write: MemoryWrite | None) -> ExecutionTaskRead:
    return ExecutionTaskRead(
        key=row.key,
        index=row.index,
        name=row.name,
        agent=row.agent,
        status=TaskStatus(row.status),
        output=row.output,
        output_json=row.output_json,
        usage=_usage_read(vars(row)),
        attempt=row.attempt,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error=ErrorRead.stored(row.error_code, row.error_message),
        memory=_memory_read(row, write),
    )


def _memory_read(row: ExecutionTask, write: MemoryWrite | None) -> TaskMemoryRead | None:
    """Of the task's last result; None while there is none, and where its agent has no memory."""
    if write is None or row.status != TaskStatus.COMPLETED:
        return None
    return TaskMemoryRead(
        status=MemoryWriteStatus(write.status),
        records=len(write.records) if write.status == MemoryWriteStatus.SAVED else 0,
        merged=sum(one["merged"] for one in write.records),
        error=ErrorRead.stored(write.error_code, write.error_message),
    )


def _usage_read(loaded: Mapping[str, Any]) -> UsageRead:
    return trusted(UsageRead, {name: loaded[name] for name in UsageRead.model_fields})


def links_of(id: str, *, is_flow: bool = False) -> dict[str, str]:
    base = f"/api/v1/executions/{id}"
    return {
        "self": base,
        **({"nodes": f"{base}/nodes"} if is_flow else {}),
        "tasks": f"{base}/tasks",
        "events": f"{base}/events",
        "stream": f"{base}/events/stream",
        "cancel": f"{base}/cancel",
    }
