"""Rows of executions and of their tasks as clients see them."""

from collections.abc import Mapping
from typing import Any

from src.core.execution_status import ExecutionStatus, TaskStatus
from src.models.execution import Execution, ExecutionTask
from src.schemas.common import ErrorRead, trusted
from src.schemas.execution import ExecutionRead, ExecutionTaskRead, ResultRead, UsageRead

_SAME_NAME = [name for name in ExecutionRead.model_fields if name in Execution.__table__.columns]


def execution_read(row: Execution) -> ExecutionRead:
    # The loaded columns themselves: going through mapped attributes is a tenth of what a list costs.
    loaded = vars(row)
    values = {name: loaded[name] for name in _SAME_NAME}
    error, result = loaded["error_code"], loaded["result"]
    values |= {
        "status": ExecutionStatus(loaded["status"]),
        "error": error and ErrorRead(code=error, message=loaded["error_message"] or ""),
        "result": result and _result_read(result),
        "usage": _usage_read(loaded),
    }
    return trusted(ExecutionRead, values)


def _result_read(result: dict[str, Any]) -> ResultRead:
    return trusted(ResultRead, {"raw": result["raw"], "json_": result["json"]})


def task_read(row: ExecutionTask) -> ExecutionTaskRead:
    error = None
    if row.error_code is not None:
        error = ErrorRead(code=row.error_code, message=row.error_message or "")
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
        error=error,
    )


def _usage_read(loaded: Mapping[str, Any]) -> UsageRead:
    return trusted(UsageRead, {name: loaded[name] for name in UsageRead.model_fields})
