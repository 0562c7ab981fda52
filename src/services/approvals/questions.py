"""How an execution asks a person: the row of the question, in the transaction of whoever asks."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from src.core import ids
from src.core.approval import ApprovalKind, ApprovalStatus
from src.core.tenancy import Role
from src.core.text import storable
from src.core.unit_of_work import UnitOfWork
from src.models.approval import Approval
from src.repositories.approval import ApprovalRepository


@dataclass(frozen=True)
class Question:
    """Its `key` makes it one of a kind within its execution: asked again, it is the same question."""

    key: str
    kind: ApprovalKind
    shown: dict[str, Any]
    task: str | None = None
    task_index: int | None = None
    role: Role = Role.OPERATOR
    expires_in_s: float | None = None
    on_expiry: Literal["approve", "reject"] = "reject"


async def ask(
    uow: UnitOfWork, group_id: str, execution_id: str, question: Question, now: datetime
) -> Approval:
    """The question as it stands: a new one, or the one that was asked before."""
    approvals = uow.repo(ApprovalRepository)
    known = await approvals.find(group_id, execution_id, question.key)
    if known is not None:
        return known
    shown = storable(question.shown)
    expires_at = None
    if question.expires_in_s is not None:
        expires_at = now + timedelta(seconds=question.expires_in_s)
    return await approvals.add(
        Approval(
            id=ids.new(),
            group_id=group_id,
            execution_id=execution_id,
            question=question.key,
            kind=question.kind,
            task=question.task,
            task_index=question.task_index,
            shown=shown,
            shown_hash=digest_of(shown),
            status=ApprovalStatus.PENDING,
            role=question.role,
            expires_at=expires_at,
            on_expiry=question.on_expiry,
            created_at=now,
            updated_at=now,
            version=1,
        )
    )


def digest_of(shown: dict[str, Any]) -> str:
    """SHA-256 of its JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def asked_event_data(row: Approval, attempt: int) -> dict[str, Any]:
    """Of approval_requested. What is shown can be long: it is read from the approval."""
    data: dict[str, Any] = {
        "approval_id": row.id,
        "kind": row.kind,
        "attempt": attempt,
        "role": row.role,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "on_expiry": row.on_expiry,
        "shown_hash": row.shown_hash,
    }
    if row.kind == ApprovalKind.TOOL:
        data |= {"tool": row.shown["tool"], "arguments": row.shown["arguments"]}
    return data


def call_question_key(attempt: int, task: str, call_key: str) -> str:
    """`attempt` is that of the execution: a retry asks again."""
    return f"{attempt}:tool:{task}:{call_key}"
