"""Questions to people. Who decides one wins it: every change is a compare-and-set on a pending row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from src.core.approval import ApprovalStatus
from src.models.approval import Approval
from src.repositories.base import GroupRepository


class ApprovalRepository(GroupRepository[Approval]):
    model = Approval
    noun = "approval"

    async def find(self, group_id: str, execution_id: str, question: str) -> Approval | None:
        row: Approval | None = await self.session.scalar(
            self.visible(group_id).where(
                Approval.execution_id == execution_id, Approval.question == question
            )
        )
        return row

    async def decide(self, group_id: str, id: str, values: dict[str, Any], now: datetime) -> bool:
        """False when it was decided, or withdrawn, before."""
        statement = (
            update(Approval)
            .where(
                Approval.group_id == group_id,
                Approval.id == id,
                Approval.status == ApprovalStatus.PENDING,
            )
            .values(**values, decided_at=now, updated_at=now, version=Approval.version + 1)
            .execution_options(synchronize_session=False)
        )
        return getattr(await self.session.execute(statement), "rowcount", 0) == 1

    async def withdraw(self, group_id: str, execution_id: str, now: datetime) -> None:
        """Nobody needs to decide about an execution that has ended."""
        await self.session.execute(
            update(Approval)
            .where(
                Approval.group_id == group_id,
                Approval.execution_id == execution_id,
                Approval.status == ApprovalStatus.PENDING,
            )
            .values(
                status=ApprovalStatus.WITHDRAWN,
                decided_at=now,
                updated_at=now,
                version=Approval.version + 1,
            )
            .execution_options(synchronize_session=False)
        )

    async def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Group and id of pending ones whose time is up, in all groups, the longest due first."""
        query = (
            select(Approval.group_id, Approval.id)
            .where(Approval.status == ApprovalStatus.PENDING, Approval.expires_at <= now)
            .order_by(Approval.expires_at, Approval.id)
            .limit(limit)
        )
        return [(group_id, id) for group_id, id in await self.session.execute(query)]

    async def fresh(self, row: Approval) -> Approval:
        """As statements of this unit of work, and others before it, have left it."""
        await self.session.refresh(row)
        return row


def filters(
    *, status: ApprovalStatus | None = None, execution_id: str | None = None
) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if status is not None:
        found.append(Approval.status == status)
    if execution_id is not None:
        found.append(Approval.execution_id == execution_id)
    return found
