"""Where rows of others name an execution."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.batch import BatchItem
from src.models.flow import FlowNode
from src.models.schedule import Schedule, ScheduleFiring
from src.models.trigger import Trigger, TriggerCall

_NAMED_IN: tuple[tuple[Any, str], ...] = (
    (ScheduleFiring, "execution_id"),
    (Schedule, "last_execution_id"),
    (TriggerCall, "execution_id"),
    (Trigger, "last_execution_id"),
    (BatchItem, "execution_id"),
    (FlowNode, "child_execution_id"),
)


class ExecutionMentionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def forget(self, group_id: str, execution_id: str) -> None:
        """What became of a fire time, a delivery, a row or a node stays known, only not by which run."""
        for model, column in _NAMED_IN:
            named = getattr(model, column)
            await self.session.execute(
                update(model)
                .where(model.group_id == group_id, named == execution_id)
                .values({column: None})
                .execution_options(synchronize_session=False)
            )
