"""Questions to people that executions wait for: what is asked, what can be answered."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from src.core.frozen import Frozen
from src.core.tenancy import Role


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


class ApprovalPlan(Frozen):
    """Whom a task asks, and when."""

    when: Literal["before", "after"] = "after"
    expires_in_s: int | None = None
    on_expiry: Literal["reject", "approve"] = "reject"
    role: Role = Role.OPERATOR
    """The least that may decide."""


@dataclass(frozen=True)
class CallQuestion:
    """One call of an `ask` tool that nobody has decided about."""

    call_key: str
    tool: str
    agent: str
    arguments: dict[str, Any]
    """As people may see them."""


class ApprovalNeeded(Exception):
    """Raised before the next model or tool call: the attempt ends, and the task runs again when a person has
    decided."""

    def __init__(self, question: CallQuestion) -> None:
        super().__init__(f"{question.tool} waits for the approval of a person")
        self.question = question


@dataclass(frozen=True)
class CallDecision:
    approved: bool
    comment: str


@dataclass(frozen=True)
class Review:
    """What a person said about a task, which therefore runs again."""

    comment: str
    output: str | None
    """The earlier answer; None for a task that had not begun."""
