from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.tool import ToolCall


class ToolCallRepository:
    """The ledger of `once` tools: which call started, which one finished and with what result."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(
        self, group_id: str, execution_id: str, attempt: int, task_key: str, call_key: str
    ) -> ToolCall | None:
        row: ToolCall | None = await self.session.scalar(
            select(ToolCall).where(
                ToolCall.group_id == group_id,
                ToolCall.execution_id == execution_id,
                ToolCall.attempt == attempt,
                ToolCall.task_key == task_key,
                ToolCall.call_key == call_key,
            )
        )
        return row

    async def begin(
        self,
        group_id: str,
        execution_id: str,
        attempt: int,
        task_key: str,
        call_key: str,
        tool: str,
        now: datetime,
    ) -> None:
        await self.session.execute(
            insert(ToolCall).values(
                group_id=group_id,
                execution_id=execution_id,
                attempt=attempt,
                task_key=task_key,
                call_key=call_key,
                tool=tool,
                finished=False,
                created_at=now,
            )
        )

    async def finish(
        self,
        group_id: str,
        execution_id: str,
        attempt: int,
        task_key: str,
        call_key: str,
        result: str,
    ) -> None:
        await self.session.execute(
            update(ToolCall)
            .where(
                ToolCall.group_id == group_id,
                ToolCall.execution_id == execution_id,
                ToolCall.attempt == attempt,
                ToolCall.task_key == task_key,
                ToolCall.call_key == call_key,
            )
            .values(finished=True, result=result)
        )
