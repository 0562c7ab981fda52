"""Questions to people that executions wait for: what is asked, what can be answered."""

from enum import StrEnum


class ApprovalKind(StrEnum):
    TASK_BEFORE = "task_before"
    """May this task begin?"""
    TASK_AFTER = "task_after"
    """Is its answer good?"""
    TOOL = "tool"
    """May this one call be made?"""
    GATE = "gate"
    """May a flow go on?"""


class ApprovalStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVISED = "revised"
    EXPIRED = "expired"
    """Nobody decided in time; `on_expiry` says what counts."""
    WITHDRAWN = "withdrawn"
    """Its execution ended first."""


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    REVISE = "revise"
    """The task runs again with the comment before it."""


STATUS_AFTER = {
    Decision.APPROVE: ApprovalStatus.APPROVED,
    Decision.REJECT: ApprovalStatus.REJECTED,
    Decision.REVISE: ApprovalStatus.REVISED,
}


def outcome_of(status: str, on_expiry: str) -> Decision | None:
    """What was decided; None while nobody has, and for a question that was withdrawn."""
    if status == ApprovalStatus.EXPIRED:
        return Decision(on_expiry)
    return next((one for one, after in STATUS_AFTER.items() if after == status), None)
