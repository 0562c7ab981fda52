"""The states of a batch and of its rows."""

from enum import StrEnum
from typing import Final

from src.core.execution_status import ExecutionStatus


class BatchStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    """Every row has ended, one way or another."""
    CANCELLED = "cancelled"


class BatchItemStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    """Its execution has not ended; it may still be in the queue."""
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


ITEM_STATUS_OF: Final = {
    ExecutionStatus.COMPLETED: BatchItemStatus.COMPLETED,
    ExecutionStatus.FAILED: BatchItemStatus.FAILED,
    ExecutionStatus.CANCELLED: BatchItemStatus.CANCELLED,
}
"""What a row becomes when its execution ends."""
