"""Webhooks, and what they tell about executions."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from src.models.execution import Execution
from src.models.trigger import Webhook
from src.repositories.base import GroupRepository


@dataclass(frozen=True)
class Listener:
    id: str
    events: list[str]
    created_by: str


@dataclass(frozen=True)
class EndedExecution:
    """What everybody may know of it: neither inputs nor outputs."""

    status: str
    kind: str
    parent_id: str | None
    crew_id: str | None
    crew_name: str
    flow_id: str | None
    run_name: str | None
    trigger: str
    attempt: int
    error_code: str | None
    created_at: datetime
    finished_at: datetime | None


class WebhookRepository(GroupRepository[Webhook]):
    model = Webhook
    noun = "webhook"

    async def find(self, group_id: str, id: str) -> Webhook | None:
        return await self.session.scalar(self.visible(group_id).where(Webhook.id == id))

    async def listeners(self, group_id: str) -> list[Listener]:
        """The enabled ones; which events they want is for the caller to see."""
        query = (
            select(Webhook.id, Webhook.events, Webhook.created_by)
            .where(Webhook.group_id == group_id, Webhook.enabled)
            .order_by(Webhook.id)
        )
        return [Listener(*row) for row in await self.session.execute(query)]

    async def disable(self, group_id: str, id: str, reason: str, now: datetime) -> None:
        """By nobody: an administrator sees why."""
        await self.session.execute(
            update(Webhook)
            .where(Webhook.group_id == group_id, Webhook.id == id, Webhook.enabled)
            .values(
                enabled=False,
                disabled_because=reason,
                updated_at=now,
                version=Webhook.version + 1,
            )
            .execution_options(synchronize_session=False)
        )

    async def ended(self, group_id: str, execution_id: str) -> EndedExecution:
        """As statements of this unit of work have left it."""
        columns = [getattr(Execution, field.name) for field in fields(EndedExecution)]
        query = select(*columns).where(Execution.group_id == group_id, Execution.id == execution_id)
        return EndedExecution(*(await self.session.execute(query)).one())

    async def outputs(
        self, group_id: str, execution_id: str, attempt: int
    ) -> tuple[Any, str | None] | None:
        """Result and text of the error; None when it was deleted or started again meanwhile."""
        query = select(Execution.result, Execution.error_message).where(
            Execution.group_id == group_id,
            Execution.id == execution_id,
            Execution.attempt == attempt,
        )
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1])
