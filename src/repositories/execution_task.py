"""Tasks that stop for a person: their rows, and what their models had said until then."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.approval import ApprovalKind
from src.core.events import EarlierCall, EventType
from src.core.execution_status import TaskStatus
from src.models.execution import ExecutionEvent, ExecutionTask

_TOLD = (
    EventType.TASK_STARTED,
    EventType.LLM_CALL_STARTED,
    EventType.LLM_CALL_COMPLETED,
    EventType.APPROVAL_REQUESTED,
)


class ExecutionTaskRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def change(
        self,
        group_id: str,
        execution_id: str,
        index: int,
        source: TaskStatus,
        values: Mapping[str, Any],
        attempt: int | None = None,
    ) -> bool:
        """Compare-and-set on the task's status, and on the attempt that is given."""
        statement = update(ExecutionTask).where(
            ExecutionTask.group_id == group_id,
            ExecutionTask.execution_id == execution_id,
            ExecutionTask.index == index,
            ExecutionTask.status == source,
        )
        if attempt is not None:
            statement = statement.where(ExecutionTask.attempt == attempt)
        result = await self.session.execute(
            statement.values(**values).execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def statuses(self, group_id: str, execution_id: str) -> frozenset[str]:
        """Of all tasks, as statements of this unit of work have left them."""
        query = select(ExecutionTask.status).where(
            ExecutionTask.group_id == group_id, ExecutionTask.execution_id == execution_id
        )
        return frozenset(await self.session.scalars(query))

    async def span_of(self, group_id: str, execution_id: str, task: str) -> str:
        """That the last attempt at a task has in the events; the execution's own for one that never began."""
        query = (
            select(ExecutionEvent.span_id)
            .where(
                ExecutionEvent.group_id == group_id,
                ExecutionEvent.execution_id == execution_id,
                ExecutionEvent.task == task,
                ExecutionEvent.type == EventType.TASK_STARTED,
            )
            .order_by(ExecutionEvent.seq.desc())
            .limit(1)
        )
        found: str | None = await self.session.scalar(query)
        return found or execution_id

    async def earlier_calls(
        self, group_id: str, execution_id: str, task: str, attempt: int
    ) -> tuple[EarlierCall, ...]:
        """What models said in the attempt that a question about a tool call ended, in order. Nothing when the
        task was stopped by no such question last, or in another attempt at the execution."""
        query = (
            select(
                ExecutionEvent.type,
                ExecutionEvent.agent,
                ExecutionEvent.span_id,
                ExecutionEvent.data,
            )
            .where(
                ExecutionEvent.group_id == group_id,
                ExecutionEvent.execution_id == execution_id,
                ExecutionEvent.task == task,
                ExecutionEvent.type.in_(_TOLD),
            )
            .order_by(ExecutionEvent.seq)
        )
        begun: dict[str, EarlierCall] = {}
        said: list[EarlierCall] = []
        stopped: tuple[EarlierCall, ...] = ()
        for type, agent, span, data in await self.session.execute(query):
            if type == EventType.TASK_STARTED:
                begun, said = {}, []
            elif type == EventType.LLM_CALL_STARTED:
                roles = tuple(message["role"] for message in data["messages"])
                begun[span] = EarlierCall(agent, roles, tuple(data["tools"]), {})
            elif type == EventType.LLM_CALL_COMPLETED and span in begun:
                one = begun.pop(span)
                said.append(EarlierCall(agent, one.roles, one.tools, data["answer"]))
            elif type == EventType.APPROVAL_REQUESTED:
                counts = data["kind"] == ApprovalKind.TOOL and data["attempt"] == attempt
                stopped = tuple(said) if counts else ()
        return stopped
