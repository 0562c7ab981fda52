"""The states of an execution and of its tasks, and the only moves between them."""

from enum import StrEnum
from typing import Final


class ExecutionStatus(StrEnum):
    PENDING = "PENDING"
    PREPARING = "PREPARING"
    RUNNING = "RUNNING"
    WAITING_FOR_APPROVAL = "WAITING_FOR_APPROVAL"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


_S = ExecutionStatus
ALLOWED_MOVES: Final[dict[ExecutionStatus, frozenset[ExecutionStatus]]] = {
    _S.PENDING: frozenset({_S.PREPARING, _S.CANCELLED, _S.FAILED}),
    _S.PREPARING: frozenset({_S.RUNNING, _S.CANCELLED, _S.FAILED}),
    _S.RUNNING: frozenset({_S.WAITING_FOR_APPROVAL, _S.COMPLETED, _S.CANCELLED, _S.FAILED}),
    _S.WAITING_FOR_APPROVAL: frozenset({_S.PENDING, _S.CANCELLED, _S.FAILED}),
    # Only a person's retry leaves an end state.
    _S.COMPLETED: frozenset({_S.PENDING}),
    _S.FAILED: frozenset({_S.PENDING}),
    _S.CANCELLED: frozenset({_S.PENDING}),
}
TERMINAL: Final = frozenset({_S.COMPLETED, _S.FAILED, _S.CANCELLED})
ACTIVE: Final = frozenset({_S.PENDING, _S.PREPARING, _S.RUNNING})
"""Some live worker must own these, or take them soon."""


def sources_of(target: ExecutionStatus) -> frozenset[ExecutionStatus]:
    return frozenset(source for source, targets in ALLOWED_MOVES.items() if target in targets)


class TaskStatus(StrEnum):
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    WAITING_FOR_APPROVAL = "WAITING_FOR_APPROVAL"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
