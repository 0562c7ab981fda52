"""The row of an execution that nobody has begun, whatever it runs."""

from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.core.execution_status import ExecutionStatus
from src.core.tenancy import Principal
from src.schemas.execution import ExecutionCreate


def new_columns(
    principal: Principal, body: ExecutionCreate, clock: Clock, *, name: str, identity: str
) -> dict[str, Any]:
    """Without what tells which crew or flow it is."""
    now = clock.now()
    return {
        "id": ids.new(),
        "group_id": principal.group_id,
        "status": ExecutionStatus.PENDING,
        "crew_name": name,
        "crew_identity": identity,
        "run_name": body.run_name,
        "created_by": principal.email,
        "priority": body.priority,
        "attempt": 1,
        "segment": 1,
        "event_seq": 1,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "llm_calls": 0,
        "inputs": body.inputs,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
