"""The states of a node of a flow run."""

from enum import StrEnum
from typing import Final


class NodeStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = frozenset(
    {NodeStatus.COMPLETED, NodeStatus.SKIPPED, NodeStatus.FAILED, NodeStatus.CANCELLED}
)
BEGUN: Final = frozenset({NodeStatus.RUNNING, NodeStatus.WAITING_FOR_APPROVAL})
